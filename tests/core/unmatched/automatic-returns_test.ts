import { Asset, Operation } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { receive } from "../../../core/bank/receive.ts";
import { budgetOf } from "../../../core/jobs/job.ts";
import { returnsJob } from "../../../core/jobs/returns.ts";
import { liftReceivable } from "../../../core/operators/settle-receivable.ts";
import { lastEntries } from "../../../core/records/audit.ts";
import { moveClock } from "../../../core/records/clock.ts";
import { repeatable } from "../../../core/records/database.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { returnByItself, unmatchedPage } from "../../../core/unmatched/automatic-returns.ts";
import type { ReturnRule } from "../../../core/unmatched/return-rules.ts";
import type { InboundTransfer } from "../../../plugins/bank-rail.ts";
import { HUNDRED, onlyDebt, payOut, taken } from "../bank/debts.ts";
import { inbound, scriptedRail } from "../bank/scripted-rail.ts";
import { inFile } from "../records/files.ts";
import { ledgerWorld } from "../stellar/ledger-world.ts";
import { muxedOf } from "../stellar/muxed.ts";
import { setUp } from "../stellar/withdrawals.ts";
import { type MoneyAtWork, moneyAtWork, ONE } from "../transfers/money-at-work.ts";
import { giveBack, giveBackAtBank, orderingOf, returnStanding, unmatchedIds } from "./returning.ts";

const DAY_MS = 86_400_000;
const RULE: ReturnRule = { above: 10n * ONE, perDay: 2 };

/** Runs the job until it has gone through all. @returns ids that are on their way back */
async function automatic(work: MoneyAtWork, rules: Readonly<Record<string, ReturnRule>>): Promise<string[]> {
  // Receipts of one millisecond have no order of their own.
  await work.db.write([{ sql: "update receipts set at_ms = rowid" }], repeatable);
  const job = returnsJob({ ...orderingOf(work), ruleOf: (asset) => rules[asset] ?? null });
  await job.run(budgetOf(10_000));
  return (await work.db.query({
    sql: "select receipt_id as id from returns where state <> 'failed' order by rowid",
  }))
    .map(({ id }) => String(id));
}

const payerWith = (account: string | null): InboundTransfer["payer"] => ({
  nameTrusted: true,
  account: account === null
    ? { kind: "none", trusted: false }
    : { value: account, kind: "full", trusted: true },
});

/** Money of this payer at the bank. */
const paid = (work: MoneyAtWork, id: string, units: bigint, account: string | null) =>
  receive(work.receiving, work.bank.instance, inbound(id, units, { payer: payerWith(account) }));

Deno.test("M-20 M-28 tokens go back by themselves where the config lists the asset, with an entry in the audit log", async () => {
  await using world = await ledgerWorld();
  const { user, work, pay } = await setUp(world);
  using _ = work;
  await world.put(user, [pay("60")]);
  await work.watch();
  const [id = ""] = await unmatchedIds(work);
  assert.deepEqual(await automatic(work, {}), []);
  assert.deepEqual(await automatic(work, { [world.asset]: { ...RULE, above: 60n * ONE } }), []);
  assert.deepEqual(await automatic(work, { [world.asset]: RULE }), [id]);
  const entries = await lastEntries(work.db, "actions", 9);
  assert.deepEqual(entries.map(({ actor, action, subject }) => [actor, action, subject]), [
    ["config:returns", "receipt.return", id],
  ]);
  assert.deepEqual(await work.books.outbox.dueOf(id, 5), [`ledger_return:${id}:1`]);
  assert.deepEqual(await giveBack(work, id), { kind: "done" });
  assert.deepEqual(await work.balances(), {});
  assert.deepEqual(await automatic(work, { [world.asset]: RULE }), [id]);
});

