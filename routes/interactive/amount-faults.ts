/**
 * What is wrong with what a person chose, and what to do: in the words of a page, since refusals speak to wallets too.
 * @module
 */
import { isolated, type TypedAmount, typedAmount } from "../../core/i18n/mod.ts";
import type { Refusal, RefusalParams } from "../../core/refusal.ts";
import type { Way } from "../../core/transfers/choices.ts";
import { parseUnits } from "../../plugins/money.ts";
import type { AmountWords } from "./amount-words.ts";

/** Inputs of the page that may be wrong. */
export type AmountField = "amount" | "method" | "country";

/** One thing that is wrong. */
export interface AmountFault {
  readonly field: AmountField;
  readonly text: string;
}

/** Where a refusal belongs, and what a page says of it; others are said in their own words, beside the amount. */
const FAULTS: Readonly<Record<string, readonly [AmountField, string]>> = {
  "transfer.amount_needed": ["amount", "needed"],
  "transfer.amount_too_small": ["amount", "too_small"],
  "transfer.amount_too_large": ["amount", "too_large"],
  "transfer.amount_step": ["amount", "step"],
  "transfer.limit_reached": ["amount", "limit"],
  "transfer.balance_too_small": ["amount", "balance"],
  "transfer.deposit_open": ["amount", "deposit_open"],
  "transfer.method_needed": ["method", "method"],
  "transfer.unknown_method": ["method", "method"],
  "transfer.country_not_served": ["country", "not_served"],
};

/** Why a choice is refused. @param way what was chosen, as far as it is known */
export function faultOf(
  { code, params }: Refusal,
  words: AmountWords,
  { way, amount }: { readonly way: Way | null; readonly amount: bigint | null },
): AmountFault {
  const { find } = words.translator;
  const [field, name] = FAULTS[code] ?? ["amount", null];
  // What is within the bounds and too small all the same is less than its fee.
  const isEaten = name === "too_small" && way !== null && amount !== null && amount >= way.min;
  const bounds = way === null ? {} : { min: words.money(way.min), max: words.money(way.max) };
  const shown = { ...paramsInWords(params, words), ...bounds };
  const text = find(`pages.amount.fault.${isEaten ? "nothing_left" : name}`, shown) ??
    find(`errors.${code}`, shown);
  return { field, text: text ?? code };
}

/** What cannot be read as an amount. */
export function typedFault(
  typed: Exclude<TypedAmount, { kind: "amount" | "empty" }>,
  words: AmountWords,
): AmountFault {
  const { t, language } = words.translator;
  const written = (units: bigint) => isolated(typedAmount(language, units, 2));
  switch (typed.kind) {
    case "ambiguous": {
      const [whole, fraction] = [written(typed.whole), written(typed.fraction)];
      return { field: "amount", text: t("pages.amount.fault.ambiguous", { whole, fraction }) };
    }
    case "too_fine":
      return { field: "amount", text: t("pages.amount.fault.too_fine") };
    case "not_a_number":
      return { field: "amount", text: t("pages.amount.fault.not_a_number", { example: written(EXAMPLE) }) };
  }
}

/** 12.50, as an example of what is typed. */
const EXAMPLE = 125_000_000n;

const IN_MONEY: ReadonlySet<string> = new Set(["min", "max", "step", "remaining", "held"]);

function paramsInWords(params: RefusalParams, words: AmountWords): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]): [string, string] => {
      if (value instanceof Date) return [name, words.time(value)];
      const units = IN_MONEY.has(name) ? parseUnits(String(value)) : null;
      return [name, units === null ? String(value) : words.money(units)];
    }),
  );
}
