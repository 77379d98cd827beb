/**
 * Values that were given before the customer's country was known, or changed: they are read again by the country's forms,
 * so that whatever comes last, a number has the form that its country demands. A mobile number is read again in the same
 * way when its format comes after it (R-09-12).
 * @module
 */
import { canonicalName } from "../../plugins/sep9/mod.ts";
import type { NationalForm } from "../../plugins/sep9/mod.ts";
import type { Vault } from "../records/vault.ts";
import { textOf } from "./customer.ts";
import type { CustomerView } from "./customer.ts";
import type { Entries } from "./submission.ts";

/** Known values with forms in the country, or in the format, that a submission names, as entries beside it. */
export function valuesOfMover(
  vault: Vault,
  view: CustomerView | null,
  { entries, forms }: {
    readonly entries: Entries;
    /** Those of the country, by field. */
    readonly forms: Readonly<Record<string, readonly NationalForm[]>>;
  },
): Entries {
  const given = new Set(entries.map(([key]) => canonicalName(key)));
  if (view === null) return [];
  const names = new Set([
    ...(given.has("address_country_code") ? Object.keys(forms) : []),
    ...(given.has("mobile_number_format") ? ["mobile_number"] : []),
  ]);
  return [...names].filter((name) => !given.has(name)).flatMap((name): Entries => {
    const text = textOf(vault, view, name);
    return text === null ? [] : [[name, text]];
  });
}
