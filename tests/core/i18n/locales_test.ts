import assert from "node:assert/strict";
import { ERRORS } from "../../../core/errors/mod.ts";
import { LANGUAGES, RESOURCES } from "../../../core/i18n/languages.ts";
import { sep9Fields } from "../../../plugins/sep9/mod.ts";
import { isUsed, literalsOf, readLiterals } from "./source-literals.ts";

const PLURAL = /_(zero|one|two|few|many|other)$/;

/** Keys whose text may be the same as in English, by language, each with its reason. */
const SAME_AS_ENGLISH: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  fr: { "transfer.fee_rule.sum": "plus is French" },
  de: {
    "pages.customer.optional": "optional is German",
    "transfer.fee_rule.sum": "plus is German",
  },
  fil: {
    "fields.tax_id": "the general word, where TIN would be the Philippine number alone",
    "fields.referral_id": "what apps in the Philippines call it",
    "fields.card.address": "what forms in the Philippines call it",
    "transfer.fee.service": "what banks in the Philippines print",
    "pages.choice.checking": "what banks in the Philippines call it",
    "pages.choice.savings": "what banks in the Philippines call it",
    "pages.amount.fee": "fee is what people in the Philippines say",
    "pages.amount.fee_rule": "fee is what people in the Philippines say",
    "pages.status.fee": "fee is what people in the Philippines say",
    "pages.amount.method.bank_account": "what banks in the Philippines call it",
    "pages.amount.method.card": "what shops in the Philippines call it",
    "pages.amount.method.cash": "what shops in the Philippines call it",
    "pages.amount.method.mobile_money": "what apps in the Philippines call it",
    "pages.pay.address": "what wallets call it",
    "pages.pay.reference": "what banks in the Philippines call it",
  },
};

/** Full key, its plural category included → text. */
function textsOf(tree: unknown, prefix = ""): Map<string, string> {
  if (typeof tree === "string") return new Map([[prefix, tree]]);
  assert.ok(typeof tree === "object" && tree !== null, prefix);
  return new Map(
    Object.entries(tree).flatMap((
      [key, value],
    ) => [...textsOf(value, prefix === "" ? key : `${prefix}.${key}`)]),
  );
}

/** Whether a text has words of its own: `{{label}}: {{text}}` has none, and may read the same in every language. */
const hasWords = (text: string) => /\p{L}/u.test(text.replaceAll(/\{\{.*?\}\}/g, ""));

const texts = new Map(LANGUAGES.map((language) => [language, textsOf(RESOURCES[language])]));
const english = texts.get("en") ?? new Map<string, string>();

/** Keys without their plural categories. */
const keysOf = (
  of: ReadonlyMap<string, string>,
) => [...new Set([...of.keys()].map((key) => key.replace(PLURAL, "")))];

/** Names of a text's placeholders. */
const placeholders = (text: string) =>
  [...text.matchAll(/\{\{(.*?)\}\}/g)].map(([, name = ""]) => name).toSorted();

const folders = ["core", "routes", "plugins"].map((room) => new URL(`../../../${room}/`, import.meta.url));
const literals = await readLiterals(folders);
const answering = await readLiterals(folders, new URL("../../../core/errors/", import.meta.url));

Deno.test("P19 every language has the same texts as English", () => {
  for (const [language, own] of texts) {
    assert.deepEqual(keysOf(own).toSorted(), keysOf(english).toSorted(), language);
  }
});

Deno.test("P19 a text with plural forms has all forms of its language and no other", () => {
  const plurals = new Set(
    [...english.keys()].filter((key) => PLURAL.test(key)).map((key) => key.replace(PLURAL, "")),
  );
  assert.ok(plurals.size > 0);
  for (const [language, own] of texts) {
    const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted();
    for (const key of plurals) {
      const forms = [...own.keys()].filter((each) =>
        each.startsWith(`${key}_`) && each.replace(PLURAL, "") === key
      );
      assert.deepEqual(
        forms.map((form) => form.slice(key.length + 1)).toSorted(),
        categories,
        `${language} ${key}`,
      );
    }
  }
});

