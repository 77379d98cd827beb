import assert from "node:assert/strict";
import { decide } from "../../../core/transfers/decide.ts";
import type { TransferEvent } from "../../../core/transfers/events.ts";
import type { EventOf } from "../../../core/transfers/outcome.ts";
import { exampleTransfer, goneBack, story } from "./example-transfer.ts";
import { ONE } from "./money-at-work.ts";

const money: TransferEvent = { type: "money_received", amount: 100n * ONE, kept: 0n, place: "bank" };
const paid: TransferEvent = { type: "payout_completed", amount: 99n * ONE, place: "bank" };

Deno.test("M-19 R-06-149 a withdrawal that goes back in parts stays in refunding until all of it is back", () => {
  const { terms } = exampleTransfer();
  const withdrawal = exampleTransfer({
    kind: "withdrawal",
    terms: { ...terms, amounts: { kind: "refund" } },
  });
  const back = story(withdrawal, { ...money, amount: 50n * ONE }, { type: "refund_stored" });
  assert.deepEqual([back.state, back.message], ["refunding", "sending_back"]);
  const half = story(back, goneBack(20n * ONE));
  assert.deepEqual([half.state, half.refunded, half.amountOut], ["refunding", 20n * ONE, 29n * ONE]);
  const refunded = story(half, { type: "refund_failed", again: true }, goneBack(29n * ONE, ONE));
  assert.deepEqual([refunded.state, refunded.amountOut, refunded.amountFee], ["refunded", 0n, 0n]);
  const held = story(half, { type: "refund_failed", again: false });
  assert.deepEqual([held.state, held.message, held.refunded], ["on_hold", "refund_failed", 20n * ONE]);
  // What is told late, after a person was asked, is booked and leaves the rest with that person.
  assert.deepEqual(story(held, goneBack(10n * ONE)).message, "refund_partial");
  assert.equal(story(held, { type: "refund_ordered" }, goneBack(30n * ONE)).state, "refunded");
});

Deno.test("M-19 R-06-149 R-06-146 a part goes back, and the rest waits for a person or is paid, to the last unit", () => {
  for (const kind of ["deposit", "withdrawal"] as const) {
    const held = exampleTransfer({
      kind,
      state: "on_hold",
      message: "amount_mismatch",
      received: 110n * ONE,
      amountIn: 110n * ONE,
      amountOut: 109n * ONE,
    });
    const order = (then: "hold" | "pay", amount = 10n * ONE): TransferEvent => ({
      type: "refund_ordered",
      part: { amount, then },
    });
    const waits = story(held, order("hold"), goneBack(9n * ONE, ONE));
    assert.deepEqual([waits.state, waits.message, waits.backLeft], ["on_hold", "refund_partial", null]);
    assert.deepEqual([waits.amountIn, waits.refunded, waits.amountOut], [110n * ONE, 10n * ONE, 99n * ONE]);
    // Of several payments each gives what it has left.
    const half = story(held, order("pay"), goneBack(4n * ONE));
    assert.deepEqual([half.state, half.backLeft, half.backThen], ["refunding", 6n * ONE, "pay"]);
    const funded = story(half, { type: "refund_failed", again: true }, goneBack(5n * ONE, ONE));
    assert.deepEqual([funded.state, funded.message, funded.amountOut], ["funded", null, 99n * ONE]);
    const done = story(funded, { type: "payout_stored" }, paid);
    assert.deepEqual([done.state, done.amountOut, done.amountFee], ["completed", 99n * ONE, ONE]);
    if (kind === "withdrawal") {
      // What an operator helps to decide goes on as it was ordered: no more goes back than that part.
      const lost = story(held, order("pay"), { type: "refund_undecidable" });
      const again = story(lost, { type: "refund_failed", again: true });
      assert.deepEqual([again.state, again.backLeft, again.backThen], ["refunding", 10n * ONE, "pay"]);
    }
    // Of what the fee would eat nothing is paid.
    assert.equal(story(held, order("pay", 109n * ONE), goneBack(109n * ONE)).message, "refund_partial");
    assert.equal(story(held, order("pay", 110n * ONE), goneBack(110n * ONE)).state, "refunded");
    // A part that could not go back is forgotten: the person decides anew.
    const failed = story(held, order("pay"), { type: "refund_failed", again: false });
    assert.deepEqual([failed.state, failed.message], ["on_hold", "refund_failed"]);
    assert.equal(story(failed, { type: "refund_ordered" }, goneBack(110n * ONE)).state, "refunded");
    for (const amount of [0n, -1n, 111n * ONE]) assert.throws(() => decide(held, order("hold", amount)));
  }
});

