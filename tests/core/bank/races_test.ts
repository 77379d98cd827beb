import assert from "node:assert/strict";
import { moveClock } from "../../../core/records/clock.ts";
import { notePayout } from "../../../core/bank/payout-news.ts";
import { payAtBank } from "../../../core/bank/payouts.ts";
import { endRefund, noteRefund } from "../../../core/bank/refund-news.ts";
import { refundAtBank } from "../../../core/bank/refunds.ts";
import type { Performance } from "../../../core/effects.ts";
import { orderRefund } from "../../../core/transfers/order-refund.ts";
import { type MoneyAtWork, moneyAtWork, ONE } from "../transfers/money-at-work.ts";
import { scriptedRail } from "./scripted-rail.ts";

const HUNDRED = 100n * ONE;

Deno.test("M-30 M-22 who gives up on a payout does not end the effect of one that has stored it and died", async () => {
  using work = await moneyAtWork();
  const transfer = await work.fundedWithdrawal(HUNDRED);
  const dying = { ...work.paying };
  const isAccepted = async () => {
    // Meanwhile another process stores the payout and dies before the call, and the customer's acceptance ends.
    work.bank.meanwhile = () => Promise.reject(new Error("the process died"));
    await assert.rejects(payAtBank(dying, transfer.id), /the process died/);
    work.bank.meanwhile = () => Promise.resolve();
    await work.setKyc("alice", null);
    return false;
  };
  assert.deepEqual(await payAtBank({ ...work.paying, isAccepted }, transfer.id), {
    kind: "again",
    afterMs: 1_000,
  });
  assert.deepEqual(await payAtBank(work.paying, transfer.id), { kind: "done" });
  assert.equal((await work.now(transfer)).state, "completed");
  assert.equal(work.bank.left.size, 1);
  await work.balances();
});

Deno.test("M-15 M-30 a payout that arrived is booked though another process has just told that it failed", async () => {
  const bank = scriptedRail({ becomes: "accepted" });
  using work = await moneyAtWork({ bank });
  const transfer = await work.fundedWithdrawal(HUNDRED);
  await payAtBank(work.paying, transfer.id);
  const [key = ""] = bank.left.keys();
  const failed = bank.say(key, { state: "failed", final: true });
  const arrived = bank.say(key, { state: "completed", final: true });
  let isFirst = true;
  const tell = async () => {
    if (isFirst) {
      isFirst = false;
      await notePayout(work.books, bank.instance, failed);
    }
    return [];
  };
  await notePayout({ ...work.books, tell }, bank.instance, arrived);
  assert.equal((await work.now(transfer)).state, "completed");
  await work.balances();
});

Deno.test("M-15 M-30 what the bank did is booked though another process has just told that it refused", async () => {
  using work = await moneyAtWork({ service: { amountRule: { kind: "refund" } } });
  const transfer = await work.deposit();
  await work.pay(transfer, 50n * ONE);
  work.bank.faults.push("commit_then_drop");
  await refundAtBank(work.refunding, transfer.id);
  const [key = ""] = work.bank.left.keys();
  let isFirst = true;
  const tell = async () => {
    if (isFirst) {
      isFirst = false;
      await endRefund(work.books, work.bank.instance, key, []);
      assert.equal((await work.now(transfer)).state, "on_hold");
    }
    return [];
  };
  const state = work.bank.stateOf(key) ?? assert.fail();
  assert.equal(await noteRefund({ ...work.books, tell }, work.bank.instance, state), "over");
  assert.equal((await work.now(transfer)).state, "refunded");
  assert.deepEqual(await work.balances(), {});
});

/** One process is refused long after the call of another, which the bank takes even later and whose answer is lost. */
async function refusedAndTaken(work: MoneyAtWork, perform: () => Promise<Performance>): Promise<void> {
  work.bank.faults.push("drop");
  assert.equal((await perform()).kind, "retry");
  work.bank.faults.push("limit_exceeded", "commit_then_drop");
  let isFirst = true;
  work.bank.meanwhile = async () => {
    if (!isFirst) return;
    isFirst = false;
    // Longer than any call of ours is under way: the bank takes what nobody waits for any more.
    await moveClock(work.db, 10 * 60_000);
    assert.deepEqual(await perform(), { kind: "done" });
  };
  assert.equal((await perform()).kind, "retry");
}

Deno.test("M-16 M-30 a payout that one process was refused and another's lost call made is found and booked", async () => {
  using work = await moneyAtWork({ bank: scriptedRail({ becomes: "accepted" }) });
  const transfer = await work.fundedWithdrawal(HUNDRED);
  const perform = () => payAtBank(work.paying, transfer.id);
  await refusedAndTaken(work, perform);
  assert.equal((await work.now(transfer)).state, "on_hold");
  assert.equal((await perform()).kind, "again");
  const refused = await orderRefund(work.books, transfer.id);
  assert.ok(refused.kind === "refused" && refused.reason === "payout_open");
  work.bank.say([...work.bank.left.keys()][0] ?? "", { state: "completed", final: true });
  assert.deepEqual(await perform(), { kind: "done" });
  assert.equal((await work.now(transfer)).state, "completed");
  await work.balances();
});

Deno.test("M-15 M-30 a refund that one process was refused and another's lost call made is not sent under a second key", async () => {
  for (const ordered of [false, true]) {
    using work = await moneyAtWork({ service: { amountRule: { kind: "refund" } } });
    const transfer = await work.deposit();
    await work.pay(transfer, 50n * ONE);
    const perform = () => refundAtBank(work.refunding, transfer.id);
    await refusedAndTaken(work, perform);
    assert.equal((await work.now(transfer)).state, "on_hold");
    if (ordered) assert.equal((await orderRefund(work.books, transfer.id)).kind, "ordered");
    assert.deepEqual(await perform(), { kind: "done" });
    assert.equal((await work.now(transfer)).state, "refunded");
    assert.deepEqual([...work.bank.left.values()], [50n * ONE]);
    assert.deepEqual(await work.balances(), {});
  }
});
