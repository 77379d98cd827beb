/**
 * What is wrong with a field, in the words of a page: refusals of SEP-12 speak to wallets and name fields as programs do.
 * @module
 */
import type { FormField } from "../../core/customers/mod.ts";
import { isolated, type Translator } from "../../core/i18n/mod.ts";
import type { Refusal, RefusalParams } from "../../core/refusal.ts";
import { nationalFormName, sep9Fields } from "../../plugins/sep9/mod.ts";
import { PHONE_EXAMPLE } from "./customer-inputs.ts";

/** What people call a field, without whether it may be left out. */
export function labelOf(
  { name, forms }: Pick<FormField, "name" | "forms">,
  { t, find, language }: Translator,
): string {
  const label = find(`pages.field.${name}`) ?? find(`fields.${name}`) ?? name;
  if (forms.length === 0) return label;
  const called = forms.map((form) => nationalFormName(form, language)).join(", ");
  return t("pages.customer.label_of_form", { label, forms: called });
}

/**
 * Texts of faults, each to stand beside its input.
 * @param faults by name of the input
 */
export function faultTexts(
  faults: ReadonlyMap<string, Refusal>,
  translator: Translator,
): ReadonlyMap<string, string> {
  return new Map([...faults].map(([name, refusal]) => [name, faultText(name, refusal, translator)]));
}

/** A text that says what is asked; of what was left out, what to do. */
function faultText(name: string, { code, params }: Refusal, { t, find }: Translator): string {
  if (code === "request.field.missing") return t(`pages.fault.${missingOf(name)}`);
  const filled = { ...texts(params), example: isolated(PHONE_EXAMPLE) };
  return find(`pages.fault.${code}`, filled) ??
    find(`errors.${code}`, { ...filled, field: find(`fields.${name}`) ?? name }) ??
    t("pages.fault.sep12.invalid.text");
}

function missingOf(name: string): "missing" | "missing_choice" | "missing_file" | "missing_code" {
  const field = sep9Fields.get(name);
  if (field === undefined) return "missing_code";
  if (field.type === "binary") return "missing_file";
  return CHOSEN.has(field.kind) ? "missing_choice" : "missing";
}

/** Kinds that are chosen and not typed. */
const CHOSEN: ReadonlySet<string> = new Set([
  "country",
  "country_alpha2",
  "language",
  "id_type",
  "sex",
  "account_type",
]);

/** `minutes` picks a plural form. */
function texts(params: RefusalParams): Record<string, string | number> {
  const minutes = params["minutes"];
  return {
    ...Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)])),
    ...(typeof minutes === "number" ? { count: minutes } : {}),
  };
}