Deno.test("P19 a text has the same placeholders in every language", () => {
  for (const [language, own] of texts) {
    for (const [key, text] of own) {
      const base = english.get(key) ?? english.get(key.replace(PLURAL, "_other"));
      assert.ok(base !== undefined, key);
      assert.deepEqual(placeholders(text), placeholders(base), `${language} ${key}`);
      assert.ok(placeholders(text).every((name) => /^[a-z]\w*$/i.test(name)), `${language} ${key}`);
    }
  }
});

Deno.test("texts are whole: none empty, none that names another or holds markup", () => {
  for (const [language, own] of texts) {
    for (const [key, text] of own) {
      assert.ok(text !== "" && text === text.trim() && !/\$t\(|<|\s{2}/.test(text), `${language} ${key}`);
    }
  }
});

Deno.test("P19 what is the same as in English stands on the list, and only that", () => {
  for (const [language, own] of texts) {
    if (language === "en") continue;
    const same = [...own].filter(([key, text]) => english.get(key) === text && hasWords(text))
      .map(([key]) => key);
    assert.deepEqual(same.toSorted(), Object.keys(SAME_AS_ENGLISH[language] ?? {}).toSorted(), language);
  }
});

Deno.test("no text is left that the source cannot ask for", () => {
  // Names of fields come from the catalogue, which the test below compares.
  const keys = keysOf(english).filter((key) => !key.startsWith("fields."));
  assert.deepEqual(keys.filter((key) => !isUsed(key, literals)), []);
});

Deno.test("P7 every error has a text, and every text an error that is answered somewhere", () => {
  const codes = Object.keys(ERRORS);
  const told = keysOf(english).filter((key) => key.startsWith("errors.")).map((key) => key.slice(7));
  assert.deepEqual(told.toSorted(), codes.toSorted());
  // The tables themselves name every code; where one is answered, the rest of the source does.
  assert.deepEqual(codes.filter((code) => !isUsed(code, answering)), []);
});

Deno.test("P7 every refusal says what to do next, in every language", () => {
  /** A second sentence says it, or the one there is says what has to be. */
  const sentences = (text: string) => text.split(/[.!?؟।](?:\s|$)/).filter((part) => part !== "").length;
  for (const [language, own] of texts) {
    for (const [key, text] of own) {
      const base = english.get(key) ?? english.get(key.replace(PLURAL, "_other")) ?? "";
      if (!key.startsWith("errors.")) continue;
      assert.ok(sentences(base) > 1 || /must be|^Say /.test(base), key);
      assert.ok(sentences(text) >= Math.min(2, sentences(base)), `${language} ${key}`);
    }
  }
});

Deno.test("P19 Spanish speaks to everybody alike, as tú", () => {
  const formal =
    /\b(env[ií]e(lo|la)?|inicie|revise|omita|omítalo|indique|vuelva|consulte|inténtelo|compárelo)\b/i;
  assert.deepEqual([...texts.get("es") ?? []].filter(([, text]) => formal.test(text)), []);
});

Deno.test("every SEP-9 field has a name that people can read, and no other name is kept", () => {
  const named = keysOf(english).filter((key) => key.startsWith("fields.")).map((key) =>
    key.slice("fields.".length)
  );
  const known = [...sep9Fields.keys()];
  assert.deepEqual(known.filter((name) => !named.includes(name)), []);
  assert.deepEqual(named.filter((name) => !known.includes(name)), []);
});

Deno.test("the search for unused texts can find one", () => {
  const example = literalsOf([
    'throw new Refusal("room.code"); const x: Code = "late"; find(`room.${x}`); // "room.old"\n/* "room.older" */',
  ]);
  const used = (key: string) => isUsed(key, example);
  assert.deepEqual(["errors.room.code", "room.late", "errors.room.late"].map(used), [true, true, true]);
  assert.deepEqual(["room.old", "room.older", "room.early", "errors.other.late"].map(used), [
    false,
    false,
    false,
    false,
  ]);
});
