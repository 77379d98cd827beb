/**
 * The fee that an envelope offers: what the network asks, under a cap (M-7).
 * @module
 */
import type { FeeStats } from "./horizon.ts";

/** Most that is offered for one operation when config says nothing, in stroops: 0.01 XLM. */
export const DEFAULT_FEE_CAP = 100_000n;

/**
 * What to offer for one operation, in stroops: what nine of ten that got into the last ledgers paid, at least twice the
 * base fee so that a small surge does not strand the envelope for the whole of its time bounds, at most the cap.
 * Offers cost nothing more than the ledger needs: it charges the lowest offer that got in.
 */
export function offeredFee(stats: FeeStats, cap: bigint = DEFAULT_FEE_CAP): bigint {
  const paid = stats.feeCharged.p90;
  const least = stats.baseFee * 2n;
  const wanted = paid > least ? paid : least;
  return wanted < cap ? wanted : cap;
}
