import { ok } from "node:assert/strict";
import { createTexts } from "../../../core/i18n/mod.ts";
import { sep9Fields } from "../../../plugins/sep9/mod.ts";

const texts = createTexts();

/** Keys that are made at run time, so that no compiler misses them. */
function keys(): string[] {
  const kinds = new Set([...sep9Fields.values()].map(({ kind }) => kind));
  return [
    ...[...sep9Fields.keys()].map((name) => `fields.${name}`),
    ...[...kinds].map((kind) => `errors.sep12.invalid.${kind}`),
    ...["needs_info", "verification", "processing", "rejected"].map((status) => `customer.message.${status}`),
    ...["blurred", "data_mismatch", "invalid_format", "underage", "region", "other"].map((code) =>
      `reasons.${code}`
    ),
  ];
}

Deno.test("R-12-53 every field, error and message of SEP-12 has a text in every language", () => {
  for (const language of texts.languages) {
    const { find } = texts.translator(language);
    for (const key of keys()) ok(find(key), `${language}: ${key}`);
  }
});

Deno.test("fraud, watchlist and duplicate have no text that could be told", () => {
  const { find } = texts.translator("en");
  for (const code of ["fraud", "watchlist", "duplicate"]) ok(find(`reasons.${code}`) === null, code);
});
