import assert from "node:assert/strict";
import { notePayout } from "../../../core/bank/payout-news.ts";
import { refundAtBank } from "../../../core/bank/refunds.ts";
import { repeatable } from "../../../core/records/database.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { assignReceipt } from "../../../core/operators/assign-receipt.ts";
import { orderRefund } from "../../../core/transfers/order-refund.ts";
import { raiseDebitAlarm } from "../../../core/transfers/payout-stop.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import { inFile } from "../records/files.ts";
import { closeAlarms } from "../stellar/money-world.ts";
import { type AtWorkOptions, type MoneyAtWork, moneyAtWork, ONE } from "../transfers/money-at-work.ts";
import { unmatchedIds } from "../unmatched/returning.ts";
import { inbound, scriptedRail } from "./scripted-rail.ts";
import { receive } from "../../../core/bank/receive.ts";

const FIFTY = 50n * ONE;

const perform = (work: MoneyAtWork, { id }: Transfer) => refundAtBank(work.refunding, id);

const refunding = (options: AtWorkOptions = {}) =>
  moneyAtWork({ ...options, service: { amountRule: { kind: "refund" } } });

/** A deposit of 100 for which 50 came. */
async function underpaid(work: MoneyAtWork): Promise<Transfer> {
  const transfer = await work.deposit();
  await work.pay(transfer, FIFTY, `in-${transfer.id}`);
  const now = await work.now(transfer);
  assert.equal(now.state, "refunding");
  return now;
}

async function assertBackOnce(work: MoneyAtWork, transfer: Transfer): Promise<void> {
  const back = await work.now(transfer);
  assert.deepEqual([back.state, back.refunded, back.amountIn], ["refunded", FIFTY, FIFTY]);
  assert.deepEqual([...work.bank.left.values()], [FIFTY]);
  assert.deepEqual(await work.balances(), {});
}

Deno.test("M-18 what does not fit goes back by the rail's own refund, once", async () => {
  using work = await refunding();
  const transfer = await underpaid(work);
  const [effect] = await work.books.outbox.dueOf(transfer.id, 5);
  assert.equal(effect, `bank_refund:${transfer.id}:${transfer.version}`);
  assert.deepEqual(await perform(work, transfer), { kind: "done" });
  await assertBackOnce(work, transfer);
  assert.deepEqual(await perform(work, transfer), { kind: "done" });
  await assertBackOnce(work, transfer);
});

Deno.test("M-16 a refund whose answer is lost is asked for before it is sent again", async () => {
  for (const fault of ["commit_then_drop", "drop", "unavailable"] as const) {
    using work = await refunding();
    const transfer = await underpaid(work);
    work.bank.faults.push(fault);
    assert.equal((await perform(work, transfer)).kind, "retry");
    assert.deepEqual(await perform(work, transfer), { kind: "done" });
    await assertBackOnce(work, transfer);
    assert.match(work.bank.calls.at(2) ?? "", /^find/);
  }
});

Deno.test("M-19 money that was given to a deposit goes back by the rail that it came by, which alone knows it", async () => {
  const other = scriptedRail({ name: "other" });
  using work = await moneyAtWork();
  const transfer = await work.deposit();
  await receive(work.receiving, other.instance, inbound("in-1", FIFTY));
  const [id = ""] = await unmatchedIds(work);
  const assigning = { ...work, judge: work.receiving.judge, actor: "anna" };
  assert.equal((await assignReceipt(assigning, id, transfer.id)).kind, "assigned");
  assert.equal((await orderRefund(work.books, transfer.id)).kind, "ordered");
  const railOf = (name: string) => name === "other" ? other.instance : work.bank.instance;
  // The answer is lost, and the transfer is looked at again.
  other.faults.push("commit_then_drop");
  assert.equal((await refundAtBank({ ...work.refunding, railOf }, transfer.id)).kind, "retry");
  assert.deepEqual(await refundAtBank({ ...work.refunding, railOf }, transfer.id), { kind: "done" });
  assert.deepEqual([[...other.left.values()], work.bank.left.size], [[FIFTY], 0]);
  assert.equal((await work.now(transfer)).state, "refunded");
  assert.deepEqual(await work.balances(), {});
});

