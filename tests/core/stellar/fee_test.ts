import assert from "node:assert/strict";
import { DEFAULT_FEE_CAP, offeredFee } from "../../../core/stellar/fee.ts";
import type { FeeStats } from "../../../core/stellar/horizon.ts";

function stats(baseFee: bigint, p90: bigint): FeeStats {
  const all = { min: 100n, mode: 100n, p50: 100n, p70: 100n, p90, p95: p90, p99: p90, max: p90 };
  return { lastLedger: 1, baseFee, feeCharged: all, maxFee: { ...all, max: 10n ** 12n } };
}

Deno.test("M-7 the fee follows what is paid, from twice the base fee up to the cap", () => {
  assert.equal(offeredFee(stats(100n, 100n)), 200n);
  assert.equal(offeredFee(stats(100n, 5_500n)), 5_500n);
  assert.equal(offeredFee(stats(100n, 10n ** 9n)), DEFAULT_FEE_CAP);
  assert.equal(offeredFee(stats(100n, 5_500n), 300n), 300n);
});
