/**
 * What transactions lately offered and paid.
 * @module
 */
import { LEDGER_CAPACITY } from "../header.ts";
import type { FeeSample, History } from "../history.ts";
import type { JsonRecord } from "../records.ts";
import { BASE_FEE } from "../reserve.ts";
import type { Surge } from "../surge.ts";

/** How many ledgers the numbers are about. */
const LEDGERS = 5;

const PERCENTILES = [10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 99] as const;

/** `GET /fee_stats` as of a ledger. While ledgers are full, what the others in them pay is all that counts. */
export async function feeStats(
  history: History,
  sequence: number,
  surge: Surge | undefined,
): Promise<JsonRecord> {
  const samples = surge === undefined
    ? await history.fees(sequence - LEDGERS + 1, sequence)
    : [{ charged: surge.fee, offered: surge.fee, operations: 1 }];
  const last = await history.fees(sequence, sequence);
  const used = last.reduce((sum, { operations }) => sum + operations, 0);
  return {
    last_ledger: String(sequence),
    last_ledger_base_fee: BASE_FEE.toString(),
    ledger_capacity_usage: surge === undefined ? (used / LEDGER_CAPACITY).toFixed(2) : "1.00",
    fee_charged: distribution(samples, ({ charged }) => charged),
    max_fee: distribution(samples, ({ offered }) => offered),
  };
}

/** The spread of a fee per operation, in stroops. */
function distribution(
  samples: readonly FeeSample[],
  feeOf: (sample: FeeSample) => bigint,
): Record<string, string> {
  const measured = samples.map((sample) => feeOf(sample) / BigInt(Math.max(1, sample.operations)));
  const fees = (measured.length === 0 ? [BASE_FEE] : measured).sort((one, other) => one < other ? -1 : 1);
  const counts = new Map<bigint, number>();
  for (const fee of fees) counts.set(fee, (counts.get(fee) ?? 0) + 1);
  const [mode] = [...counts].reduce((best, next) => next[1] > best[1] ? next : best);
  const at = (share: number): string => String(fees[Math.max(0, Math.ceil(fees.length * share / 100) - 1)]);
  return {
    max: at(100),
    min: at(0),
    mode: mode.toString(),
    ...Object.fromEntries(PERCENTILES.map((share) => [`p${share}`, at(share)])),
  };
}
