import assert from "node:assert/strict";
import { payoutKey } from "../../../core/bank/key.ts";
import { notePayout } from "../../../core/bank/payout-news.ts";
import { payAtBank } from "../../../core/bank/payouts.ts";
import { pollRail } from "../../../core/bank/poll.ts";
import { refundAtBank } from "../../../core/bank/refunds.ts";
import { openAlarms } from "../../../core/records/alarms.ts";
import { lastEntries } from "../../../core/records/audit.ts";
import type { PayoutState, StatementPage } from "../../../plugins/bank-rail.ts";
import { scriptedRail } from "../bank/scripted-rail.ts";
import { forgetful } from "../records/forgetful.ts";
import { type MoneyAtWork, moneyAtWork, ONE } from "../transfers/money-at-work.ts";
import { explain, of, onlyDebit, unexplained } from "./debits-at-work.ts";

const HUNDRED = 100n * ONE;
const PAID = 99n * ONE;
const never = () => false;
const usd = (units: bigint) => ({ units, currency: "USD" });

/** What the bank did under a key that the records have forgotten, as its statement shows it. */
async function forgotten({ bank, books }: MoneyAtWork, key: string, units: bigint): Promise<PayoutState> {
  const { rail, ports } = bank.instance;
  const made = await rail.createPayout?.({ key, amount: usd(units), beneficiary: {}, reference: "" }, ports);
  assert.ok(made?.ok);
  bank.calls.length = 0;
  await notePayout(books, bank.instance, made.value);
  return made.value;
}

function keyFor({ bank }: MoneyAtWork, purpose: "payout" | "refund", id: string, number: number): string {
  return payoutKey(purpose, id, number, bank.instance.rail.declares.payout?.key ?? assert.fail());
}

async function attempts({ db }: MoneyAtWork): Promise<string[]> {
  const rows = await db.query({ sql: "select number, state from attempts order by number" });
  return rows.map(({ number, state }) => `${number} ${state}`);
}

Deno.test("M-14 M-15 a bank payout that the records forgot is known by its key, asked about, and not made again", async () => {
  for (const number of [1, 3]) {
    using work = await moneyAtWork({ bank: scriptedRail({ fee: 5n }) });
    const transfer = await work.fundedWithdrawal(HUNDRED);
    const key = keyFor(work, "payout", transfer.id, number);
    const other = await work.fundedWithdrawal(HUNDRED);
    await forgotten(work, key, PAID);
    assert.equal((await payAtBank(work.paying, other.id)).kind, "again", "it is not the other's");
    assert.equal((await work.now(other)).state, "funded");
    // Whether the customer would still be accepted is no question: it was paid.
    await work.setKyc("alice", "rejected");
    await Promise.all([1, 2, 3].map(() => payAtBank(work.paying, transfer.id)));
    assert.equal((await work.now(transfer)).state, "completed");
    assert.deepEqual(await attempts(work), [`${number} completed`]);
    assert.ok(work.bank.calls.every((call) => call.startsWith("find ")), String(work.bank.calls));
    assert.deepEqual([...work.bank.left.values()], [PAID]);
    assert.deepEqual(await work.balances(), {
      "bank:bank": -PAID - 5n,
      costs: 5n,
      fees: -ONE,
      in_flight: -HUNDRED,
      outstanding: 2n * HUNDRED,
    });
    assert.deepEqual(await openAlarms(work.db, 9), []);
    await work.setKyc("alice", "accepted");
    await payAtBank(work.paying, other.id);
    assert.deepEqual([...work.bank.left.values()], [PAID, PAID], "payouts go on");
  }
});

Deno.test("M-14 M-15 a forgotten payout that came to nothing meanwhile is taken as what the bank says of it", async () => {
  using work = await moneyAtWork({ bank: scriptedRail({ becomes: "sent" }) });
  const transfer = await work.fundedWithdrawal(HUNDRED);
  const key = keyFor(work, "payout", transfer.id, 1);
  await forgotten(work, key, PAID);
  work.bank.say(key, { state: "failed", final: true });
  assert.deepEqual(await payAtBank(work.paying, transfer.id), { kind: "done" });
  assert.deepEqual([(await work.now(transfer)).state, await attempts(work)], ["on_hold", ["1 failed"]]);
  await work.balances();
});

Deno.test("M-14 of another amount than is owed a forgotten payout waits for an operator", async () => {
  using work = await moneyAtWork();
  const transfer = await work.fundedWithdrawal(HUNDRED);
  await forgotten(work, keyFor(work, "payout", transfer.id, 1), 98n * ONE);
  assert.equal((await payAtBank(work.paying, transfer.id)).kind, "again");
  assert.equal((await work.now(transfer)).state, "funded");
  const debit = await onlyDebit(work);
  assert.equal(await explain(work, debit, of(transfer)), "debit_amount");
  assert.deepEqual(work.bank.calls, []);
});

