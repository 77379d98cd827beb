/**
 * Numbers, money and dates for people, by `Intl`: always the Gregorian calendar and Latin digits, so that an amount or
 * a deadline reads the same on every page. Amounts come in as decimal strings and keep every digit (M-24).
 * @module
 */
import { directionOf } from "./languages.ts";

/** A decimal with or without a sign and a fraction; nothing else that `Number` would take. */
const DECIMAL = /^-?\d+(?:\.\d+)?$/;

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf("currency"));

/**
 * An amount of money: `1,234.50 USDX`, `BRL 1.234,50`. The code is shown, never a symbol that several currencies share.
 * @param amount plain decimal, as `plugins/money.ts` writes it; up to seven decimals are shown
 * @param code ISO 4217 code or asset code
 * @throws RangeError when the amount is no decimal
 */
export function formatMoney(language: string, amount: string, code: string): string {
  if (CURRENCIES.has(code)) {
    return moneyFormat(language, code).format(decimal(amount));
  }
  const shown = `${moneyFormat(language, null).format(decimal(amount))}\u00a0${code}`;
  // As `Intl` writes currencies there: sums of both kinds stand in one order on a page that reads from the right.
  return directionOf(language) === "rtl" ? `\u200f${shown}` : shown;
}

/**
 * A number, for example a percentage or a count.
 * @param value plain decimal
 * @throws RangeError when the value is no decimal
 */
export function formatNumber(language: string, value: string): string {
  return numberFormat(language).format(decimal(value));
}

/** A date: `21 November 2026`. @param at milliseconds since 1970 @param timeZone IANA name; UTC when absent */
export function formatDate(language: string, at: number, timeZone = "UTC"): string {
  return dateFormat(language, timeZone, "date").format(at);
}

/** A date with its time and time zone. @param at milliseconds since 1970 @param timeZone IANA name; UTC when absent */
export function formatDateTime(language: string, at: number, timeZone = "UTC"): string {
  return dateFormat(language, timeZone, "time").format(at);
}

/** A length of time in one unit, rounded up: `5 minutes`. @param seconds whole, 1 or more */
export function formatDuration(language: string, seconds: number): string {
  const [unit, length] = UNITS.find(([, each]) => seconds % each === 0 || seconds >= 2 * each) ??
    ["second", 1];
  return durationFormat(language, unit).format(Math.ceil(seconds / length));
}

/** Longest first. What is neither whole nor two of a unit is told in the next one, so that rounding up never doubles it. */
const UNITS: readonly (readonly [string, number])[] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

function decimal(text: string): `${number}` {
  if (!isDecimal(text)) throw new RangeError("Cannot format an amount: it is no plain decimal");
  return text;
}

function isDecimal(text: string): text is `${number}` {
  return DECIMAL.test(text);
}

const moneyFormat = remembered((language, currency) =>
  new Intl.NumberFormat(language, {
    numberingSystem: "latn",
    ...(currency === null
      ? { minimumFractionDigits: 2 }
      : { style: "currency", currency, currencyDisplay: "code" }),
    maximumFractionDigits: 7,
  })
);

const numberFormat = remembered((language) =>
  new Intl.NumberFormat(language, { numberingSystem: "latn", maximumFractionDigits: 7 })
);

const dateFormat = remembered((language, timeZone, kind) =>
  new Intl.DateTimeFormat(language, {
    calendar: "gregory",
    numberingSystem: "latn",
    timeZone: timeZone ?? "UTC",
    dateStyle: "long",
    ...(kind === "time" ? { timeStyle: "long" } : {}),
  })
);

const durationFormat = remembered((language, unit) =>
  new Intl.NumberFormat(language, {
    numberingSystem: "latn",
    style: "unit",
    unit: unit ?? "second",
    unitDisplay: "long",
  })
);

/** Formatters are dear to make and safe to share. What they are made of comes from our config, so the map stays small. */
function remembered<Format>(
  make: (language: string, ...choices: readonly (string | null)[]) => Format,
): (language: string, ...choices: readonly (string | null)[]) => Format {
  const made = new Map<string, Format>();
  return (language, ...choices) => {
    const key = [language, ...choices].join("\n");
    const format = made.get(key) ?? make(language, ...choices);
    made.set(key, format);
    return format;
  };
}

/** Numbers, codes and addresses that keep their own order in a sentence which reads from the right. */
export function isolated(text: string): string {
  return `\u2066${text}\u2069`;
}
