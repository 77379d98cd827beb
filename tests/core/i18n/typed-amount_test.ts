import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import {
  formatMoney,
  formatNumber,
  LANGUAGES,
  readTypedAmount,
  typedAmount,
} from "../../../core/i18n/mod.ts";
import { formatUnits, parseUnits } from "../../../plugins/money.ts";

/** What was meant, as a plain decimal, or why nobody can say. */
function read(language: string, text: string): string {
  const typed = readTypedAmount(language, text, ["USD", "USDX"]);
  return typed.kind === "amount" ? formatUnits(typed.units) : typed.kind;
}

const MEANT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  en: {
    "1,234.50": "1234.5",
    "1234.5": "1234.5",
    "1,234": "1234",
    "1,234,567.8": "1234567.8",
    "$1,234.50": "1234.5",
    "1.5": "1.5",
    "1,5": "1.5",
    ".5": "0.5",
    "5.": "5",
    "0.125": "0.125",
    "007": "7",
    "USD 20": "20",
    "20 usdx": "20",
    "1.234": "ambiguous",
    "999.999": "ambiguous",
    "1234.567": "1234.567",
    "1.2340": "1.234",
  },
  de: {
    "1.234,50": "1234.5",
    "1.234": "1234",
    "1,5": "1.5",
    "1.5": "1.5",
    "1,234": "ambiguous",
    "1’234": "1234",
  },
  es: { "1.234,50": "1234.5", "12.345": "12345", "1 234,5": "1234.5" },
  "pt-BR": { "1.234,50": "1234.5", "R$ 1.234,50": "1234.5", "1.234.567": "1234567", "10,00": "10" },
  fr: { "1\u202f234,50": "1234.5", "1 234,50": "1234.5", "1.234": "ambiguous", "1,5": "1.5" },
  ar: {
    "١٬٢٣٤٫٥٠": "1234.5",
    "١٢٣٤٫٥": "1234.5",
    "۱۲۳": "123",
    "1٫234": "1.234",
    "\u200f١٢٫٥": "12.5",
    "١٢،٥": "12.5",
  },
  hi: { "१,२३४.५": "1234.5", "12,34,567": "1234567", "12,34,567.50": "1234567.5" },
};

Deno.test("amounts are read as people of each language write them, and what may be two sums is not guessed", () => {
  for (const [language, texts] of Object.entries(MEANT)) {
    for (const [text, meant] of Object.entries(texts)) {
      equal(read(language, text), meant, `${language} ${text}`);
    }
  }
});

Deno.test("what is no amount is none, in any language", () => {
  for (const language of LANGUAGES) {
    const nothing = [
      "-5",
      "+5",
      "1e5",
      "0x10",
      "five",
      "1,2,3",
      "1,,2",
      "1.2.3,4.5",
      "12 34",
      "1,234.567,8",
      "Infinity",
      "1/2",
      ".",
      ",",
      "1 .5.",
      "9".repeat(30),
      "1".repeat(100),
      "5 apples",
      "1$5",
      "USDUSD 5",
    ];
    for (const text of nothing) equal(read(language, text), "not_a_number", `${language} ${text}`);
    for (const text of ["", "  ", "$", "\u00a0", "\u200f"]) equal(read(language, text), "empty");
    for (const text of ["1.00000001", "0,12345678"]) equal(read(language, text), "too_fine", text);
    equal(read(language, "1.50000000000"), "1.5");
  }
});

Deno.test("what a page writes into its field is read back as the same sum, and so is what it shows as money", () => {
  const units = fc.bigInt({ min: 0n, max: 9_223_372_036_854_775_807n });
  fc.assert(
    fc.property(units, fc.constantFrom(...LANGUAGES), fc.nat({ max: 7 }), (amount, language, places) => {
      const typed = typedAmount(language, amount, places);
      deepEqual(readTypedAmount(language, typed), { kind: "amount", units: amount }, typed);
      // Numbers of our own pages are in groups; those with three decimals are the ones that are asked about.
      const shown = formatNumber(language, formatUnits(amount));
      const read = readTypedAmount(language, shown);
      if (read.kind === "amount") equal(read.units, amount, shown);
      else equal(read.kind, "ambiguous");
    }),
  );
  for (const language of LANGUAGES) {
    const money = formatMoney(language, "1234.5", "USD");
    deepEqual(
      readTypedAmount(language, money, ["USD"]),
      { kind: "amount", units: parseUnits("1234.5") },
      money,
    );
  }
});

Deno.test("no text makes it fail, and none is read as more digits than were typed", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", maxLength: 80 }),
      fc.constantFrom(...LANGUAGES),
      (text, language) => {
        const typed = readTypedAmount(language, text);
        if (typed.kind !== "amount") return;
        const digits = [...text.normalize("NFKC").matchAll(/\p{Nd}/gu)].length;
        ok(typed.units.toString().length <= digits + 7);
      },
    ),
  );
});
