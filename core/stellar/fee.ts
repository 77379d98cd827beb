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

/** By how much a bump has to offer more than what it replaces in the network's queue. */
const REPLACEMENT_FACTOR = 10n;

/**
 * What a fee bump offers for one operation, in stroops; null where none helps: what was offered is enough, or more is
 * above the cap. What is refused for its fee though it offers what others paid of late is too little by now, or stands in
 * the queue already: it offers more as well.
 * @param offered what the envelope, or its last bump, offers
 * @param mayWait whether that may stand in the network's queue, and was not refused
 */
export function bumpedFee(
  offered: bigint,
  stats: FeeStats,
  cap: bigint,
  mayWait: boolean,
): bigint | null {
  const going = offeredFee(stats, cap);
  const replacing = offered * REPLACEMENT_FACTOR;
  if (!mayWait) {
    if (going > offered) return going;
    const most = replacing < cap ? replacing : cap;
    return most > offered ? most : null;
  }
  if (going <= offered) return null;
  const fee = replacing > going ? replacing : going;
  return fee > cap ? null : fee;
}
