/**
 * Fees and what is left of an amount, in exact integers (M-24).
 * @module
 */
import { formatUnits } from "../../plugins/money.ts";

/** A fee in exact integers: `fixed` in units of 10⁻⁷, `percent` in units of 10⁻⁷ of a percentage point (1 % = 10⁷). */
export interface Fee {
  readonly fixed: bigint;
  readonly percent: bigint;
  /** The least and the most that the two together come to, in units of 10⁻⁷; absent: no such bound. */
  readonly minimum?: bigint;
  readonly maximum?: bigint;
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

/** Whether a fee can be said as a fixed part plus a percentage, which is all that `/info` has names for (R-06-172). */
export function isFixedPlusPercent({ minimum, maximum }: Fee): boolean {
  return minimum === undefined && maximum === undefined;
}

/** Whether two fees ask the same of every amount, as far as their rules tell. */
export function isSameFee(one: Fee, other: Fee): boolean {
  return one.fixed === other.fixed && one.percent === other.percent && one.minimum === other.minimum &&
    one.maximum === other.maximum;
}

const PERCENT_SCALE = 100n * 10_000_000n;

/**
 * What becomes of an amount that came in.
 * @param step the smallest step in which it can go out, in units of 10⁻⁷: 1 on Stellar, the rail's `minUnit` at a bank.
 * What lies below the step is an item of its own, so the formula holds and nobody is favoured in silence (M-24)
 * @returns `null` when nothing would be left to pay out
 */
export function amountsFor(amountIn: bigint, fee: Fee, step: bigint): Amounts | null {
  const service = serviceFee(amountIn, fee);
  const left = amountIn - service;
  if (left < step) return null;
  const rounding = left % step;
  const items: FeeItem[] = [];
  if (service > 0n) items.push({ name: "service", amount: service });
  if (rounding > 0n) items.push({ name: "rounding", amount: rounding });
  return { in: amountIn, fee: service + rounding, out: left - rounding, items };
}

/** Rounded down, in the customer's favour. */
function serviceFee(amountIn: bigint, { fixed, percent, minimum, maximum }: Fee): bigint {
  const asked = fixed + (amountIn * percent) / PERCENT_SCALE;
  const raised = minimum !== undefined && asked < minimum ? minimum : asked;
  return maximum !== undefined && raised > maximum ? maximum : raised;
}

/** Writes fee items for the record: amounts as decimals, so that no reader needs the unit. */
export function feeItemsToJson(items: readonly FeeItem[]): string {
  return JSON.stringify(items.map((item) => ({ name: item.name, amount: formatUnits(item.amount) })));
}
