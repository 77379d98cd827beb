/**
 * What people type into a form, in the spelling that the readers of SEP-9 take: without the blanks, dots and brackets with
 * which numbers are written down, and with the digits of any script. Wallets that send values by API are held to the
 * letter (R-09-14); people are not. Pure.
 * @module
 */
import { latinDigits } from "../i18n/mod.ts";
import { canonicalName, derivedName, sep9Field } from "../../plugins/sep9/mod.ts";
import type { NationalForm, Sep9Kind } from "../../plugins/sep9/mod.ts";
import type { Entries } from "./submission.ts";

/** What the reading may depend on. */
export interface TypedContext {
  /** `mobile_number_format` as known before. */
  readonly mobileFormat: string | null;
  /** National forms that the customer's country demands, by canonical name. */
  readonly forms: Readonly<Record<string, readonly NationalForm[]>>;
}

/** Marks of direction that are copied along with a number out of a text from right to left. */
const DIRECTION_MARKS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Blanks, brackets and every dash. */
const BETWEEN_DIGITS = /[\s().\/\p{Pd}]/gu;

const TYPED: Partial<Record<Sep9Kind, (text: string) => string>> = {
  phone: phone,
  mobile: phone,
  account: account,
  clabe: compact,
  cbu: compact,
  card_number: compact,
  card_code: compact,
  date: day,
  past_date: day,
  year_month: month,
  occupation: plainDigits,
  count: plainDigits,
  url: (text) => /^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `https://${text}`,
};

/** Entries of a form: fields that were left empty are not given, and a new file goes before one that was kept. */
export function typedEntries(entries: Entries, context: TypedContext): Entries {
  const given = entries.filter(([, value]) => !isEmpty(value));
  const files = new Set(given.flatMap(([key, value]) => value instanceof Uint8Array ? [key] : []));
  const format = given.find(([key]) => key === "mobile_number_format")?.[1] ?? context.mobileFormat;
  return given.flatMap(([key, value]): Entries => {
    if (typeof value !== "string") return [[key, value]];
    const derived = derivedName(key);
    if (derived?.kind === "verification") return [[key, compact(value)]];
    if (derived?.kind === "file_id") return files.has(derived.name) ? [] : [[key, value]];
    const name = canonicalName(key);
    if (name === null) return [];
    const { kind } = sep9Field(name);
    // Another form than E.164 is between wallet and anchor, and no matter of ours (R-09-13).
    if (kind === "mobile" && typeof format === "string" && format !== "E.164") return [[key, value]];
    const read = TYPED[kind] ?? (context.forms[name] === undefined ? (text: string) => text : plainDigits);
    // Signs of which nothing is left are no empty field: whoever wrote them is told.
    return [[key, read(value.trim()) || value]];
  });
}

function isEmpty(value: unknown): boolean {
  if (value instanceof Uint8Array) return value.length === 0;
  return value === null || value === undefined || (typeof value === "string" && value.trim() === "");
}

function plainDigits(text: string): string {
  return latinDigits(text.replace(DIRECTION_MARKS, "").trim());
}

function compact(text: string): string {
  return plainDigits(text).replace(BETWEEN_DIGITS, "");
}

/** `00` abroad is `+`, and the zero in brackets is dialled at home alone. */
function phone(text: string): string {
  const short = plainDigits(text).replace(/^(\s*(?:\+|00).*?)\(0\)/, "$1").replace(BETWEEN_DIGITS, "");
  return short.replace(/^00/, "+");
}

/** What looks like an IBAN is one with dashes too; other numbers are written as their bank writes them. */
function account(text: string): string {
  const short = compact(text);
  return /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/i.test(short) ? short : plainDigits(text);
}

/** Where the browser has no field for dates: `1990-1-5`, `1990/01/05` and `5.1.1990`, which nobody reads otherwise. */
function day(text: string): string {
  const digits = plainDigits(text);
  const [, year, month, date] = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(digits) ?? [];
  const [, dateFirst, monthSecond, yearLast] = /^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})$/.exec(digits) ?? [];
  const parts = year === undefined ? [yearLast, monthSecond, dateFirst] : [year, month, date];
  return parts.some((part) => part === undefined)
    ? digits
    : parts.map((part) => part?.padStart(2, "0")).join("-");
}

/** A browser says `2029-11`, a card `11/29`. */
function month(text: string): string {
  const digits = plainDigits(text);
  const [, ofCard, yearOfCard] = /^(\d{2})\s?\/\s?(?:20)?(\d{2})$/.exec(digits) ?? [];
  return ofCard === undefined ? digits.replace(/^20(\d{2}-\d{2})$/, "$1") : `${yearOfCard}-${ofCard}`;
}
