/**
 * Fees and what is left of an amount, in exact integers (M-24).
 * @module
 */
import { formatUnits } from "../../plugins/money.ts";

/** A fee in exact integers: `fixed` in units of 10⁻⁷, `percent` in units of 10⁻⁷ of a percentage point (1 % = 10⁷). */
export interface Fee {
  readonly fixed: bigint;
  readonly percent: bigint;
}

/** No fee. */
export const NO_FEE: Fee = { fixed: 0n, percent: 0n };

/** One line of `fee_details`: a key of the locales (`transfer.fee.<name>`) and units of 10⁻⁷. */
export interface FeeItem {
  readonly name: "service" | "rounding";
  readonly amount: bigint;
}

/** The three amounts of a transfer; `in = fee + out`, and the items sum up to the fee (R-06-146, R-06-143). */
export interface Amounts {
  readonly in: bigint;
  readonly fee: bigint;
  readonly out: bigint;
  readonly items: readonly FeeItem[];
}

const PERCENT_SCALE = 100n * 10_000_000n;

/**
 * What becomes of an amount that came in.
 * @param step the smallest step in which it can go out, in units of 10⁻⁷: 1 on Stellar, the rail's `minUnit` at a bank.
 * What lies below the step is an item of its own, so the formula holds and nobody is favoured in silence (M-24)
 * @returns `null` when nothing would be left to pay out
 */
export function amountsFor(amountIn: bigint, fee: Fee, step: bigint): Amounts | null {
  const service = fee.fixed + (amountIn * fee.percent) / PERCENT_SCALE;
  const left = amountIn - service;
  if (left < step) return null;
  const rounding = left % step;
  const items: FeeItem[] = [];
  if (service > 0n) items.push({ name: "service", amount: service });
  if (rounding > 0n) items.push({ name: "rounding", amount: rounding });
  return { in: amountIn, fee: service + rounding, out: left - rounding, items };
}

/** Writes fee items for the record: amounts as decimals, so that no reader needs the unit. */
export function feeItemsToJson(items: readonly FeeItem[]): string {
  return JSON.stringify(items.map((item) => ({ name: item.name, amount: formatUnits(item.amount) })));
}
