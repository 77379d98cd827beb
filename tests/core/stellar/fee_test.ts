import assert from "node:assert/strict";
import { bumpedFee, DEFAULT_FEE_CAP, offeredFee } from "../../../core/stellar/fee.ts";
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

Deno.test("M-7 a bump offers what is paid by now, or what takes a place in the queue, and never more than the cap", () => {
  const cases: readonly (readonly [bigint, bigint, bigint, boolean, bigint | null])[] = [
    // What was offered, what nine of ten paid, the cap, whether it may stand in the queue; what the bump offers.
    [200n, 5_000n, 100_000n, false, 5_000n],
    [200n, 10n ** 9n, 100_000n, false, 100_000n],
    [200n, 5_000n, 100_000n, true, 5_000n],
    [2_000n, 5_000n, 100_000n, true, 20_000n],
    [20_000n, 30_000n, 100_000n, true, null],
    [5_000n, 5_000n, 100_000n, true, null],
    // Refused, though it offers what others paid of late.
    [5_000n, 5_000n, 100_000n, false, 50_000n],
    [50_000n, 5_000n, 100_000n, false, 100_000n],
    [100_000n, 10n ** 9n, 100_000n, false, null],
  ];
  for (const [offered, p90, cap, mayWait, fee] of cases) {
    assert.equal(bumpedFee(offered, stats(100n, p90), cap, mayWait), fee, `${offered} ${p90} ${mayWait}`);
  }
});