Deno.test("M-14 M-15 of a withdrawal that waits for a person its forgotten payout is told by the key, and is no other's", async () => {
  using work = await moneyAtWork();
  const [held, other] = [await work.fundedWithdrawal(HUNDRED), await work.fundedWithdrawal(HUNDRED)];
  await work.setKyc("alice", "rejected");
  await payAtBank(work.paying, held.id);
  assert.equal((await work.now(held)).state, "on_hold");
  const key = keyFor(work, "payout", held.id, 2);
  await forgotten(work, key, PAID);
  const [debit] = await unexplained(work);
  assert.deepEqual(debit?.candidates, [`payout ${held.id}`]);
  const id = debit?.id ?? "";
  assert.equal(await explain(work, id, of(other)), "debit_destination");
  assert.equal(await explain(work, id, of(held)), "explained");
  assert.deepEqual([(await work.now(held)).state, await attempts(work)], ["completed", ["2 completed"]]);
  const back = work.bank.say(key, { state: "returned", final: true });
  await notePayout(work.books, work.bank.instance, back);
  assert.equal((await work.now(held)).state, "on_hold", "what the bank says later is heard");
  await work.balances();
});

Deno.test("M-14 M-19 a bank refund that the records forgot is known by its key, and not sent again", async () => {
  using work = await moneyAtWork({ service: { amountRule: { kind: "refund" } } });
  const transfer = await work.deposit();
  await work.pay(transfer, 50n * ONE);
  const [row] = await work.db.query({ sql: "select id from receipts" });
  await forgotten(work, keyFor(work, "refund", String(row?.id), 1), 50n * ONE);
  assert.deepEqual(await refundAtBank(work.refunding, transfer.id), { kind: "done" });
  assert.equal((await work.now(transfer)).state, "refunded");
  assert.deepEqual([...work.bank.left.values()], [50n * ONE]);
  assert.ok(work.bank.calls.every((call) => call.startsWith("find ")));
  assert.deepEqual(await work.balances(), {});
  assert.deepEqual(await openAlarms(work.db, 9), []);
});

Deno.test("M-14 M-23 what an operator took for a loss is booked once when its key proves whose it was, or that it never left", async () => {
  for (const owner of ["payout", "refund", "nobody"] as const) {
    using work = await moneyAtWork({ service: { amountRule: { kind: "refund" } } });
    const withdrawal = await work.fundedWithdrawal(HUNDRED);
    const deposit = await work.deposit();
    await work.pay(deposit, 50n * ONE);
    const before = await work.balances();
    const [row] = await work.db.query({ sql: "select id from receipts where side = 'bank'" });
    const units = owner === "refund" ? 50n * ONE : PAID;
    const key = owner === "payout"
      ? keyFor(work, "payout", withdrawal.id, 1)
      : owner === "refund"
      ? keyFor(work, "refund", String(row?.id), 1)
      : "f".repeat(32);
    const state = await forgotten(work, key, units);
    assert.equal(await explain(work, `bank:${key}`, { as: "loss", note: "theft" }), "explained");
    assert.deepEqual((await work.balances())["costs"], units);
    if (owner === "payout") {
      await Promise.all([1, 2].map(() => payAtBank(work.paying, withdrawal.id)));
      assert.equal((await work.now(withdrawal)).state, "completed");
    } else if (owner === "refund") {
      await Promise.all([1, 2].map(() => refundAtBank(work.refunding, deposit.id)));
      assert.equal((await work.now(deposit)).state, "refunded");
    } else {
      const failed = { ...state, state: "failed", revision: state.revision + 1 } as const;
      await Promise.all([1, 2].map(() => notePayout(work.books, work.bank.instance, failed)));
      assert.deepEqual(await work.balances(), before);
    }
    const after = await work.balances();
    assert.equal(after["costs"], undefined, "it was no loss");
    const left = owner === "nobody" ? 0n : units;
    assert.equal(after["bank:bank"] ?? 0n, (before["bank:bank"] ?? 0n) - left);
    assert.deepEqual(work.bank.calls.filter((call) => /^(create|refund) /.test(call)), []);
    assert.deepEqual(await openAlarms(work.db, 9), []);
  }
});

