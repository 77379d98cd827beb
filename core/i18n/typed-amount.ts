/**
 * Amounts as people type them: `1.234,50` in German, `1,234.50` in English, `١٬٢٣٤٫٥` in Arabic. What could mean two sums
 * is not guessed: a thousand is not one (DESIGN §4.3).
 * @module
 */
import { formatUnits, parseUnits } from "../../plugins/money.ts";
import { remembered } from "../remembered.ts";
import { latinDigits } from "./latin-digits.ts";

/**
 * What was meant.
 * - `ambiguous`: it may be a whole number in groups of three, or have a fraction of three digits: the two sums
 * - `too_fine`: more decimals than there are
 */
export type TypedAmount =
  | { readonly kind: "amount"; readonly units: bigint }
  | { readonly kind: "ambiguous"; readonly whole: bigint; readonly fraction: bigint }
  | { readonly kind: "empty" }
  | { readonly kind: "too_fine" }
  | { readonly kind: "not_a_number" };

/** Marks of a language with Latin digits. */
interface Marks {
  readonly decimal: string;
  readonly group: string;
}

/** Longer than any amount that there is. */
const MOST_CHARACTERS = 60;

/** `€`, `R$`, `US$`, at either end. */
const SYMBOL = /^\p{L}{0,3}\p{Sc}|\p{Sc}$/u;

/** Groups of three, or as in India: three at the end and two before. */
const GROUPED = /^\d{1,3}(?:~\d{3})+$|^\d{1,2}(?:~\d{2})*~\d{3}$/;

/**
 * Reads what was typed.
 * @param codes of currency and asset, which may stand before or behind it
 */
export function readTypedAmount(language: string, text: string, codes: readonly string[] = []): TypedAmount {
  if (text.length > MOST_CHARACTERS) return { kind: "not_a_number" };
  const typed = spelled(text, codes);
  if (typed === "") return { kind: "empty" };
  const parts = partsOf(typed, marksOf(language));
  if (parts === null) return { kind: "not_a_number" };
  if (parts.isAmbiguous) {
    const units = BigInt(parts.whole + parts.fraction) * 10_000n;
    return { kind: "ambiguous", whole: units * 1_000n, fraction: units };
  }
  const whole = parts.whole.replace(/^0+(?=\d)/, "");
  const fraction = parts.fraction.replace(/0+$/, "");
  if (fraction.length > 7) return { kind: "too_fine" };
  const units = parseUnits(fraction === "" ? whole : `${whole}.${fraction}`);
  return units === null ? { kind: "not_a_number" } : { kind: "amount", units };
}

/** An amount as it is typed in a language: without groups, and never so that it could be read otherwise. */
export function typedAmount(language: string, units: bigint, places = 0): string {
  const [whole = "0", fraction = ""] = formatUnits(units).split(".");
  if (fraction === "") return whole;
  const padded = fraction.padEnd(places, "0");
  return `${whole}${marksOf(language).decimal}${padded.length === 3 ? `${padded}0` : padded}`;
}

/** Latin digits and marks alone; codes, symbols, blanks around it and marks of direction are left out. */
function spelled(text: string, codes: readonly string[]): string {
  const plain = text.normalize("NFKC").replaceAll(/\p{Cf}/gu, "").trim().replace(SYMBOL, "");
  let typed = latinDigits(plain).replaceAll("٫", "d").replaceAll("٬", "g").replaceAll("،", ",").trim();
  for (const code of codes) {
    if (typed.toUpperCase().startsWith(code)) typed = typed.slice(code.length).trim();
    else if (typed.toUpperCase().endsWith(code)) typed = typed.slice(0, -code.length).trim();
  }
  return typed;
}

/** Whole and fraction, digits alone. */
interface Parts {
  readonly whole: string;
  readonly fraction: string;
  /** Whether what is taken for a fraction may be the last group of a whole number. */
  readonly isAmbiguous: boolean;
}

/** `null` for what is no number. */
function partsOf(typed: string, marks: Marks): Parts | null {
  const found = [...typed.matchAll(/[^\d]/g)].map(([mark]) => /[\s'’]/.test(mark) ? "~" : mark);
  const spaced = typed.replaceAll(/[\s'’]/g, "~");
  const kinds = [...new Set(found)];
  if (kinds.some((mark) => !"dg~.,".includes(mark))) return null;
  const decimal = decimalAmong(found, kinds);
  const at = decimal === null ? -1 : spaced.lastIndexOf(decimal);
  const whole = at < 0 ? spaced : spaced.slice(0, at);
  const fraction = at < 0 ? "" : spaced.slice(at + 1);
  // One mark before three digits may be either, unless it is how the language itself writes thousands.
  if (
    at >= 0 && kinds.length === 1 && decimal !== "d" && /^[1-9]\d{0,2}$/.test(whole) &&
    /^\d{3}$/.test(fraction)
  ) {
    return decimal === marks.group
      ? { whole: whole + fraction, fraction: "", isAmbiguous: false }
      : { whole, fraction, isAmbiguous: true };
  }
  if (new Set(whole.match(/\D/g)).size > 1 || !/^\d*$/.test(fraction)) return null;
  const groups = whole.replaceAll(/\D/g, "~");
  if (groups.includes("~") && !GROUPED.test(groups)) return null;
  if (groups === "" && fraction === "") return null;
  return { whole: groups.replaceAll("~", "") || "0", fraction, isAmbiguous: false };
}

/** The mark that parts the fraction: the last of several kinds, or one that stands alone and once. */
function decimalAmong(found: readonly string[], kinds: readonly string[]): string | null {
  const last = found.at(-1);
  if (last === undefined || last === "g" || last === "~") return null;
  const times = found.filter((mark) => mark === last).length;
  return times === 1 && kinds.length <= 2 ? last : null;
}

const marksOf = remembered(50, (language): Marks => {
  const parts = new Intl.NumberFormat(language, { numberingSystem: "latn", useGrouping: true })
    .formatToParts(1_234_567.5);
  const mark = (type: "decimal" | "group") => parts.find((part) => part.type === type)?.value ?? "";
  return { decimal: mark("decimal"), group: mark("group") };
});
