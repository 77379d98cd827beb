import assert from "node:assert/strict";
import { notePayout } from "../../../core/bank/payout-news.ts";
import { receive } from "../../../core/bank/receive.ts";
import { openAlarms } from "../../../core/records/alarms.ts";
import { returnOnLedger } from "../../../core/stellar/returns.ts";
import { findReturn } from "../../../core/unmatched/returns.ts";
import { inbound } from "../bank/scripted-rail.ts";
import { ledgerWorld } from "../stellar/ledger-world.ts";
import type { MoneyWorld } from "../stellar/money-world.ts";
import { THOUSAND } from "../stellar/paid-back.ts";
import { payment, setUp } from "../stellar/withdrawals.ts";
import { moneyAtWork, ONE } from "../transfers/money-at-work.ts";
import { giveBack, order, returningOf, unmatchedIds } from "../unmatched/returning.ts";
import { explain, onlyDebit, unexplained } from "./debits-at-work.ts";

/** Sixty tokens that name no transfer, and as many that went back to their sender without an envelope of ours. */
async function backWithoutRecord(options: { readonly memoBack?: string; readonly amountBack?: string } = {}) {
  const { memoBack = "hello", amountBack = "60" } = options;
  const world = await ledgerWorld();
  const { user, work } = await setUp(world);
  await world.put(user, [payment(world, world.distribution.publicKey(), "60")], {
    memo: { type: "text", value: "hello" },
  });
  await work.watch();
  const [receipt = ""] = await unmatchedIds(work);
  const sendBack = async () => {
    await world.put(world.distribution, [payment(world, user.publicKey(), amountBack)], {
      memo: { type: "text", value: memoBack },
    });
    await work.watch();
  };
  return {
    world,
    work,
    user,
    receipt,
    sendBack,
    async [Symbol.asyncDispose]() {
      work[Symbol.dispose]();
      await world[Symbol.asyncDispose]();
    },
  };
}

async function assertBackOnce(
  work: MoneyWorld,
  user: Parameters<MoneyWorld["holds"]>[0],
  receipt: string,
): Promise<void> {
  assert.equal((await findReturn(work.db, receipt))?.state, "completed");
  assert.deepEqual(await unmatchedIds(work), []);
  assert.deepEqual(await unexplained(work), []);
  assert.deepEqual(await openAlarms(work.db, 9), []);
  assert.deepEqual(await work.balances(), {}, "nothing is left of it in the books");
  assert.equal(await work.holds(user), THOUSAND);
}

Deno.test("M-14 M-25 unmatched money whose return was forgotten is told to be back, and is not sent again", async () => {
  await using at = await backWithoutRecord();
  const { work, user, receipt } = at;
  await at.sendBack();
  const debit = await onlyDebit(work);
  assert.deepEqual((await unexplained(work))[0]?.candidates, [`return ${receipt}`]);
  assert.equal(await explain(work, debit, { as: "return", receiptId: "nobody" }), "debit_not_owed");
  assert.equal(await explain(work, debit, { as: "return", receiptId: receipt }), "explained");
  await assertBackOnce(work, user, receipt);
  assert.equal(await explain(work, debit, { as: "return", receiptId: receipt }), "debit_not_owed");
  assert.deepEqual(await order(work, receipt), { kind: "refused", reason: "unknown" });
  assert.deepEqual(await giveBack(work, receipt), { kind: "done" });
  await assertBackOnce(work, user, receipt);
});

Deno.test("M-14 M-20 a return that was ordered anew before its debit was explained sends nothing", async () => {
  await using at = await backWithoutRecord();
  const { work, user, receipt } = at;
  await at.sendBack();
  const debit = await onlyDebit(work);
  assert.equal((await order(work, receipt)).kind, "ordered");
  assert.equal((await giveBack(work, receipt)).kind, "again", "what goes back rests with the payouts");
  assert.deepEqual((await unexplained(work))[0]?.candidates, [`return ${receipt}`]);
  assert.equal(await explain(work, debit, { as: "return", receiptId: receipt }), "explained");
  assert.deepEqual(await giveBack(work, receipt), { kind: "done" });
  await assertBackOnce(work, user, receipt);
});