Deno.test("M-30 two processes that refund at once send it once", async () => {
  await using file = await inFile();
  const [one, two] = [await file.open(), await file.open()];
  await migrate(one, migrations);
  const first = await refunding({ db: one });
  const second = await refunding({ db: two, bank: first.bank });
  const transfer = await underpaid(first);
  for (let round = 0; round < 2; round++) {
    await Promise.all([first, second, first].map((work) => perform(work, transfer)));
  }
  await assertBackOnce(first, transfer);
  one.close();
  two.close();
});

Deno.test("a refund that the bank works on is settled by its statement, with its fee as our cost", async () => {
  const bank = scriptedRail({ becomes: "accepted", fee: 3n });
  using work = await refunding({ bank });
  const transfer = await underpaid(work);
  assert.equal((await perform(work, transfer)).kind, "again");
  const [key] = bank.left.keys();
  assert.ok(key);
  const completed = bank.say(key, { state: "completed", final: true });
  for (let time = 0; time < 2; time++) await notePayout(work.books, bank.instance, completed);
  assert.equal((await work.now(transfer)).state, "refunded");
  assert.deepEqual(await work.balances(), { "bank:bank": -3n, costs: 3n });
  assert.deepEqual(await work.alarms(), [], "a refund of ours is no unknown debit");
  // The bank says the same of the money that came in.
  const said = inbound(`in-${transfer.id}`, FIFTY, { state: "returned", revision: 2 });
  await receive(work.receiving, bank.instance, said);
  assert.deepEqual(await work.balances(), { "bank:bank": -3n, costs: 3n });
});

Deno.test("a refund that the bank refuses, or that fails for good, waits for an operator", async () => {
  for (const way of ["door", "later"] as const) {
    const bank = scriptedRail({ becomes: "accepted" });
    using work = await refunding({ bank });
    const transfer = await underpaid(work);
    if (way === "door") bank.faults.push("rejected_by_bank");
    await perform(work, transfer);
    if (way === "later") {
      bank.say([...bank.left.keys()][0] ?? "", { state: "failed", final: true });
      await perform(work, transfer);
    }
    const held = await work.now(transfer);
    assert.deepEqual([held.state, held.message], ["on_hold", "refund_failed"]);
    const [row] = await work.db.query({ sql: "select state from refunds" });
    assert.equal(row?.state, "failed");
    assert.deepEqual(await work.balances(), { "bank:bank": FIFTY, in_flight: -FIFTY });
  }
});

Deno.test("a refund of another amount is put before an operator and books nothing", async () => {
  const bank = scriptedRail({ becomes: "accepted" });
  using work = await refunding({ bank });
  const transfer = await underpaid(work);
  await perform(work, transfer);
  const [key] = bank.left.keys();
  bank.say(key ?? "", { state: "completed", amount: { units: 1n, currency: "USD" } });
  await perform(work, transfer);
  assert.equal((await work.now(transfer)).state, "on_hold");
  assert.ok((await work.alarms()).includes("payout_mismatch:amount"));
  await work.balances();
});

Deno.test("M-18 where the rail cannot send back, what does not fit waits for an operator", async () => {
  const bank = scriptedRail({ deposit: { refund: "none" } });
  using work = await refunding({ bank });
  const transfer = await work.deposit();
  await work.pay(transfer, FIFTY);
  assert.equal((await work.now(transfer)).state, "on_hold");
  assert.deepEqual(bank.calls.filter((call) => call.startsWith("refund")), []);
});

Deno.test("M-21 money that the bank takes back by itself is not sent back as well", async () => {
  using work = await refunding();
  const transfer = await underpaid(work);
  const said = inbound(`in-${transfer.id}`, FIFTY, { state: "reversed", revision: 2 });
  await receive(work.receiving, work.bank.instance, said);
  assert.deepEqual(await perform(work, transfer), { kind: "done" });
  assert.equal(work.bank.left.size, 0);
  assert.equal((await work.now(transfer)).state, "on_hold");
  assert.deepEqual(await work.balances(), { receivable: FIFTY, in_flight: -FIFTY });
});

Deno.test("M-16 M-25 a refund whose answer was lost is asked about also when the bank took the money back meanwhile", async () => {
  using work = await refunding();
  const transfer = await underpaid(work);
  work.bank.faults.push("commit_then_drop");
  assert.equal((await perform(work, transfer)).kind, "retry");
  const more = { state: "reversed", revision: 2 } as const;
  await work.pay(transfer, FIFTY, `in-${transfer.id}`, more);
  assert.equal((await work.now(transfer)).state, "on_hold");
  assert.deepEqual(await perform(work, transfer), { kind: "done" });
  assert.equal((await work.now(transfer)).state, "refunded");
  assert.deepEqual([...work.bank.left.values()], [FIFTY]);
  // It left twice and came in once: what is missing at the bank is owed to us.
  assert.deepEqual(await work.balances(), { "bank:bank": -FIFTY, receivable: FIFTY });
});

