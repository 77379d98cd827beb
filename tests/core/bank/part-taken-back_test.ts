import assert from "node:assert/strict";
import { notePayout } from "../../../core/bank/payout-news.ts";
import { refundAtBank } from "../../../core/bank/refunds.ts";
import { orderPart } from "../../../core/transfers/order-part.ts";
import { moneyAtWork, ONE } from "../transfers/money-at-work.ts";
import { HUNDRED, onlyDebt, owed, payOut, settle, stands, taken } from "./debts.ts";
import { scriptedRail } from "./scripted-rail.ts";

Deno.test("M-21 a part that is taken back of what was paid is owed, and of what still waits is held for a person", async () => {
  using work = await moneyAtWork();
  const paid = await work.deposit();
  await work.pay(paid, HUNDRED);
  await payOut(work, await work.now(paid), "completed");
  for (let time = 0; time < 2; time++) await work.pay(paid, 30n * ONE, undefined, taken);
  const debt = await onlyDebt(work);
  assert.deepEqual([debt.amount, debt.frozen], [30n * ONE, true]);
  assert.deepEqual(await work.balances(), {
    "bank:bank": 70n * ONE,
    receivable: 30n * ONE,
    outstanding: -99n * ONE,
    fees: -ONE,
  });
  // More of it, told later, is no second debt by guess.
  await work.pay(paid, HUNDRED, undefined, { ...taken, revision: 3 });
  assert.ok((await work.alarms()).includes("receipt_changed:reversed"));
  assert.equal((await onlyDebt(work)).amount, 30n * ONE);

  using other = await moneyAtWork();
  const waits = await other.deposit();
  await other.pay(waits, HUNDRED);
  await other.pay(waits, 30n * ONE, undefined, taken);
  assert.deepEqual(await stands(other, waits), ["on_hold", "money_taken_back"]);
  assert.deepEqual(await owed(other), []);
  assert.deepEqual(await other.balances(), { "bank:bank": HUNDRED, in_flight: -HUNDRED });
  assert.deepEqual((await other.alarms()).sort(), [
    "receipt_changed:reversed",
    "transfer_on_hold:money_taken_back",
  ]);
});

Deno.test("M-21 M-19 what went back before the bank took all of it stays owed, and the rest ends with the deposit", async () => {
  using work = await moneyAtWork({ bank: scriptedRail({ deposit: { refund: "partial" } }) });
  const transfer = await work.deposit();
  await work.pay(transfer, 90n * ONE);
  const { id, version } = await work.now(transfer);
  const { railOf, accepted, isAccepted } = work.paying;
  const { books, vault, receiving: { judge } } = work;
  const on = { books, vault, judge, railOf, accepted, isAccepted, liftsLimits: false };
  assert.equal((await orderPart(on, id, { version, amount: 40n * ONE, then: "hold" })).kind, "ordered");
  await refundAtBank(work.refunding, id);
  assert.deepEqual(await stands(work, transfer), ["on_hold", "refund_partial"]);
  await work.pay(transfer, 90n * ONE, undefined, taken);
  assert.deepEqual(await stands(work, transfer), ["on_hold", "money_taken_back"]);
  const debt = await onlyDebt(work);
  assert.deepEqual([debt.amount, debt.frozen], [90n * ONE, true]);
  assert.equal((await settle(work, debt, { how: "written_off" })).kind, "refused");
  assert.equal((await settle(work, debt, { how: "not_paid" })).kind, "settled");
  const left = await onlyDebt(work);
  assert.deepEqual([left.state, left.settled], ["open", 50n * ONE]);
  assert.deepEqual(await stands(work, transfer), ["failed", "not_paid_out"]);
  assert.deepEqual(await work.balances(), { "bank:bank": -40n * ONE, receivable: 40n * ONE });
  assert.equal((await settle(work, left, { how: "written_off" })).kind, "settled");
  assert.deepEqual(await work.balances(), { "bank:bank": -40n * ONE, costs: 40n * ONE });
});

Deno.test("M-21 M-25 a refund that fails after the bank took the money back itself keeps nobody from ending the deposit", async () => {
  for (const how of ["told", "asked"] as const) {
    const bank = scriptedRail({ becomes: "accepted" });
    using work = await moneyAtWork({ bank, service: { amountRule: { kind: "refund" } } });
    const transfer = await work.deposit();
    await work.pay(transfer, 50n * ONE);
    assert.equal((await refundAtBank(work.refunding, transfer.id)).kind, "again");
    await work.pay(transfer, 50n * ONE, undefined, taken);
    assert.deepEqual(await stands(work, transfer), ["on_hold", "money_taken_back"]);
    const debt = await onlyDebt(work);
    assert.equal((await settle(work, debt, { how: "not_paid" })).kind, "refused", "it may have left");
    const [key = ""] = bank.left.keys();
    const said = bank.say(key, { state: "failed", final: true });
    if (how === "told") await notePayout(work.books, bank.instance, said);
    else assert.deepEqual(await refundAtBank(work.refunding, transfer.id), { kind: "done" });
    assert.equal((await settle(work, debt, { how: "not_paid" })).kind, "settled");
    assert.deepEqual(await stands(work, transfer), ["failed", "not_paid_out"]);
    assert.deepEqual(await work.balances(), {});
  }
});