Deno.test("M-2 M-14 a return that was taken for absent and stands in a ledger all the same is not sent again", async () => {
  await using at = await backWithoutRecord();
  const { world, work, user, receipt } = at;
  assert.equal((await order(work, receipt)).kind, "ordered");
  const { horizon } = work.ledgerPaying;
  const on = (changed: Partial<typeof horizon>) => ({
    ...returningOf(work),
    horizon: { ...horizon, ...changed },
  });
  const dropped = () => Promise.resolve({ kind: "timeout" } as const);
  assert.equal((await returnOnLedger(on({ submit: dropped }), receipt)).kind, "again");
  const [row] = await work.db.query({ sql: "select envelope from ledger_errands" });
  // A Horizon that is wrong about both: the sequence, and that it has no such transaction.
  const before = await horizon.account(world.distribution.publicKey());
  assert.equal((await horizon.submit(String(row?.envelope))).kind, "included");
  await world.pass(500);
  await returnOnLedger(
    on({
      account: () => Promise.resolve(before),
      transaction: () => Promise.resolve({ kind: "not_found" } as const),
    }),
    receipt,
  );
  assert.deepEqual(await work.db.query({ sql: "select state from ledger_errands" }), [{ state: "absent" }]);
  await work.watch();
  assert.equal((await giveBack(work, receipt)).kind, "again", "it rests");
  const debit = await onlyDebit(work);
  assert.equal(await explain(work, debit, { as: "return", receiptId: receipt }), "explained");
  assert.deepEqual(await giveBack(work, receipt), { kind: "done" });
  await assertBackOnce(work, user, receipt);
});

Deno.test("M-14 a debit of another amount or memo, or while a return is under way, is not that money's", async () => {
  for (
    const [options, told] of [
      [{ amountBack: "59" }, "debit_amount"],
      [{ memoBack: "other" }, "debit_destination"],
    ] as const
  ) {
    await using at = await backWithoutRecord(options);
    await at.sendBack();
    const debit = await onlyDebit(at.work);
    assert.deepEqual((await unexplained(at.work))[0]?.candidates, []);
    assert.equal(await explain(at.work, debit, { as: "return", receiptId: at.receipt }), told);
    assert.equal((await findReturn(at.work.db, at.receipt))?.state, undefined);
  }
  await using at = await backWithoutRecord();
  const { work, receipt } = at;
  assert.equal((await order(work, receipt)).kind, "ordered");
  const on = returningOf(work);
  const horizon = { ...on.horizon, submit: () => Promise.reject(new Error("died")) };
  await assert.rejects(returnOnLedger({ ...on, horizon }, receipt), /died/);
  await at.sendBack();
  const debit = await onlyDebit(work);
  assert.equal(await explain(work, debit, { as: "return", receiptId: receipt }), "debit_undecided");
});

Deno.test("M-14 M-30 of two who say what a debit was, and who gives the money away, one is heard", async () => {
  await using at = await backWithoutRecord();
  const { work, user, receipt } = at;
  await at.sendBack();
  const debit = await onlyDebit(work);
  const said = await Promise.all([
    explain(work, debit, { as: "return", receiptId: receipt }, "anna"),
    explain(work, debit, { as: "return", receiptId: receipt }, "bert"),
    explain(work, debit, { as: "loss", note: "x" }, "carl"),
  ]);
  assert.equal(said.filter((word) => word === "explained").length, 1, said.join());
  assert.equal(await work.count("debits"), 1);
  assert.deepEqual(await unexplained(work), []);
  // Called a loss, it is borne by us, and the money still waits; called a return, nothing does.
  assert.deepEqual(await unmatchedIds(work), said[2] === "explained" ? [receipt] : []);
  await work.balances();
  assert.equal(await work.holds(user), THOUSAND);
});

Deno.test("M-14 M-19 what left a bank under another key is told to be the return of what came there, and costs its fee", async () => {
  using work = await moneyAtWork();
  const { instance } = work.bank;
  await receive(work.receiving, instance, inbound("in-1", 50n * ONE));
  const [receipt = ""] = await unmatchedIds(work);
  const left = (key: string, amount: bigint, fee = 0n) =>
    notePayout(work.books, instance, {
      key,
      amount: { units: amount, currency: "USD" },
      fee: { units: fee, currency: "USD" },
      state: "completed",
      final: true,
      revision: 1,
    });
  await left("by hand", 49n * ONE);
  assert.equal(
    await explain(work, await onlyDebit(work), { as: "return", receiptId: receipt }),
    "debit_amount",
  );
  assert.equal(await explain(work, await onlyDebit(work), { as: "loss", note: "x" }), "explained");
  await left("by hand, too", 50n * ONE, ONE);
  const [debit] = await unexplained(work);
  assert.deepEqual(debit?.candidates, [`return ${receipt}`]);
  assert.equal(await explain(work, debit?.id ?? "", { as: "return", receiptId: receipt }), "explained");
  assert.deepEqual(await unmatchedIds(work), []);
  assert.equal((await findReturn(work.db, receipt))?.state, "completed");
  assert.deepEqual(await work.balances(), { "bank:bank": -50n * ONE, costs: 50n * ONE });
});