Deno.test("M-16 a refund that was stored and never sent is not sent for a transfer that a person has to look at", async () => {
  using work = await refunding();
  const transfer = await underpaid(work);
  work.bank.faults.push("drop");
  assert.equal((await perform(work, transfer)).kind, "retry");
  await work.pay(transfer, FIFTY, `in-${transfer.id}`, { state: "reversed", revision: 2 });
  assert.deepEqual(await perform(work, transfer), { kind: "done" });
  assert.equal((await work.now(transfer)).state, "on_hold");
  assert.deepEqual([...work.bank.left.values()], []);
});

Deno.test("M-19 R-06-147 the refund's fee is the customer's by config, also at the bank", async () => {
  using work = await moneyAtWork({ service: { amountRule: { kind: "refund" }, refundFee: 2n * ONE } });
  const transfer = await underpaid(work);
  assert.deepEqual(await perform(work, transfer), { kind: "done" });
  const back = await work.now(transfer);
  assert.deepEqual([back.state, back.refunded, back.amountOut, back.amountFee], ["refunded", FIFTY, 0n, 0n]);
  assert.deepEqual([...work.bank.left.values()], [48n * ONE]);
  assert.deepEqual(await work.balances(), { "bank:bank": 2n * ONE, fees: -2n * ONE });
  const small = await work.deposit();
  await work.pay(small, 2n * ONE);
  assert.deepEqual(await perform(work, small), { kind: "done" });
  const held = await work.now(small);
  assert.deepEqual([held.state, held.message], ["on_hold", "refund_fee"]);
});

Deno.test("M-19 M-25 a deposit of several receipts stays in refunding until all went back", async () => {
  using work = await refunding();
  const transfer = await underpaid(work);
  // Two halves instead of one receipt.
  await work.db.write([
    { sql: "update receipts set gross = gross / 2, net = net / 2" },
    {
      sql:
        `insert into receipts select 'second', side, place, 'in-second', state, asset, gross, fee, net, transfer_id,
        likely_transfer_id, customer_id, reason, payer, detail, revision, version, at_ms from receipts`,
    },
  ], repeatable);
  assert.deepEqual(await perform(work, transfer), { kind: "done" });
  const half = await work.now(transfer);
  assert.deepEqual([half.state, half.refunded], ["refunding", FIFTY / 2n]);
  const effects = await work.books.outbox.dueOf(transfer.id, 5);
  assert.ok(effects.includes(`bank_refund:${transfer.id}:${half.version}`));
  assert.deepEqual(await perform(work, transfer), { kind: "done" });
  assert.equal((await work.now(transfer)).state, "refunded");
  assert.deepEqual([...work.bank.left.values()], [FIFTY / 2n, FIFTY / 2n]);
  assert.deepEqual(await work.balances(), {});
});

Deno.test("M-18 M-30 a refund told by webhook and poll at once is booked once, without an alarm", async () => {
  await using file = await inFile();
  const [one, two] = [await file.open(), await file.open()];
  await migrate(one, migrations);
  const first = await refunding({ db: one, bank: scriptedRail({ becomes: "accepted" }) });
  const second = await refunding({ db: two, bank: first.bank });
  for (let round = 0; round < 3; round++) {
    const transfer = await underpaid(first);
    await perform(first, transfer);
    const key = [...first.bank.left.keys()].at(-1) ?? "";
    const completed = first.bank.say(key, { state: "completed", final: true });
    await Promise.all(
      [first, second, first, second].map(({ books }) => notePayout(books, first.bank.instance, completed)),
    );
    assert.equal((await first.now(transfer)).state, "refunded");
  }
  assert.deepEqual(await first.alarms(), []);
  assert.deepEqual(await first.balances(), {});
  one.close();
  two.close();
});