Deno.test("M-14 M-23 a debit of a statement is a withdrawal's, a deposit's that went back, or the anchor's cost", async () => {
  using work = await moneyAtWork();
  const withdrawal = await work.fundedWithdrawal(HUNDRED);
  const deposit = await work.deposit();
  await work.pay(deposit, HUNDRED);
  const line = (id: string, units: bigint) => ({ id, amount: usd(units), at: 1 });
  const page: StatementPage = {
    inbound: [],
    payouts: [],
    otherDebits: [line("a", PAID), line("b", HUNDRED), line("fee", 3n)],
    next: "v1:1",
    more: false,
  };
  work.bank.pages = [page];
  await pollRail(work.receiving, work.bank.instance, never);
  const found = await unexplained(work);
  assert.deepEqual(found.map(({ id, candidates }) => [id, candidates]), [
    ["bank:a", [`payout ${withdrawal.id}`]],
    ["bank:b", []],
    ["bank:fee", []],
  ]);
  assert.equal(await explain(work, "bank:b", of(withdrawal)), "debit_amount");
  assert.equal(await explain(work, "bank:a", of(withdrawal, "refund")), "debit_asset");
  assert.equal(await explain(work, "bank:a", of(withdrawal)), "explained");
  assert.equal(await explain(work, "bank:b", of(deposit, "refund")), "explained");
  assert.equal(await explain(work, "bank:fee", { as: "loss", note: "account fee" }), "explained");
  assert.deepEqual([(await work.now(withdrawal)).state, (await work.now(deposit)).state], [
    "completed",
    "refunded",
  ]);
  assert.deepEqual(await work.balances(), {
    "bank:bank": -PAID - 3n,
    costs: 3n,
    fees: -ONE,
    outstanding: HUNDRED,
  });
  assert.deepEqual(await payAtBank(work.paying, withdrawal.id), { kind: "done" });
  assert.deepEqual(await refundAtBank(work.refunding, deposit.id), { kind: "done" });
  assert.deepEqual(work.bank.calls.filter((call) => /^(create|refund) /.test(call)), []);
  assert.deepEqual(await openAlarms(work.db, 9), []);
});

Deno.test("M-14 M-18 a payout of nobody's is one debit however it is told, and none once the bank says that it failed", async () => {
  using work = await moneyAtWork();
  const state: PayoutState = {
    key: "f".repeat(32),
    state: "sent",
    final: false,
    amount: usd(5n),
    fee: usd(0n),
    revision: 1,
  };
  await notePayout(work.books, work.bank.instance, state);
  await notePayout(work.books, work.bank.instance, { ...state, id: "x", revision: 2 });
  assert.equal((await unexplained(work)).length, 1);
  await notePayout(work.books, work.bank.instance, { ...state, id: "x", state: "failed", revision: 3 });
  assert.equal((await unexplained(work)).length, 1, "it may still go on");
  const failed = { ...state, id: "x", state: "failed", final: true, revision: 4 } as const;
  await notePayout(work.books, work.bank.instance, failed);
  assert.deepEqual([await unexplained(work), await openAlarms(work.db, 9)], [[], []]);
  assert.deepEqual(await work.balances(), {});
});

Deno.test("M-14 M-30 a debit that an operator explains between look and batch is not taken for a payout as well", async () => {
  using work = await moneyAtWork();
  const transfer = await work.fundedWithdrawal(HUNDRED);
  await forgotten(work, keyFor(work, "payout", transfer.id, 1), PAID);
  const debit = await onlyDebit(work);
  const tell = async () => {
    assert.equal(await explain(work, debit, { as: "loss", note: "x" }), "explained");
    return [];
  };
  const paying = { ...work.paying, books: { ...work.books, tell } };
  assert.equal((await payAtBank(paying, transfer.id)).kind, "again");
  assert.deepEqual([(await work.now(transfer)).state, await attempts(work)], ["funded", []]);
  const { costs, "bank:bank": bank } = await work.balances();
  assert.deepEqual([costs, bank], [PAID, -PAID], "it is in one place");
});

Deno.test("M-14 M-30 an explanation whose answer was lost is given once", async () => {
  using records = await forgetful();
  using work = await moneyAtWork({ db: records.db });
  const [paid, known] = [await work.fundedWithdrawal(HUNDRED), await work.fundedWithdrawal(HUNDRED)];
  const line = (id: string, units: bigint) => ({ id, amount: usd(units), at: 1 });
  work.bank.pages = [{
    inbound: [],
    payouts: [],
    otherDebits: [line("a", PAID), line("fee", 3n)],
    next: "v1:1",
    more: false,
  }];
  await pollRail(work.receiving, work.bank.instance, never);
  await forgotten(work, keyFor(work, "payout", known.id, 1), PAID);
  assert.equal(await explain(work, "bank:a", of(paid)), "explained");
  assert.equal(await explain(work, "bank:fee", { as: "loss", note: "account fee" }), "explained");
  assert.deepEqual(await payAtBank(work.paying, known.id), { kind: "done" });
  assert.ok(records.lost() > 5);
  assert.deepEqual([(await work.now(paid)).state, (await work.now(known)).state], ["completed", "completed"]);
  assert.deepEqual(await unexplained(work), []);
  assert.equal((await lastEntries(work.db, "actions", 9)).length, 2);
  assert.deepEqual(await work.balances(), {
    "bank:bank": -2n * PAID - 3n,
    costs: 3n,
    fees: -2n * ONE,
    outstanding: 2n * HUNDRED,
  });
});