Deno.test("M-20 XLM goes back by itself only where it is listed", async () => {
  await using world = await ledgerWorld();
  const { user, work, ours } = await setUp(world);
  using _ = work;
  await world.put(user, [Operation.payment({ destination: ours, asset: Asset.native(), amount: "50" })]);
  await work.watch();
  const [id = ""] = await unmatchedIds(work);
  assert.deepEqual(await automatic(work, { [world.asset]: RULE }), []);
  assert.deepEqual(await automatic(work, { native: RULE }), [id]);
  assert.deepEqual(await giveBack(work, id), { kind: "done" });
});

Deno.test("M-20 an account is sent something once a day, and one payer's accounts a few times; a loop ends there", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await setUp(world);
  using _ = work;
  const asset = new Asset("USDX", world.issuer.publicKey());
  const send = async (id: bigint) => {
    await world.put(user, [Operation.payment({
      source: muxedOf(user.publicKey(), id),
      destination: world.distribution.publicKey(),
      asset,
      amount: "20",
    })]);
    await work.watch();
  };
  const rules = { [world.asset]: RULE };
  for (const id of [1n, 1n, 2n, 3n]) await send(id);
  const [first = "", again = "", second = "", third = ""] = await unmatchedIds(work);
  assert.deepEqual(
    await automatic(work, rules),
    [first, second],
    "the first account's second payment waits, and the third account",
  );
  for (const id of [first, second]) assert.deepEqual(await giveBack(work, id), { kind: "done" });
  assert.deepEqual(await automatic(work, rules), [first, second], "what is back counts, too");
  await moveClock(work.db, DAY_MS + 1);
  assert.deepEqual(await automatic(work, rules), [first, second, again, third], "on the next day they go");
  // The wallet on the other side sends back what it gets.
  for (let round = 0; round < 3; round++) {
    await send(1n);
    assert.equal((await automatic(work, rules)).length, 4);
  }
});

Deno.test("M-20 money at a bank goes back by itself where its payer's account is known, once for a payment", async () => {
  using work = await moneyAtWork();
  const asset = work.services[0]?.asset.id ?? "";
  await paid(work, "in-1", 20n * ONE, "DE1");
  await paid(work, "in-2", 20n * ONE, null);
  await paid(work, "in-3", 9n * ONE, "DE3");
  await paid(work, "in-4", 20n * ONE, "DE1");
  const [first = ""] = await unmatchedIds(work);
  assert.deepEqual(await automatic(work, { [asset]: RULE }), [first]);
  work.bank.faults.push("rejected_by_bank");
  assert.deepEqual(await giveBackAtBank(work, first), { kind: "done" });
  assert.deepEqual(await returnStanding(work, first), ["failed", "bank_refused"]);
  await moveClock(work.db, DAY_MS + 1);
  const [, , , last = ""] = await unmatchedIds(work);
  assert.deepEqual(await automatic(work, { [asset]: RULE }), [last], "what failed once is a person's");
  assert.deepEqual(await giveBackAtBank(work, last), { kind: "done" });
  assert.deepEqual([...work.bank.left.values()], [20n * ONE]);
  await work.balances();
});

Deno.test("M-20 a refund of a transfer counts as well: whoever got one today gets nothing more by a machine", async () => {
  using work = await moneyAtWork();
  const asset = work.services[0]?.asset.id ?? "";
  await paid(work, "in-1", 20n * ONE, "DE1");
  await paid(work, "in-2", 20n * ONE, "DE1");
  const [refunded = "", other = ""] = await unmatchedIds(work);
  await work.db.write([{
    sql: `insert into refunds (id, receipt_id, side, place, key, asset, amount, fee, state, version, at_ms)
      select 'r', id, 'bank', place, 'k', asset, gross, 0, 'failed', 1, cast(unixepoch('subsec') * 1000 as integer)
      from receipts where id = ?`,
    args: [refunded],
  }], repeatable);
  assert.deepEqual(await automatic(work, { [asset]: RULE }), []);
  await moveClock(work.db, DAY_MS + 60_000);
  assert.deepEqual(await automatic(work, { [asset]: RULE }), [refunded]);
  assert.deepEqual(await returnStanding(work, other), [undefined, undefined]);
});

