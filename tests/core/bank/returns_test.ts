import assert from "node:assert/strict";
import { notePayout } from "../../../core/bank/payout-news.ts";
import { payoutKey } from "../../../core/bank/key.ts";
import { receive } from "../../../core/bank/receive.ts";
import { returnAtBank } from "../../../core/bank/returns.ts";
import { assignReceipt } from "../../../core/operators/assign-receipt.ts";
import { repeatable } from "../../../core/records/database.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { raiseDebitAlarm } from "../../../core/transfers/payout-stop.ts";
import { inFile } from "../records/files.ts";
import { closeAlarms } from "../stellar/money-world.ts";
import { type MoneyAtWork, moneyAtWork, ONE } from "../transfers/money-at-work.ts";
import { giveBackAtBank, order, returnStanding, unmatchedIds } from "../unmatched/returning.ts";
import { inbound, scriptedRail } from "./scripted-rail.ts";

const FIFTY = 50n * ONE;

type More = Parameters<typeof inbound>[2];

/** Fifty that name no transfer. @returns the receipt's id */
async function astray(work: MoneyAtWork, more: More = {}): Promise<string> {
  await receive(work.receiving, work.bank.instance, inbound("in-1", FIFTY, more));
  const [id = "", ...others] = await unmatchedIds(work);
  assert.deepEqual(others, []);
  return id;
}

async function ordered(work: MoneyAtWork, more: More = {}): Promise<string> {
  const id = await astray(work, more);
  assert.equal((await order(work, id)).kind, "ordered");
  return id;
}

async function assertBackOnce(work: MoneyAtWork, id: string): Promise<void> {
  assert.deepEqual(await returnStanding(work, id), ["completed", null]);
  assert.deepEqual([...work.bank.left.values()], [FIFTY]);
  assert.deepEqual(await work.balances(), {});
  const [open] = await work.db.query({ sql: "select count(*) as open from alarms where closed_ms is null" });
  assert.equal(open?.open, 0n);
}

/** A rail that cannot refund, and names the account that paid in the way it says. */
const payingRail = () =>
  scriptedRail({
    deposit: { refund: "none" },
    declares: {
      payout: {
        finality: { kind: "final" },
        key: { alphabet: "0123456789abcdef", length: 32 },
        fields: ["bank_account_number"],
        payerField: "bank_account_number",
        optionalFields: [],
        reference: { alphabet: "abcdefghijklmnopqrstuvwxyz234567", maxLength: 20 },
        beneficiaryCheck: "none",
      },
    },
  });

Deno.test("M-19 M-25 unmatched money goes back by the rail's own refund, once, and what the bank says of it later changes nothing", async () => {
  using work = await moneyAtWork();
  const id = await ordered(work);
  assert.deepEqual(await work.books.outbox.dueOf(id, 5), [`bank_return:${id}:1`]);
  assert.deepEqual(await giveBackAtBank(work, id), { kind: "done" });
  await assertBackOnce(work, id);
  assert.match(work.bank.calls.join(), /find \w+,refund \w+/);
  assert.deepEqual(await giveBackAtBank(work, id), { kind: "done" });
  assert.deepEqual(await order(work, id), { kind: "refused", reason: "unknown" });
  const [key = ""] = work.bank.left.keys();
  await notePayout(work.books, work.bank.instance, work.bank.say(key, {}));
  await receive(
    work.receiving,
    work.bank.instance,
    inbound("in-1", FIFTY, { state: "returned", revision: 2 }),
  );
  await assertBackOnce(work, id);
});

Deno.test("M-19 without a refund of the rail it goes to the payer's account, if that is known in full and for certain, else the order is refused", async () => {
  const accounts = [
    [{ value: "DE89", kind: "full", trusted: true }, "ordered"],
    [{ value: "DE89", kind: "full", trusted: false }, "refused"],
    [{ value: "*89", kind: "masked", trusted: true }, "refused"],
    [{ kind: "none", trusted: false }, "refused"],
  ] as const;
  for (const [account, outcome] of accounts) {
    using work = await moneyAtWork({ bank: payingRail() });
    const id = await astray(work, { payer: { nameTrusted: false, account } });
    const answer = await order(work, id);
    assert.equal(answer.kind, outcome);
    if (answer.kind === "refused") {
      assert.equal(answer.reason, "payer_unknown");
      assert.deepEqual([...work.bank.left], []);
      continue;
    }
    assert.deepEqual(await giveBackAtBank(work, id), { kind: "done" });
    assert.deepEqual(work.bank.beneficiaries, [{ bank_account_number: "DE89" }]);
    await assertBackOnce(work, id);
  }
});

