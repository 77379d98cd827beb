/**
 * The pages of a customer who owes data: the form, the codes that are waited for, and the wait for a decision.
 * @module
 */
import type { JSX } from "hono/jsx/jsx-runtime";
import type { CodeField, CustomerForm, FormField, HostedOffer } from "../../core/customers/mod.ts";
import { isolated, type Translator } from "../../core/i18n/mod.ts";
import { accountAskedMs } from "../../core/transfers/account-asked.ts";
import { sep9Field } from "../../plugins/sep9/mod.ts";
import { CustomerField } from "./customer-field.tsx";
import { labelOf } from "./customer-faults.ts";
import { formOriginsOf, IdentityForm } from "./hosted.tsx";
import type { Page } from "./page.ts";
import { FaultSummary, Form, Labelled, labelled, Notice } from "./parts.tsx";
import type { Visit } from "./visit.ts";

/** What stands in a form. */
export interface Filled {
  /** Text by name of the input, files of `<name>_file_id` among them. */
  readonly values: Readonly<Record<string, string>>;
  /** Name of an input → what is wrong with it. */
  readonly faults: ReadonlyMap<string, string>;
}

/** Parts of the form, in the order of the page. */
const SECTIONS = ["person", "organization", "payout", "account", "card", "documents"] as const;

/** The form. @param offer the provider's own page, which may ask for the same */
export function detailsPage(
  visit: Visit,
  form: CustomerForm,
  filled: Filled,
  offer: HostedOffer | null,
): Page {
  const { translator } = visit;
  const { t, find } = translator;
  const faults = new Map([...reasonsOf(form, translator), ...filled.faults]);
  const why = form.reason === null || form.reason === "other" ? null : find(`reasons.${form.reason}`);
  const fields = shownOf(form, { values: filled.values, faults });
  const known = form.provided.length > 0;
  const isMended = form.fields.some(({ reason }) => reason !== undefined);
  const isOther = accountAskedMs(visit.transfer) !== null && form.fields.every(isPayout);
  const step = isOther
    ? "other_account"
    : isMended
    ? "mend"
    : form.fields.every(isPayout)
    ? "payout"
    : known
    ? "more"
    : "first";
  // Where the page is the only way to give the rest, it comes after the form.
  const beside = offer?.alone === true ? null : offer;
  return {
    title: t(`pages.customer.title.${step}`),
    ...(beside === null ? {} : formOriginsOf(beside)),
    body: (
      <>
        <FaultSummary title={t("pages.customer.faults")} faults={named(faults, form, translator)} />
        {why !== null && (
          <Notice kind="warning">
            <p>{why}</p>
          </Notice>
        )}
        <p>{t(`pages.customer.explain.${step}`)}</p>
        <p class="hint">{t("pages.customer.needed")}</p>
        <Form visit={visit} action="/customer" hasFiles={fields.some(({ media }) => media.length > 0)}>
          {SECTIONS.map((section) => (
            <Section
              title={t(`pages.customer.section.${section}`)}
              fields={fields.filter((field) => sectionOf(field) === section)}
              filled={{ values: filled.values, faults }}
              translator={translator}
            />
          ))}
          <button type="submit">{t("pages.customer.go_on")}</button>
        </Form>
        {beside !== null && (
          <>
            <h2>{t("pages.identity.or")}</h2>
            <IdentityForm visit={visit} offer={beside} isBeside />
          </>
        )}
      </>
    ),
  };
}

/** What may be left out is offered beside what is needed, and not once more to somebody who left it out before. */
function shownOf({ fields }: CustomerForm, { values, faults }: Filled): readonly FormField[] {
  const needed = new Set(fields.filter(({ required }) => required).map(sectionOf));
  return fields.filter((field) =>
    needed.has(sectionOf(field)) || values[field.name] !== undefined || faults.has(field.name)
  );
}

function isPayout({ group, required }: FormField): boolean {
  return group === "payout" || !required;
}

function sectionOf({ media, group }: FormField): typeof SECTIONS[number] {
  return media.length > 0 ? "documents" : group;
}

function Section({ title, fields, filled, translator }: {
  readonly title: string;
  readonly fields: readonly FormField[];
  readonly filled: Filled;
  readonly translator: Translator;
}): JSX.Element | null {
  if (fields.length === 0) return null;
  return (
    <fieldset>
      <legend>{title}</legend>
      {fields.map((field) => (
        <CustomerField
          field={field}
          value={filled.values[field.name] ?? ""}
          fileId={filled.values[`${field.name}_file_id`]}
          error={filled.faults.get(field.name)}
          translator={translator}
        />
      ))}
    </fieldset>
  );
}