Deno.test("M-15 M-19 a refund that finally failed is ordered again under another key", async () => {
  const bank = scriptedRail({ becomes: "accepted" });
  using work = await refunding({ bank });
  const transfer = await underpaid(work);
  await perform(work, transfer);
  const [first = ""] = bank.left.keys();
  bank.say(first, { state: "failed", final: true });
  await perform(work, transfer);
  assert.equal((await orderRefund(work.books, transfer.id)).kind, "ordered");
  assert.equal((await perform(work, transfer)).kind, "again");
  const [, second = ""] = bank.left.keys();
  assert.ok(second !== "" && second !== first);
  bank.say(second, { state: "completed", final: true });
  assert.deepEqual(await perform(work, transfer), { kind: "done" });
  assert.equal((await work.now(transfer)).state, "refunded");
  assert.deepEqual(await work.balances(), {});
});

Deno.test("M-14 M-22 a deposit goes back by itself only while nothing rests and the customer is accepted", async () => {
  using work = await refunding();
  const transfer = await underpaid(work);
  await work.db.write([raiseDebitAlarm("bank:x", "USD")], repeatable);
  assert.equal((await perform(work, transfer)).kind, "again");
  await closeAlarms(work);
  const readUp = () => Promise.resolve(false);
  assert.equal((await refundAtBank({ ...work.refunding, readUp }, transfer.id)).kind, "again");
  await work.setKyc("alice", "rejected");
  const isAccepted = () => Promise.resolve(true);
  assert.equal((await refundAtBank({ ...work.refunding, isAccepted }, transfer.id)).kind, "again");
  assert.equal(await work.count("refunds"), 0);
  assert.deepEqual(await perform(work, transfer), { kind: "done" });
  const held = await work.now(transfer);
  assert.deepEqual([held.state, held.message], ["on_hold", "customer_withdrawn"]);
  assert.equal((await orderRefund(work.books, transfer.id)).kind, "ordered");
  assert.deepEqual(await perform(work, transfer), { kind: "done" });
  await assertBackOnce(work, transfer);
});

/** A rail without refunds whose payouts need nothing but a number. */
const payerPaying = (deposit = {}) => {
  const { payout } = scriptedRail().instance.rail.declares;
  assert.ok(payout);
  const declares = { payout: { ...payout, payerField: "bank_account_number" } };
  return scriptedRail({ declares, deposit: { refund: "none", ...deposit } });
};

Deno.test("M-15 a failure that is told again does not end the refund that was ordered after it", async () => {
  const bank = scriptedRail({ becomes: "accepted" });
  using work = await refunding({ bank });
  const transfer = await underpaid(work);
  await perform(work, transfer);
  const [first = ""] = bank.left.keys();
  const failed = bank.say(first, { state: "failed", final: true });
  await notePayout(work.books, bank.instance, failed);
  assert.equal((await orderRefund(work.books, transfer.id)).kind, "ordered");
  assert.equal((await perform(work, transfer)).kind, "again");
  await notePayout(work.books, bank.instance, failed);
  assert.equal((await work.now(transfer)).state, "refunding");
});

Deno.test("M-19 where the rail has no refund, a full and trusted payer account is paid, once", async () => {
  for (const fault of [null, "commit_then_drop"] as const) {
    using work = await refunding({ bank: payerPaying() });
    const transfer = await work.deposit();
    await work.pay(transfer, FIFTY, `in-${transfer.id}`, {
      payer: { nameTrusted: true, account: { value: "987", kind: "full", trusted: true } },
    });
    if (fault) work.bank.faults.push(fault);
    for (let time = 0; time < 2; time++) await perform(work, transfer);
    await assertBackOnce(work, transfer);
    assert.deepEqual(work.bank.beneficiaries, [{ bank_account_number: "987" }]);
    assert.deepEqual(await work.alarms(), []);
  }
});

Deno.test("M-19 a payer account that is masked, not trusted or not known waits for an operator", async () => {
  const accounts = [
    { value: "98*", kind: "masked", trusted: true },
    { value: "987", kind: "full", trusted: false },
    { kind: "none", trusted: false },
  ] as const;
  for (const account of accounts) {
    using work = await refunding({ bank: payerPaying() });
    const transfer = await work.deposit();
    await work.pay(transfer, FIFTY, `in-${transfer.id}`, { payer: { nameTrusted: true, account } });
    assert.deepEqual(await perform(work, transfer), { kind: "done" });
    const held = await work.now(transfer);
    assert.deepEqual([held.state, held.message], ["on_hold", "refund_failed"]);
    assert.equal(work.bank.left.size, 0);
    assert.equal(await work.count("refunds"), 0);
  }
});
