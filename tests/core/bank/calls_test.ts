import assert from "node:assert/strict";
import { payAtBank } from "../../../core/bank/payouts.ts";
import { beginCall, endCall, waitForOthers } from "../../../core/bank/calls.ts";
import { receive } from "../../../core/bank/receive.ts";
import { refundAtBank } from "../../../core/bank/refunds.ts";
import { moveClock } from "../../../core/records/clock.ts";
import { attemptsOf } from "../../../core/transfers/attempts.ts";
import { forgetful } from "../records/forgetful.ts";
import { type MoneyAtWork, moneyAtWork, ONE } from "../transfers/money-at-work.ts";
import { inbound } from "./scripted-rail.ts";
import { giveBackAtBank, order, unmatchedIds } from "../unmatched/returning.ts";

const HUNDRED = 100n * ONE;
const payer = { nameTrusted: true, account: { value: "DE1", kind: "full", trusted: true } } as const;

/** Lets the next call hang on its way. `arrived` resolves when it does, until `release`. */
function hanging({ bank }: MoneyAtWork) {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
  bank.meanwhile = () => {
    bank.meanwhile = () => Promise.resolve();
    arrive();
    return released;
  };
  return { arrived, release };
}

Deno.test("M-15 M-30 a refusal is not believed while another process's call under the key may be taken", async () => {
  using work = await moneyAtWork();
  const transfer = await work.fundedWithdrawal(HUNDRED);
  // The first call hangs on its way; the second is refused; the first is taken, and its answer is lost.
  const { arrived, release } = hanging(work);
  const first = payAtBank(work.paying, transfer.id);
  await arrived;
  work.bank.faults.push("limit_exceeded");
  const refused = await payAtBank(work.paying, transfer.id);
  assert.equal(refused.kind, "again");
  assert.ok(refused.kind === "again" && refused.afterMs > 100_000);
  assert.equal((await work.now(transfer)).state, "paying", "nothing is decided yet");
  work.bank.faults.push("commit_then_drop");
  release();
  assert.equal((await first).kind, "retry");
  assert.deepEqual(await payAtBank(work.paying, transfer.id), { kind: "done" });
  assert.equal((await work.now(transfer)).state, "completed");
  assert.equal(work.bank.left.size, 1);
  await work.balances();
});

Deno.test("M-15 a call that began after ours makes our refusal stale", async () => {
  using work = await moneyAtWork();
  const transfer = await work.fundedWithdrawal(HUNDRED);
  work.bank.faults.push("limit_exceeded");
  work.bank.meanwhile = async () => {
    work.bank.meanwhile = () => Promise.resolve();
    const [attempt] = await attemptsOf(work.db, transfer.id);
    assert.ok(attempt && await beginCall(work.db, { table: "attempts", id: attempt.id }));
  };
  assert.equal((await payAtBank(work.paying, transfer.id)).kind, "again");
  assert.equal((await work.now(transfer)).state, "paying");
});

Deno.test("M-15 a call whose process died is over when its time is, and none is made of an attempt that is over", async () => {
  using work = await moneyAtWork();
  const transfer = await work.fundedWithdrawal(HUNDRED);
  work.bank.meanwhile = () => Promise.reject(new Error("the process died"));
  await assert.rejects(payAtBank(work.paying, transfer.id));
  work.bank.meanwhile = () => Promise.resolve();
  const [attempt] = await attemptsOf(work.db, transfer.id);
  assert.ok(attempt);
  const early = await beginCall(work.db, { table: "attempts", id: attempt.id });
  assert.ok(early && waitForOthers(early) > 0);
  await endCall(work.db, early);
  await moveClock(work.db, 121_000);
  const late = await beginCall(work.db, { table: "attempts", id: attempt.id });
  assert.ok(late && waitForOthers(late) === 0);
  await endCall(work.db, late);
  work.bank.faults.push("limit_exceeded");
  assert.deepEqual(await payAtBank(work.paying, transfer.id), { kind: "done" });
  assert.equal((await work.now(transfer)).state, "on_hold");
  assert.equal(await beginCall(work.db, { table: "attempts", id: attempt.id }), null);
});

Deno.test("M-15 M-30 a call is counted once and ended once, whatever became of the answers", async () => {
  using place = await forgetful();
  using work = await moneyAtWork({ db: place.sound });
  const transfer = await work.fundedWithdrawal(HUNDRED);
  work.bank.faults.push("unavailable");
  assert.equal((await payAtBank(work.paying, transfer.id)).kind, "retry");
  const [attempt] = await attemptsOf(work.db, transfer.id);
  assert.ok(attempt);
  const calls = async () => {
    const [row] = await work.db.query({ sql: "select calls, answers from attempts" });
    return [row?.calls, row?.answers];
  };
  assert.deepEqual(await calls(), [1n, 1n]);
  // Somebody else's call is under way, while ours is counted and ended by batches without an answer.
  const others = await beginCall(place.sound, { table: "attempts", id: attempt.id });
  const ours = await beginCall(place.db, { table: "attempts", id: attempt.id });
  assert.ok(others && ours);
  assert.ok(waitForOthers(others) === 0 && waitForOthers(ours) > 0);
  assert.deepEqual([ours.number, await calls()], [3, [3n, 1n]]);
  await endCall(place.db, ours);
  assert.deepEqual(await calls(), [3n, 2n]);
  const next = await beginCall(place.db, { table: "attempts", id: attempt.id });
  assert.ok(next && waitForOthers(next) > 0, "the other one is still under way");
});

Deno.test("M-15 M-19 M-30 money goes back once at a bank where one call hangs, another is refused and the first is taken", async () => {
  for (const what of ["refund", "return"] as const) {
    using work = await moneyAtWork({ service: { amountRule: { kind: "refund" } } });
    const transfer = await work.deposit();
    if (what === "refund") await work.pay(transfer, 50n * ONE);
    else await receive(work.receiving, work.bank.instance, inbound("nobody's", 50n * ONE, { payer }));
    const [receipt = ""] = await unmatchedIds(work);
    if (what === "return") assert.equal((await order(work, receipt)).kind, "ordered");
    const back = () =>
      what === "refund" ? refundAtBank(work.refunding, transfer.id) : giveBackAtBank(work, receipt);
    const { arrived, release } = hanging(work);
    const first = back();
    await arrived;
    work.bank.faults.push("limit_exceeded");
    const refused = await back();
    assert.ok(refused.kind === "again" && refused.afterMs > 100_000, what);
    const [row] = await work.db.query({ sql: `select state from ${what}s` });
    assert.equal(row?.state, "stored", "nothing is decided yet");
    work.bank.faults.push("commit_then_drop");
    release();
    assert.equal((await first).kind, "retry");
    assert.deepEqual(await back(), { kind: "done" });
    assert.deepEqual([...work.bank.left.values()], [50n * ONE]);
    assert.deepEqual(await work.balances(), {});
  }
});

Deno.test("M-15 a call that sends back and began after ours makes our refusal stale", async () => {
  using work = await moneyAtWork({ service: { amountRule: { kind: "refund" } } });
  const transfer = await work.deposit();
  await work.pay(transfer, 50n * ONE);
  work.bank.faults.push("limit_exceeded");
  work.bank.meanwhile = async () => {
    work.bank.meanwhile = () => Promise.resolve();
    const [row] = await work.db.query({ sql: "select id from refunds" });
    assert.ok(await beginCall(work.db, { table: "refunds", id: String(row?.id) }));
  };
  assert.equal((await refundAtBank(work.refunding, transfer.id)).kind, "again");
  assert.equal((await work.now(transfer)).state, "refunding");
});