/** What was said of values that are to be given again. */
function reasonsOf({ fields }: CustomerForm, { t, find }: Translator): [string, string][] {
  return fields.flatMap(({ name, reason }): [string, string][] =>
    reason === undefined ? [] : [[name, find(`reasons.${reason}`) ?? t("reasons.other")]]
  );
}

/** Faults with the names of their inputs before them, for the summary. */
function named(
  faults: ReadonlyMap<string, string>,
  { fields, codes }: CustomerForm,
  translator: Translator,
): ReadonlyMap<string, string> {
  const labels = new Map([
    ...codes.map((code) => [verificationOf(code), codeLabel(code, translator)] as const),
    ...codes.map(({ name }) => [name, labelOf({ name, forms: [] }, translator)] as const),
    ...fields.map((field) => [field.name, labelOf(field, translator)] as const),
  ]);
  return new Map([...faults].map(([name, text]) => [
    name,
    translator.t("pages.customer.fault_of", { label: labels.get(name) ?? name, text }),
  ]));
}

/** The page that waits for codes. @param isAnew whether a new code was sent just now */
export function codePage(visit: Visit, form: CustomerForm, { faults, isAnew }: {
  readonly faults: ReadonlyMap<string, string>;
  readonly isAnew: boolean;
}): Page {
  const { translator } = visit;
  const { t } = translator;
  return {
    title: t("pages.customer.code.title"),
    body: (
      <>
        <FaultSummary title={t("pages.customer.faults")} faults={named(faults, form, translator)} />
        {isAnew && (
          <Notice kind="success">
            <p>{t("pages.customer.code.anew")}</p>
          </Notice>
        )}
        <p>{t("pages.customer.code.explain")}</p>
        {form.codes.map((code) => <CodeForm visit={visit} code={code} faults={faults} />)}
      </>
    ),
  };
}

/** Each code has a form of its own, so that one that was sent to a phone does not wait for one that was sent by mail. */
function CodeForm({ visit, code, faults }: {
  readonly visit: Visit;
  readonly code: CodeField;
  readonly faults: ReadonlyMap<string, string>;
}): JSX.Element {
  const { translator } = visit;
  const { t } = translator;
  const name = verificationOf(code);
  const error = faults.get(name);
  const about = {
    name,
    ...(code.isSent ? {} : { hint: t("pages.customer.code.on_its_way") }),
    ...(error === undefined ? {} : { error }),
  };
  const fault = faults.get(code.name);
  const { kind } = sep9Field(code.name);
  const field: FormField = { name: code.name, kind, required: false, group: "person", forms: [], media: [] };
  return (
    <>
      <Form visit={visit} action="/customer">
        <Labelled {...about} label={codeLabel(code, translator)}>
          <input
            {...labelled(about)}
            type="text"
            inputmode="numeric"
            autocomplete="one-time-code"
            autocapitalize="none"
            spellcheck={false}
            maxlength={64}
            dir="ltr"
          />
        </Labelled>
        <button type="submit">{t("pages.customer.code.confirm")}</button>
        <button type="submit" class="quiet" name="send_code" value={code.name}>
          {t("pages.customer.code.send_anew")}
        </button>
      </Form>
      <details open={fault !== undefined}>
        <summary>{t("pages.customer.code.wrong_place")}</summary>
        <Form visit={visit} action="/customer">
          <CustomerField
            field={{ ...field, required: true }}
            value=""
            fileId={undefined}
            error={fault}
            translator={translator}
          />
          <button type="submit" class="quiet">{t("pages.customer.code.replace")}</button>
        </Form>
      </details>
    </>
  );
}

function verificationOf({ name }: CodeField): string {
  return `${name}_verification`;
}

function codeLabel({ masked }: CodeField, { t }: Translator): string {
  return t("pages.customer.code.label", { place: isolated(masked) });
}

/** The page that waits for a decision, and may be closed. */
export function decidingPage({ translator: { t } }: Visit, refreshSeconds: number): Page {
  return {
    title: t("pages.customer.deciding.title"),
    refreshSeconds,
    body: (
      <Notice kind="info">
        <p class="working">{t("pages.customer.deciding.explain")}</p>
        <p>{t("pages.customer.deciding.close")}</p>
      </Notice>
    ),
  };
}
