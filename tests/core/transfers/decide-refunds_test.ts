import assert from "node:assert/strict";
import { decide } from "../../../core/transfers/decide.ts";
import type { TransferEvent } from "../../../core/transfers/events.ts";
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