Deno.test("M-19 money of another currency than the rail's is never sent back as so much of that", async () => {
  using work = await moneyAtWork();
  const receiving = { ...work.receiving, assetOf: () => "EURX:G" };
  const euros = { units: FIFTY, currency: "EUR" };
  const line = { ...inbound("in-1", FIFTY), gross: euros, fee: { units: 0n, currency: "EUR" }, net: euros };
  await receive(receiving, work.bank.instance, line);
  const [id = ""] = await unmatchedIds(work);
  assert.deepEqual(await order(work, id), { kind: "refused", reason: "payer_unknown" });
});

Deno.test("M-16 a return whose answer is lost is asked for before it is sent again", async () => {
  for (const fault of ["commit_then_drop", "drop", "unavailable"] as const) {
    using work = await moneyAtWork();
    const id = await ordered(work);
    work.bank.faults.push(fault);
    assert.equal((await giveBackAtBank(work, id)).kind, "retry");
    assert.deepEqual(await returnStanding(work, id), ["stored", null]);
    assert.deepEqual(await giveBackAtBank(work, id), { kind: "done" });
    await assertBackOnce(work, id);
  }
});

Deno.test("M-16 M-19 a return that may have left is asked for by what came in, also when nobody knows any more who paid", async () => {
  using work = await moneyAtWork({ bank: payingRail() });
  const account = { value: "DE89", kind: "full", trusted: true } as const;
  const id = await ordered(work, { payer: { nameTrusted: false, account } });
  work.bank.faults.push("commit_then_drop");
  assert.equal((await giveBackAtBank(work, id)).kind, "retry");
  await work.db.write([{ sql: "update receipts set payer = null" }], repeatable);
  // Some rails find what went back under what came in alone.
  const { findPayout } = work.bank.instance.rail;
  Object.assign(work.bank.instance.rail, {
    findPayout: (...[key, ports, of]: Parameters<NonNullable<typeof findPayout>>) =>
      of === "in-1" ? findPayout?.(key, ports, of) : Promise.resolve({ ok: true, value: null }),
  });
  assert.deepEqual(await giveBackAtBank(work, id), { kind: "done" });
  await assertBackOnce(work, id);
});

Deno.test("M-15 what the bank refuses may be ordered again: by the same key if it never took it, by another one if it finally failed", async () => {
  for (const way of ["door", "later"] as const) {
    const bank = scriptedRail({ becomes: "accepted" });
    using work = await moneyAtWork({ bank });
    const id = await ordered(work);
    if (way === "door") bank.faults.push("rejected_by_bank");
    await giveBackAtBank(work, id);
    if (way === "later") {
      bank.say([...bank.left.keys()][0] ?? "", { state: "failed", final: true });
      await giveBackAtBank(work, id);
    }
    assert.deepEqual(await returnStanding(work, id), ["failed", "bank_refused"]);
    assert.deepEqual(await unmatchedIds(work), [id]);
    assert.deepEqual(await work.balances(), { "bank:bank": FIFTY, suspense: -FIFTY });
    assert.equal((await order(work, id, "bert")).kind, "ordered");
    // The old failure, told once more, does not end the new order.
    const [first = ""] = bank.left.keys();
    if (way === "later") await notePayout(work.books, bank.instance, bank.say(first, {}));
    assert.equal((await giveBackAtBank(work, id)).kind, "again");
    const keys = bank.calls.filter((call) => call.startsWith("refund")).map((call) => call.slice(7));
    assert.equal(new Set(keys).size, way === "door" ? 1 : 2);
    bank.say(keys.at(-1) ?? "", { state: "completed", final: true });
    assert.deepEqual(await giveBackAtBank(work, id), { kind: "done" });
    assert.deepEqual(await returnStanding(work, id), ["completed", null]);
    assert.deepEqual(await work.balances(), {});
  }
});

Deno.test("M-30 two processes that order and send back at once send it once; the fee of the bank is ours", async () => {
  await using file = await inFile();
  const [one, two] = [await file.open(), await file.open()];
  await migrate(one, migrations);
  const first = await moneyAtWork({ db: one, bank: scriptedRail({ fee: 3n }) });
  const second = await moneyAtWork({ db: two, bank: first.bank });
  const id = await astray(first);
  const orders = await Promise.all([order(first, id), order(second, id, "bert")]);
  assert.deepEqual(orders.map(({ kind }) => kind).sort(), ["ordered", "refused"]);
  for (let round = 0; round < 2; round++) {
    await Promise.all([first, second, first].map((work) => giveBackAtBank(work, id)));
  }
  assert.deepEqual([...first.bank.left.values()], [FIFTY]);
  assert.deepEqual(await first.balances(), { "bank:bank": -3n, costs: 3n });
  assert.deepEqual(await returnStanding(first, id), ["completed", null]);
  one.close();
  two.close();
});

