import assert from "node:assert/strict";
import fc from "fast-check";
import type { TransferEvent } from "../../../core/transfers/events.ts";
import { exampleTransfer } from "../transfers/example-transfer.ts";
import { ASSET, ONE, OURS } from "../transfers/money-at-work.ts";
import { assertFormulas } from "./formulas.ts";
import { anyRecord, everyCase, example, show, story } from "./shown-sep24.ts";

const refunding = { ...exampleTransfer().terms, amounts: { kind: "refund" } as const };
const came = (amount: bigint): TransferEvent => ({ type: "money_received", amount, kept: 0n, place: "bank" });
const back = (amount: bigint, fee = 0n) =>
  ({ type: "refund_completed", id: "b1", idType: "external", amount, fee, place: "bank" }) as const;
const paidOut: TransferEvent = {
  type: "payout_completed",
  amount: 99n * ONE,
  stellarTransactionId: "cd".repeat(32),
  place: OURS,
};

Deno.test("R-24-143 R-24-145 R-24-151 amounts are decimals that add up, times are in UTC, whatever is known", () => {
  fc.assert(
    fc.property(anyRecord, fc.constantFrom(...everyCase), ({ amounts, ...fields }, { kind, state }) => {
      const shown = show(example({ kind, state, ...amounts, ...fields }));
      for (const amount of [shown.amount_in, shown.amount_out, shown.amount_fee, shown.fee_details?.total]) {
        assert.match(amount ?? "0", /^\d+(\.\d{1,7})?$/);
      }
      for (const at of [shown.started_at, shown.updated_at, shown.completed_at ?? shown.started_at]) {
        assert.match(at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      }
      assertFormulas(shown, shown.fee_details?.breakdown);
    }),
  );
});

Deno.test("R-24-151 R-24-152 R-24-153 what went back is in the formulas, and a full refund is all that came in", () => {
  const fee = ONE / 2n;
  const first = example({ terms: refunding });
  const all = show(story(first, came(50n * ONE), back(50n * ONE - fee, fee)), {
    refunds: [back(50n * ONE - fee, fee)],
  });
  assertFormulas(all);
  assert.deepEqual([all.status, all.refunded, all.amount_in, all.amount_out], ["refunded", true, "50", "0"]);
  assert.deepEqual(all.refunds, {
    amount_refunded: "49.5",
    amount_fee: "0.5",
    payments: [{ id: "b1", id_type: "external", amount: "49.5", fee: "0.5" }],
  });
  const free = show(story(first, came(50n * ONE), back(50n * ONE)), { refunds: [back(50n * ONE)] });
  assert.deepEqual([free.status, free.refunds?.amount_refunded, free.amount_in], ["refunded", "50", "50"]);
  // In two payments: after the first one the rest is still on its way.
  const parted = story(first, came(80n * ONE), back(30n * ONE));
  const some = show(parted, { refunds: [back(30n * ONE)] });
  assertFormulas(some, some.fee_details?.breakdown);
  assert.deepEqual([some.status, some.refunded, some.amount_out], ["pending_external", false, "49"]);
  const rest = show(story(parted, back(50n * ONE)), { refunds: [back(30n * ONE), back(50n * ONE)] });
  assertFormulas(rest);
  assert.deepEqual([rest.status, rest.refunds?.amount_refunded, rest.amount_in], ["refunded", "80", "80"]);
  assert.equal("refunds" in show(example()), false);
});

Deno.test("R-24-144 amount_out is there with the announced amount, follows what came, and is null while it is open", () => {
  const none = { amountIn: null, amountFee: null, amountOut: null, feeDetails: null };
  const open = show(example({ ...none }));
  assert.deepEqual([open.amount_in, open.amount_out, open.fee_details], [null, null, null]);
  assert.equal("amount_fee" in open, false);
  assert.equal(show(example()).amount_out, "99");
  assert.equal(show(story(example(none), came(60n * ONE))).amount_out, "59");
});

Deno.test("R-24-149 R-24-150 R-24-69 the fee is itemized as breakdown, in the asset that comes in, and said the old way too", () => {
  const feeDetails = '[{"name":"service","amount":"0.75"},{"name":"rounding","amount":"0.25"}]';
  const deposit = show(example({ feeDetails }));
  assert.deepEqual(deposit.fee_details, {
    total: "1",
    asset: "iso4217:USD",
    breakdown: [{ name: "fee service", amount: "0.75" }, { name: "fee rounding", amount: "0.25" }],
  });
  assert.deepEqual([deposit.amount_fee, deposit.amount_fee_asset], ["1", "iso4217:USD"]);
  assert.deepEqual([deposit.amount_in_asset, deposit.amount_out_asset], ["iso4217:USD", `stellar:${ASSET}`]);
  const withdrawal = show(example({ kind: "withdrawal", feeDetails }));
  assert.deepEqual([withdrawal.amount_in_asset, withdrawal.amount_out_asset, withdrawal.amount_fee_asset], [
    `stellar:${ASSET}`,
    "iso4217:USD",
    `stellar:${ASSET}`,
  ]);
  const free = show(example({ amountFee: 0n, amountOut: 100n * ONE, feeDetails: "[]" }));
  assert.deepEqual(free.fee_details, { total: "0", asset: "iso4217:USD" });
});

Deno.test("R-24-146 R-24-147 the end is told when it is reached, and updated_at is when the status changed", () => {
  const waiting = example({ startedMs: 1_000, statusMs: 2_000, terms: refunding });
  const shown = show(waiting);
  assert.deepEqual(
    [shown.started_at, shown.updated_at, shown.completed_at],
    ["1970-01-01T00:00:01.000Z", "1970-01-01T00:00:02.000Z", undefined],
  );
  const stored: TransferEvent = { type: "payout_stored" };
  const done = show(story(waiting, came(100n * ONE), stored, paidOut));
  assert.deepEqual([done.updated_at, done.completed_at], [
    "1970-01-01T00:00:09.000Z",
    "1970-01-01T00:00:09.000Z",
  ]);
  assert.equal(
    show(story(waiting, came(50n * ONE), back(50n * ONE))).completed_at,
    "1970-01-01T00:00:09.000Z",
  );
  for (const { kind, state, status } of everyCase) {
    const shows = "completed_at" in show(example({ kind, state, completedMs: 5 }));
    assert.equal(shows, ["completed", "refunded"].includes(status), state);
  }
  // A step that leaves the state as it is leaves its time too.
  const still = example({ kind: "withdrawal", state: "refunding", statusMs: 4_000 });
  const waits: TransferEvent = { type: "refund_waits", reason: "no_trustline" };
  assert.equal(show(story(still, waits)).updated_at, "1970-01-01T00:00:04.000Z");
});