/** A transfer that has announced 100, pays what came up to that, and sends back the rest. */
const withExcess = (kind: "deposit" | "withdrawal", refundFee = 0n) => {
  const { terms } = exampleTransfer();
  return exampleTransfer({ kind, terms: { ...terms, refundFee, amounts: { kind: "excess" } } });
};

const came = (whole: bigint, more: Partial<EventOf<"money_received">> = {}): TransferEvent => ({
  type: "money_received",
  amount: whole * ONE,
  kept: 0n,
  place: "bank",
  ...more,
});

Deno.test("M-18 M-25 R-06-149 of what came above what was announced the excess goes back, and the rest is paid", () => {
  for (const kind of ["deposit", "withdrawal"] as const) {
    assert.equal(story(withExcess(kind), came(100n)).state, "funded");
    // Also beyond what the service takes: no more than was announced stays.
    for (const whole of [101n, 110n, 5_000n]) {
      const back = story(withExcess(kind), came(whole));
      assert.deepEqual([back.state, back.message], ["refunding", "sending_back_part"]);
      assert.deepEqual([back.backLeft, back.backThen], [(whole - 100n) * ONE, "pay"]);
      const done = story(back, goneBack((whole - 100n) * ONE), { type: "payout_stored" }, paid);
      assert.deepEqual([done.state, done.amountIn, done.amountOut], ["completed", whole * ONE, 99n * ONE]);
    }
    const little = story(withExcess(kind), came(99n));
    assert.deepEqual([little.state, little.message, little.backLeft], ["refunding", "sending_back", null]);
    // What the refund's fee would eat is kept by nobody in silence.
    const small = story(withExcess(kind, ONE), came(101n));
    assert.deepEqual([small.state, small.message], ["on_hold", "excess"]);
    const tight = story(withExcess(kind, ONE), came(101n, { amount: 101n * ONE + 1n }));
    assert.deepEqual([tight.state, tight.backLeft], ["refunding", ONE + 1n]);
    const open = exampleTransfer({ ...withExcess(kind), amountIn: null, amountRequested: null });
    assert.equal(story(open, came(300n)).state, "funded", "nothing was announced, so nothing is above it");
  }
  const cannot = withExcess("deposit");
  const held = story({ ...cannot, terms: { ...cannot.terms, railRefunds: false } }, came(110n));
  assert.deepEqual([held.state, held.message], ["on_hold", "excess"]);
});

Deno.test("M-18 M-22 excess goes back only once the customer may be paid the rest, and an order of an operator goes before", () => {
  for (const kind of ["deposit", "withdrawal"] as const) {
    const above = story(withExcess(kind), came(110n, { clearance: { kind: "above" } }));
    assert.deepEqual([above.state, above.message, above.backLeft], ["refunding", "sending_back", null]);
    const asking = story(withExcess(kind), came(110n, { clearance: { kind: "asks", tier: "heavy" } }));
    assert.deepEqual([asking.state, asking.tier, asking.message], ["asking", "heavy", "more_data"]);
    const back = story(asking, { type: "customer_accepted" });
    assert.deepEqual([back.state, back.backLeft, back.backThen], ["refunding", 10n * ONE, "pay"]);
    const refused = story(asking, { type: "customer_rejected" });
    assert.equal(story(refused, { type: "refund_ordered" }).backLeft, null, "all of it");
    const clearance = { kind: "asks", tier: "heavy" } as const;
    const waits = story(refused, { type: "refund_ordered" }, { type: "refund_failed", again: false }, {
      type: "pay_ordered",
      clearance,
    });
    assert.equal(waits.state, "asking");
    const whole = story(waits, { type: "customer_accepted" });
    assert.deepEqual([whole.state, whole.amountOut], ["funded", 109n * ONE], "as it came, by order");
  }
});