Deno.test("M-17 money at a bank is given to a transfer or sent back, never both", async () => {
  using work = await moneyAtWork();
  const transfer = await work.deposit({ amount: FIFTY });
  const id = await ordered(work);
  const assign = () =>
    assignReceipt({ ...work, judge: work.receiving.judge, actor: "bert" }, id, transfer.id);
  assert.deepEqual(await assign(), { kind: "refused", reason: "not_assignable" });
  work.bank.faults.push("rejected_by_bank");
  await giveBackAtBank(work, id);
  assert.equal((await assign()).kind, "assigned", "what the bank does not send back is nobody's again");
  assert.deepEqual(await order(work, id), { kind: "refused", reason: "unknown" });
  assert.deepEqual(await giveBackAtBank(work, id), { kind: "done" });
  assert.deepEqual([...work.bank.left], []);
  await work.balances();
});

Deno.test("M-14 a return at a bank rests while something left that nobody can explain", async () => {
  using work = await moneyAtWork();
  const id = await ordered(work);
  await work.db.write([raiseDebitAlarm("bank:1", "USD")], repeatable);
  assert.equal((await giveBackAtBank(work, id)).kind, "again");
  await closeAlarms(work);
  const on = { books: work.books, railOf: () => work.bank.instance, vault: work.vault };
  assert.equal((await returnAtBank({ ...on, readUp: () => Promise.resolve(false) }, id)).kind, "again");
  assert.deepEqual([work.bank.calls.length, [...work.bank.left]], [0, []]);
  await giveBackAtBank(work, id);
  await assertBackOnce(work, id);
});

Deno.test("M-14 M-15 a return that a restored backup has forgotten explains itself when it is ordered again, and is sent once", async () => {
  using work = await moneyAtWork();
  const id = await astray(work);
  const { instance } = work.bank;
  const { rail, ports } = instance;
  assert.ok(rail.declares.payout && rail.refundInbound);
  const key = payoutKey("return", id, 1, rail.declares.payout.key);
  const sent = await rail.refundInbound(
    { inboundId: "in-1", key, amount: { units: FIFTY, currency: "USD" } },
    ports,
  );
  assert.ok(sent.ok);
  await notePayout(work.books, instance, sent.value);
  assert.equal((await work.alarms()).at(-1), "statement_debit:USD");
  assert.equal((await order(work, id)).kind, "ordered");
  assert.deepEqual(await giveBackAtBank(work, id), { kind: "done" });
  await assertBackOnce(work, id);
  const [debit] = await work.db.query({ sql: "select state from debits" });
  assert.equal(debit?.state, "return");
});

Deno.test("M-21 M-25 money that the bank takes back ends an order of which nothing has left; after that a person is asked", async () => {
  const taken = inbound("in-1", FIFTY, { state: "reversed", revision: 2 });
  using early = await moneyAtWork();
  const id = await ordered(early);
  await receive(early.receiving, early.bank.instance, taken);
  assert.deepEqual(await returnStanding(early, id), ["failed", "taken_back"]);
  assert.deepEqual(await giveBackAtBank(early, id), { kind: "done" });
  assert.deepEqual([...early.bank.left], []);
  assert.deepEqual(await early.balances(), {});

  using late = await moneyAtWork({ bank: scriptedRail({ becomes: "accepted" }) });
  const sent = await ordered(late);
  await giveBackAtBank(late, sent);
  await receive(late.receiving, late.bank.instance, taken);
  assert.ok((await late.alarms()).includes("receipt_reversed:return"));
  const [key = ""] = late.bank.left.keys();
  late.bank.say(key, { state: "completed", final: true });
  assert.deepEqual(await giveBackAtBank(late, sent), { kind: "done" });
  assert.deepEqual(await returnStanding(late, sent), ["completed", null]);
  assert.deepEqual(await late.balances(), {});
});

Deno.test("M-15 another amount than was ordered, or a return that comes back, is put before a person", async () => {
  const bank = scriptedRail({ becomes: "accepted" });
  using work = await moneyAtWork({ bank });
  const id = await ordered(work);
  await giveBackAtBank(work, id);
  const [key = ""] = bank.left.keys();
  await notePayout(work.books, bank.instance, bank.say(key, { amount: { units: 1n, currency: "USD" } }));
  assert.deepEqual(await returnStanding(work, id), ["undecidable", "amount"]);
  assert.deepEqual(await order(work, id), { kind: "refused", reason: "return_undecided" });
  await notePayout(
    work.books,
    bank.instance,
    bank.say(key, { amount: { units: FIFTY, currency: "USD" }, state: "completed", final: true }),
  );
  assert.deepEqual(await returnStanding(work, id), ["completed", null]);
  await notePayout(work.books, bank.instance, bank.say(key, { state: "returned", final: true }));
  assert.deepEqual((await work.alarms()).slice(1), ["payout_mismatch:amount", `payout_returned:${key}`]);
  assert.deepEqual(await work.balances(), {});
});