Deno.test("M-20 M-21 what a customer sends who owes us goes back by no machine until an operator has lifted the freeze", async () => {
  using work = await moneyAtWork();
  const rules = { [work.services[0]?.asset.id ?? ""]: RULE };
  const deposit = await work.deposit();
  const payer = payerWith("DE1");
  await work.pay(deposit, HUNDRED, undefined, { payer });
  await payOut(work, await work.now(deposit), "completed");
  await work.pay(deposit, HUNDRED, undefined, { ...taken, payer });
  const debt = await onlyDebt(work);
  await paid(work, "in-1", 20n * ONE, "DE1");
  await paid(work, "in-2", 20n * ONE, "DE2");
  const [theirs = "", other = ""] = await unmatchedIds(work);
  assert.deepEqual(await automatic(work, rules), [other]);
  assert.deepEqual(await liftReceivable({ books: work.books, actor: "anna" }, debt.id), []);
  assert.deepEqual((await automatic(work, rules)).toSorted(), [theirs, other].toSorted());
});

Deno.test("M-20 M-21 what comes for a customer who owes us, from whatever account, waits for an operator", async () => {
  using work = await moneyAtWork();
  const rules = { [work.services[0]?.asset.id ?? ""]: RULE };
  const deposit = await work.deposit();
  await work.pay(deposit, HUNDRED, undefined, { payer: payerWith("DE1") });
  await payOut(work, await work.now(deposit), "completed");
  // A second payment by the same reference is not waited for.
  await work.pay(deposit, 50n * ONE, "second", { payer: payerWith("DE2") });
  await work.pay(deposit, HUNDRED, undefined, { ...taken, payer: payerWith("DE1") });
  const debt = await onlyDebt(work);
  const ids = await unmatchedIds(work);
  assert.deepEqual(await automatic(work, rules), []);
  assert.deepEqual(await liftReceivable({ books: work.books, actor: "anna" }, debt.id), []);
  assert.deepEqual(await automatic(work, rules), ids);
});

Deno.test("M-20 M-25 a payout of ours that came back and that nothing explains is sent to nobody by itself", async () => {
  using work = await moneyAtWork();
  const rules = { [work.services[0]?.asset.id ?? ""]: RULE };
  const back = inbound("back", 50n * ONE, { payer: payerWith("DE1"), original: { payoutKey: "unknown" } });
  await receive(work.receiving, work.bank.instance, back);
  assert.equal((await unmatchedIds(work)).length, 1);
  assert.deepEqual(await automatic(work, rules), []);
});

Deno.test("M-20 M-30 two processes without a lease that look at two payments of one account send one back", async () => {
  await using file = await inFile();
  const [one, two] = [await file.open(), await file.open()];
  await migrate(one, migrations);
  const first = await moneyAtWork({ db: one, bank: scriptedRail() });
  const second = await moneyAtWork({ db: two, bank: first.bank });
  const asset = first.services[0]?.asset.id ?? "";
  const on = (work: MoneyAtWork) => ({ ...orderingOf(work), ruleOf: () => RULE });
  for (let round = 0; round < 5; round++) {
    for (const id of ["a", "b"]) await paid(first, `${id}-${round}`, 20n * ONE, `DE${round}`);
    const [a, b] = (await unmatchedPage(one, null, 99)).slice(-2);
    assert.ok(a && b);
    const both = await Promise.all([
      returnByItself(on(first), a),
      returnByItself(on(second), b),
      returnByItself(on(first), b),
    ]);
    assert.equal(both.filter(Boolean).length, 1);
    await Promise.all([first, second, first].map((work) => automatic(work, { [asset]: RULE })));
    assert.equal((await automatic(first, { [asset]: RULE })).length, round + 1);
  }
  one.close();
  two.close();
});
