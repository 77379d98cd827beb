/**
 * The step of a customer who owes data: asks for what is missing and for nothing else, takes it, and says what is wrong
 * beside each field (P6, P7, P8).
 * @module
 */
import type { Context, Handler } from "hono";
import { type CustomerForm, MAX_FILE_BYTES } from "../../core/customers/mod.ts";
import { REQUEST_BUDGET_MS } from "../../core/gateway.ts";
import { ASKS } from "../../core/transfers/states.ts";
import { canonicalName, derivedName, sep9Field } from "../../plugins/sep9/mod.ts";
import { faultTexts } from "./customer-faults.ts";
import { codePage, decidingPage, detailsPage } from "./customer-pages.tsx";
import { answerPage } from "./frame.tsx";
import { identityPage } from "./hosted.tsx";
import type { InteractiveOptions } from "./options.ts";
import type { Page, PageEnv } from "./page.ts";
import { postedForm, textIn, visitIn } from "./visit.ts";

/** Both sides of a document, a face and a bill, each of the largest size, and the texts beside them: all in one form. */
const MAX_BODY_BYTES = 4 * MAX_FILE_BYTES + 1024 * 1024;

/** Name of the button that asks for a new code; its value names the field. */
const SEND_CODE = "send_code";

/** The page: what is to be given, else the codes that are waited for, else the wait for a decision. */
export async function showCustomer(c: Context<PageEnv>, options: InteractiveOptions): Promise<Page> {
  const { gateway } = options;
  const { transfer } = visitIn(c);
  const form = await gateway.customers.form(transfer);
  const given = await gateway.pages.values.waiting(transfer.id);
  const values = {
    ...(transfer.country === null ? {} : { address_country_code: transfer.country }),
    ...given,
  };
  return await pageOf(c, options, form, { values, faults: new Map() });
}

async function pageOf(
  c: Context<PageEnv>,
  { anchor, gateway }: InteractiveOptions,
  form: CustomerForm | null,
  filled: Parameters<typeof detailsPage>[2],
): Promise<Page> {
  const visit = visitIn(c);
  const offer = await gateway.hosted.offer(visit.transfer);
  if (form !== null && form.fields.some(({ required }) => required)) {
    return detailsPage(visit, form, filled, offer);
  }
  if (form !== null && form.status === "NEEDS_INFO" && form.codes.length > 0) {
    return codePage(visit, form, { faults: filled.faults, isAnew: c.req.query("code") === "sent" });
  }
  if (offer !== null) return identityPage(visit, offer, anchor.pages);
  return decidingPage(visit, anchor.pages.refreshSeconds);
}

/** `POST /interactive/:id/customer`: takes a form, or sends a new code. */
export function postCustomer(options: InteractiveOptions): Handler<PageEnv> {
  const { gateway } = options;
  const { customers, effects, pages } = gateway;
  return async function postCustomer(c: Context<PageEnv>) {
    const { transfer, translator, path } = visitIn(c);
    const body = await postedForm(c, options, { maxBytes: MAX_BODY_BYTES });
    // Sent from a tab that was left open: the transfer has gone on.
    if (!ASKS.has(transfer.state)) return c.redirect(path, 303);
    const codeOf = textIn(body, SEND_CODE);
    if (codeOf !== "") return await sendCode(c, options, codeOf);
    const submitted = await customers.submit(transfer, {
      entries: [
        ...Object.entries(body.fields),
        ...[...body.files].map(([name, { bytes }]) => [name, bytes] as const),
      ],
      language: translator.language,
    });
    if (submitted.kind === "erased") return c.redirect(path, 303);
    await effects.performNow(submitted.effects, REQUEST_BUDGET_MS);
    if (submitted.kind === "stored") {
      await pages.values.forget(transfer.id);
      return c.redirect(path, 303);
    }
    const { faults, form, files } = submitted;
    const values = { ...withoutFiles(textsOf(body.fields)), ...fileIdsOf(files) };
    // Another tab, another language, a reload: what was typed is still there.
    const before = withoutFiles(await pages.values.waiting(transfer.id));
    await pages.values.keep(transfer.id, { ...before, ...whatMayWait(values) });
    if (await customers.form(transfer) === null) {
      // Erased while it was being kept: whoever gave up what waits may have come before it did.
      await pages.values.forget(transfer.id);
      return c.redirect(path, 303);
    }
    const page = await pageOf(c, options, form, { values, faults: faultTexts(faults, translator) });
    return await answerPage(c, options, page, 422);
  };
}

/** `GET /interactive/:id/customer`: where a browser loads a page with faults again, by its address. */
export function getCustomer(c: Context<PageEnv>): Response {
  return c.redirect(visitIn(c).path, 303);
}

/** Sends a new code, or says why not. */
async function sendCode(c: Context<PageEnv>, options: InteractiveOptions, name: string): Promise<Response> {
  const { gateway } = options;
  const { transfer, translator, path } = visitIn(c);
  const asked = await gateway.customers.askForCode(transfer, canonicalName(name) ?? name);
  if (asked.kind === "refused") {
    const form = await gateway.customers.form(transfer);
    // Confirmed in another tab meanwhile.
    if (!form?.codes.some((code) => code.name === name)) return c.redirect(path, 303);
    const faults = faultTexts(new Map([[`${name}_verification`, asked.refusal]]), translator);
    return await answerPage(c, options, await pageOf(c, options, form, { values: {}, faults }), 422);
  }
  if (asked.kind === "erased") return c.redirect(path, 303);
  await gateway.effects.performNow(asked.effects, REQUEST_BUDGET_MS);
  return c.redirect(`${path}?code=sent`, 303);
}

function textsOf(fields: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function fileIdsOf(files: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...files].map(([name, id]) => [`${name}_file_id`, id]));
}

function withoutFiles(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => derivedName(name)?.kind !== "file_id"));
}

/** Cards wait nowhere, codes are good once, and what is no value of SEP-9 is none of a customer's. */
function whatMayWait(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter(([name]) => {
      const derived = derivedName(name);
      const known = derived?.name ?? canonicalName(name);
      return derived?.kind !== "verification" && known !== null && sep9Field(known).about !== "card";
    }),
  );
}
