import assert from "node:assert/strict";
import {
  directionOf,
  formatDate,
  formatDateTime,
  formatDuration,
  formatMoney,
  formatNumber,
  LANGUAGES,
} from "../../../core/i18n/mod.ts";

/** `Intl` separates by several kinds of blank; which one is its own matter. */
const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, " ");

Deno.test("P19 money keeps every digit and shows its code in each language", () => {
  const cases: [string, string, string, string][] = [
    ["en", "1234.5", "USD", "USD 1,234.50"],
    ["es", "12345.5", "USD", "12.345,50 USD"],
    ["pt-BR", "1234.5", "BRL", "BRL 1.234,50"],
    ["en", "0.0000001", "USDX", "0.0000001 USDX"],
    ["en", "900719925474.0993123", "USDX", "900,719,925,474.0993123 USDX"],
    ["pt-BR", "900719925474.0993123", "BRL", "BRL 900.719.925.474,0993123"],
    ["en", "1500", "JPY", "JPY 1,500"],
    // From the right: the mark keeps the code of an asset on the same side as that of a currency.
    ["ar", "1234.5", "USD", "\u200f1,234.50 USD"],
    ["ar", "1234.5", "USDX", "\u200f1,234.50 USDX"],
  ];
  for (const [language, amount, code, expected] of cases) {
    assert.equal(plain(formatMoney(language, amount, code)), expected);
  }
});

Deno.test("money that is no plain decimal is refused, not printed as NaN", () => {
  for (const text of ["", "1e3", "0x10", " 1", "Infinity", "1,5"]) {
    assert.throws(() => formatMoney("en", text, "USD"), RangeError, JSON.stringify(text));
    assert.throws(() => formatNumber("en", text), RangeError);
  }
});

Deno.test("P19 dates are Gregorian with Latin digits whatever the language", () => {
  const at = Date.UTC(2026, 10, 21, 9, 5);
  assert.equal(formatDate("en", at), "November 21, 2026");
  assert.equal(formatDate("es", at), "21 de noviembre de 2026");
  assert.equal(formatDate("pt-BR", at), "21 de novembro de 2026");
  assert.match(formatDate("th", at), /2026/);
  assert.match(formatDate("fa", at), /2026/);
  assert.match(formatDateTime("pt-BR", at, "America/Sao_Paulo"), /06:05/);
  assert.match(plain(formatDateTime("en", at)), /9:05:00 AM UTC/);
});

Deno.test("the direction of a language follows its script", () => {
  assert.deepEqual(LANGUAGES.filter((language) => directionOf(language) === "rtl"), ["ar"]);
  assert.deepEqual(["ar", "he", "fa", "ur", "az-Arab", "zh-TW"].map(directionOf), [
    ...Array(5).fill("rtl"),
    "ltr",
  ]);
});

Deno.test("a length of time is told in one unit, rounded up, with the plural form of its language", () => {
  const told = (seconds: number) => formatDuration("en", seconds);
  assert.deepEqual([1, 45, 60, 90, 300, 301].map(told), [
    "1 second",
    "45 seconds",
    "1 minute",
    "90 seconds",
    "5 minutes",
    "6 minutes",
  ]);
  assert.deepEqual([3_600, 5_400, 86_400, 172_801].map(told), ["1 hour", "90 minutes", "1 day", "3 days"]);
  assert.equal(formatDuration("es", 86_400), "1 día");
  assert.equal(formatDuration("ar", 300), "5 دقائق");
});
