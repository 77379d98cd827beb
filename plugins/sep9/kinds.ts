/**
 * Reads the values of SEP-9 fields: each kind of value has one reader, which answers the value as it is stored, or
 * `null` when it is none of that kind. Texts stay texts: leading zeros are kept (R-09-18).
 * @module
 */
import { isIP } from "node:net";
import type { Sep9Kind } from "./catalogue.ts";
import { isCountry, isCountryAlpha2, isLanguage } from "./codes.ts";
import { readAccount, readCbu, readClabe } from "./accounts.ts";

/** Kinds that hold text; the others are files (`media.ts`). */
export type TextKind = Exclude<Sep9Kind, "image" | "image_or_video">;

/** Values that a kind is limited to, announced as `choices` (R-12-45). */
export const choicesOf: Partial<Record<Sep9Kind, readonly string[]>> = {
  sex: ["male", "female", "other"],
  account_type: ["checking", "savings"],
};

/** What a reader may need besides the text. */
export interface Reading {
  /** Today's date, `YYYY-MM-DD`. */
  readonly today: string;
  /** `mobile_number_format` as sent or as known before; absent means E.164. */
  readonly mobileFormat?: string;
  /** Values of `id_type` that are taken; any word when absent (R-09-17). */
  readonly idTypes?: readonly string[];
}

const READERS: Readonly<Record<TextKind, (text: string, reading: Reading) => string | null>> = {
  text: (text) => plain(text, 200, /\p{Cc}/u),
  // Line breaks and tabs are the controls that an address may hold.
  lines: (text) => plain(text.replaceAll("\r\n", "\n"), 1000, /[^\P{Cc}\n\t]/u),
  country: (text) => isCountry(text) ? text : null,
  country_alpha2: (text) => isCountryAlpha2(text) ? text : null,
  subdivision: (text) =>
    /^[A-Z]{2}-[A-Z0-9]{1,3}$/.test(text) && isCountryAlpha2(text.slice(0, 2)) ? text : null,
  date: (text) => isDate(text) ? text : null,
  past_date: (text, { today }) => isDate(text) && text < today ? text : null,
  year_month: (text) => /^\d{2}-(0[1-9]|1[0-2])$/.test(text) ? text : null,
  phone: readPhone,
  // Anything but E.164 is an agreement between wallet and anchor, a hash among them (R-09-12, R-09-13).
  mobile: (text, { mobileFormat = "E.164" }) =>
    mobileFormat === "E.164" ? readPhone(text) : plain(text, 200, /\p{Cc}/u),
  email: (text) => text.length <= 254 && /^[^\s@<>(),;:"]+@[^\s@.]+(\.[^\s@.]+)+$/.test(text) ? text : null,
  language: (text) => isLanguage(text) ? text : null,
  // ISCO-08 codes of the armed forces begin with 0, which a JSON number cannot carry: text of three digits inside.
  occupation: (text) => /^\d{1,3}$/.test(text) ? text.padStart(3, "0") : null,
  count: (text) => /^\d{1,9}$/.test(text) ? String(Number(text)) : null,
  // Wallets write ID_CARD as well as id_card; what is stored is the word that was listed.
  id_type: (text, { idTypes }) =>
    idTypes === undefined
      ? plain(text, 50, /[^\w -]/)
      : idTypes.find((one) => one.toLowerCase() === text.toLowerCase()) ?? null,
  ip: (text) => isIP(text) === 0 ? null : text,
  sex: (text) => chosen("sex", text),
  account_type: (text) => chosen("account_type", text),
  account: readAccount,
  clabe: readClabe,
  cbu: readCbu,
  cbu_alias: (text) => /^[A-Za-z0-9.-]{6,20}$/.test(text) ? text : null,
  url: readUrl,
  card_number: (text) => /^\d{12,19}$/.test(text) ? text : null,
  card_code: (text) => /^\d{3,4}$/.test(text) ? text : null,
};

/**
 * Reads a text value.
 * @returns the value as it is stored (trimmed, composed, an occupation padded to three digits), or `null`
 */
export function readValue(kind: TextKind, text: string, reading: Reading): string | null {
  return READERS[kind](text.normalize("NFC").trim(), reading);
}

/** True for a kind that holds text. */
export function isTextKind(kind: Sep9Kind): kind is TextKind {
  return kind !== "image" && kind !== "image_or_video";
}

/** A day that exists, written `YYYY-MM-DD` (R-09-7). */
function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function plain(text: string, max: number, refused: RegExp): string | null {
  return text === "" || text.length > max || refused.test(text) ? null : text;
}

function readPhone(text: string): string | null {
  return /^\+[1-9]\d{1,14}$/.test(text) ? text : null;
}

function chosen(kind: "sex" | "account_type", text: string): string | null {
  return choicesOf[kind]?.includes(text) ? text : null;
}

function readUrl(text: string): string | null {
  if (text.length > 500 || !URL.canParse(text)) return null;
  return ["http:", "https:"].includes(new URL(text).protocol) ? text : null;
}
