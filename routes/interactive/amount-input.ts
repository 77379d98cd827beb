/**
 * What a person typed and chose on the amount page, read in their language.
 * @module
 */
import { readTypedAmount } from "../../core/i18n/mod.ts";
import type { Choices, Way } from "../../core/transfers/choices.ts";
import type { Choice } from "../../core/transfers/choose.ts";
import { type AmountFault, type AmountField, typedFault } from "./amount-faults.ts";
import type { AmountWords } from "./amount-words.ts";

/** As it was typed, so that a page with a fault shows it again. */
export type AmountTyped = Readonly<Record<AmountField, string>>;

/** What it comes to: a choice, or what is wrong. */
export type AmountRead =
  | { readonly kind: "choice"; readonly choice: Choice; readonly way: Way }
  | { readonly kind: "faults"; readonly faults: readonly AmountFault[] };

/** The way that was chosen; the only one where there is no choice. */
export function wayIn({ ways }: Pick<Choices, "ways">, method: string): Way | null {
  const [only, ...others] = ways;
  if (only !== undefined && others.length === 0) return only;
  return ways.find((way) => way.method === method) ?? null;
}

/** Reads it. Everything that is wrong is told at once. */
export function readAmount(typed: AmountTyped, choices: Choices, words: AmountWords): AmountRead {
  const { t, language } = words.translator;
  const way = wayIn(choices, typed.method);
  const faults: AmountFault[] = [];
  if (way === null) faults.push({ field: "method", text: t("pages.amount.fault.method") });
  const amount = readTypedAmount(language, typed.amount, [choices.currency, choices.assetCode]);
  if (amount.kind === "empty") {
    if (way?.needsAmount) faults.push(neededFault(way, words));
  } else if (amount.kind !== "amount") faults.push(typedFault(amount, words));
  if (way === null || faults.length > 0) return { kind: "faults", faults };
  return {
    kind: "choice",
    way,
    choice: {
      amount: amount.kind === "amount" ? amount.units : null,
      method: way.method,
      ...(choices.country === null ? {} : { country: choices.country }),
    },
  };
}

function neededFault({ min, max }: Way, { translator: { t }, money }: AmountWords): AmountFault {
  return { field: "amount", text: t("pages.amount.fault.needed", { min: money(min), max: money(max) }) };
}
