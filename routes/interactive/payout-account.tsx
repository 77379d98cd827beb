/**
 * Where a withdrawal is paid to, on the page that asks for its amount: the account that is known, masked, and the fields of
 * another one. Whoever has given none yet is asked later, with all else that is missing.
 * @module
 */
import type { JSX } from "hono/jsx/jsx-runtime";
import type { CustomerForm, FormField } from "../../core/customers/mod.ts";
import { REQUEST_BUDGET_MS } from "../../core/gateway.ts";
import type { Way } from "../../core/transfers/choices.ts";
import type { RequestBody } from "../http/mod.ts";
import { faultTexts } from "./customer-faults.ts";
import { CustomerField } from "./customer-field.tsx";
import type { InteractiveOptions } from "./options.ts";
import { textIn, type Visit } from "./visit.ts";

/** What was typed of another account, and what is wrong with it. */
export interface PayoutTyped {
  readonly values: Readonly<Record<string, string>>;
  readonly faults: ReadonlyMap<string, string>;
}

/** Nothing was typed. */
export const NO_PAYOUT: PayoutTyped = { values: {}, faults: new Map() };

/** The account that is known, with its fields; `null` where none is, or several ways leave open whose it would be. */
async function knownPayout(
  { gateway }: InteractiveOptions,
  { transfer }: Visit,
  way: Way | null,
): Promise<{ readonly known: string; readonly fields: readonly FormField[] } | null> {
  if (transfer.kind === "deposit" || way === null) return null;
  const form: CustomerForm | null = await gateway.customers.form({ ...transfer, rail: way.rail });
  const { known = null, fields = [] } = form?.payout ?? {};
  return known === null ? null : { known, fields };
}

/** The part of the page; `null` where nothing is known. */
export async function payoutPart(
  options: InteractiveOptions,
  visit: Visit,
  way: Way | null,
  { values, faults }: PayoutTyped,
): Promise<JSX.Element | null> {
  const payout = await knownPayout(options, visit, way);
  if (payout === null) return null;
  const { translator } = visit;
  const { t } = translator;
  const isOpen = Object.keys(values).length > 0;
  return (
    <>
      <p>{t("pages.amount.paid_to", { account: payout.known })}</p>
      <details open={isOpen}>
        <summary>{t("pages.amount.other_account")}</summary>
        {payout.fields.map((field) => (
          <CustomerField
            field={field}
            value={values[field.name] ?? ""}
            fileId={undefined}
            error={faults.get(field.name)}
            translator={translator}
          />
        ))}
      </details>
    </>
  );
}

/** What was typed of another account; nothing of it is taken yet. */
export async function typedPayout(
  options: InteractiveOptions,
  visit: Visit,
  body: RequestBody,
  way: Way | null,
): Promise<PayoutTyped> {
  const payout = await knownPayout(options, visit, way);
  const values = (payout?.fields ?? []).map(({ name }) => [name, textIn(body, name).trim()] as const)
    .filter(([, text]) => text !== "");
  return { values: Object.fromEntries(values), faults: new Map() };
}

/** Keeps another account with the customer, where one was typed. @returns what is wrong with it; then nothing was kept */
export async function keepPayout(
  { gateway: { customers, effects } }: InteractiveOptions,
  { transfer, translator }: Visit,
  way: Way,
  { values }: PayoutTyped,
): Promise<ReadonlyMap<string, string>> {
  const entries = Object.entries(values);
  if (entries.length === 0) return new Map();
  const { language } = translator;
  const submitted = await customers.submit({ ...transfer, rail: way.rail }, {
    entries,
    language,
    part: "payout",
  });
  // The transfer of whoever was erased is being ended; the choice will say so.
  if (submitted.kind === "erased") return new Map();
  await effects.performNow(submitted.effects, REQUEST_BUDGET_MS);
  return submitted.kind === "stored" ? new Map() : faultTexts(submitted.faults, translator);
}
