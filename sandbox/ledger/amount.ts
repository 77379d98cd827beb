/**
 * Amounts as Horizon writes them: decimal strings with seven digits, one unit being 10⁻⁷ of an asset (a stroop).
 * @module
 */

/** The largest amount, balance or sequence number that a ledger can hold: 2⁶³ − 1. */
export const INT64_MAX = 9_223_372_036_854_775_807n;

/** One whole unit of an asset in stroops. */
export const ONE = 10_000_000n;

/** Stroops as a decimal with seven digits: `15000000n` is `"1.5000000"`. */
export function formatAmount(stroops: bigint): string {
  const sign = stroops < 0n ? "-" : "";
  const digits = (stroops < 0n ? -stroops : stroops).toString().padStart(8, "0");
  return `${sign}${digits.slice(0, -7)}.${digits.slice(-7)}`;
}
