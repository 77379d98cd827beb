import assert from "node:assert/strict";
import { payAtBank } from "../../../core/bank/payouts.ts";
import { refundAtBank } from "../../../core/bank/refunds.ts";
import { checkBooks, readBooks } from "../../../core/money/equation.ts";
import { move, postingStatements } from "../../../core/money/postings.ts";
import { raiseAlarm } from "../../../core/records/alarms.ts";
import { type Database, repeatable, type Statement } from "../../../core/records/database.ts";
import { apply } from "../../../core/transfers/record.ts";
import { scriptedRail } from "../bank/scripted-rail.ts";
import { allowClawbacks, clawBack, ordered, takenBack } from "../stellar/clawed-back.ts";
import { ledgerWorld } from "../stellar/ledger-world.ts";
import { moneyWorld } from "../stellar/money-world.ts";
import { refundAll, refundingWorld, underpaid } from "../stellar/paid-back.ts";
import { moneyAtWork, ONE } from "../transfers/money-at-work.ts";

/** Changes what the books rest on, and gives the faults that are found. */
async function faultsAfter(db: Database, ...statements: Statement[]): Promise<string[]> {
  await db.write(statements, repeatable);
  return (await checkBooks(db)).map((fault) => fault.slice(0, fault.indexOf(": ")));
}

Deno.test("M-23 the equation holds over deposits, withdrawals, unmatched money and refunds, each in its account", async () => {
  using work = await moneyAtWork({ service: { amountRule: { kind: "refund" } } });
  const deposit = await work.deposit();
  await work.pay(deposit, 100n * ONE, "one", { fee: 3n });
  await work.pay(deposit, 7n * ONE, "two");
  const other = await work.deposit();
  await work.pay(other, 50n * ONE, "three");
  assert.equal((await work.now(other)).state, "refunding");
  await refundAtBank(work.refunding, other.id);
  assert.equal((await work.now(other)).state, "refunded");
  await work.fundedWithdrawal(20n * ONE);
  assert.deepEqual(await work.balances(), {
    "bank:bank": 107n * ONE - 3n,
    costs: 3n,
    in_flight: -120n * ONE,
    outstanding: 20n * ONE,
    suspense: -7n * ONE,
  });
});

Deno.test("M-23 the check finds lines that nothing accounts for", async () => {
  using work = await moneyAtWork();
  const { db } = work;
  const deposit = await work.deposit();
  await work.pay(deposit, 100n * ONE);
  assert.deepEqual(await checkBooks(db), []);
  assert.equal((await readBooks(db))["USDX:nothing"], undefined);
  assert.deepEqual(
    await faultsAfter(
      db,
      ...postingStatements("x", move(deposit.asset, 1n, "costs", "in_flight", deposit.id)),
    ),
    ["in flight is not what the transfer says"],
  );
  assert.deepEqual(
    await faultsAfter(db, ...postingStatements("y", move(deposit.asset, 1n, "costs", "suspense"))),
    [
      "in flight is not what the transfer says",
      "suspense is not what the unmatched receipts say, less what left unexplained",
    ],
  );
});

Deno.test("M-23 the check finds a batch out of balance and an account that is none", async () => {
  using work = await moneyAtWork();
  const line = (account: string) => ({
    sql: "insert into postings (batch, line, asset, account, amount, at_ms) values (?, 0, 'A', ?, 1, 0)",
    args: [account, account],
  });
  assert.deepEqual(await faultsAfter(work.db, line("costs")), ["the lines of a batch do not sum to zero"]);
  assert.ok((await faultsAfter(work.db, line("bank:"))).includes("a line is in no account of the books"));
});

Deno.test("M-25 the check finds receipts in no place or in two", async () => {
  using work = await moneyAtWork();
  const deposit = await work.deposit();
  await work.pay(deposit, 100n * ONE);
  assert.deepEqual(
    await faultsAfter(work.db, { sql: "update receipts set state = 'unmatched'" }),
    [
      "a transfer received something else than its receipts",
      "an unmatched receipt belongs to a transfer",
      "suspense is not what the unmatched receipts say, less what left unexplained",
    ],
  );
  assert.deepEqual(
    await faultsAfter(work.db, { sql: "update receipts set state = 'matched', transfer_id = null" }),
    ["a transfer received something else than its receipts", "a receipt is matched to no transfer"],
  );
});

Deno.test("M-25 the check finds each receipt whose money is in no place or in two, and money that nobody moves on", async () => {
  using work = await moneyAtWork({ service: { amountRule: { kind: "refund" } } });
  const { db } = work;
  const back = await work.deposit();
  await work.pay(back, 50n * ONE);
  await refundAtBank(work.refunding, back.id);
  const out = await work.fundedWithdrawal(20n * ONE);
  await db.write([work.books.outbox.endOf([back.id])], repeatable);
  assert.deepEqual(await checkBooks(db), [], "one is over, the other under way");
  const at = (state: string, id: string) => ({
    sql: "update transfers set state = ? where id = ?",
    args: [state, id],
  });
  const says = async (...statements: Statement[]) =>
    (await faultsAfter(db, ...statements)).filter((fault) =>
      /place|nothing is due|may still pay/.test(fault)
    );
  for (const state of ["failed", "expired", "waiting"]) {
    assert.deepEqual(await says(at(state, out.id)), ["a receipt's money is in no place"], state);
  }
  assert.deepEqual(await says(at("funded", out.id)), []);
  assert.deepEqual(await says(at("completed", back.id)), ["a receipt's money is in two places"]);
  assert.deepEqual(await says(at("refunded", back.id), { sql: "update refunds set state = 'failed'" }), [
    "a receipt's money is in no place",
  ]);
  await says({ sql: "update refunds set state = 'completed'" });
  const due = (state: string) => ({
    sql: "update outbox set state = ? where subject = ?",
    args: [state, out.id],
  });
  assert.deepEqual(await says(due("done")), ["money moves and nothing is due for it"]);
  assert.deepEqual(
    await says(due("parked")),
    ["money moves and nothing is due for it"],
    "and nobody was told",
  );
  const [effect] = await db.query({
    sql: "select id from outbox where subject = ? and lane = 'work'",
    args: [out.id],
  });
  assert.deepEqual(await says(raiseAlarm("effect_parked", String(effect?.id), "unavailable")), []);
});

Deno.test("M-25 the check finds an attempt that may still pay for a transfer that is over", async () => {
  using work = await moneyAtWork({ bank: scriptedRail({ becomes: "accepted" }) });
  const out = await work.fundedWithdrawal(20n * ONE);
  await payAtBank(work.paying, out.id);
  assert.deepEqual(await checkBooks(work.db), []);
  assert.ok(
    (await faultsAfter(work.db, { sql: "update transfers set state = 'refunded'" })).includes(
      "an attempt may still pay for a transfer that is over",
    ),
  );
});

Deno.test("M-25 the check finds a completed transfer that no payout stands behind", async () => {
  using work = await moneyAtWork();
  const withdrawal = await work.fundedWithdrawal(100n * ONE);
  await apply(work.books, withdrawal.id, { type: "payout_stored" });
  await apply(work.books, withdrawal.id, { type: "payout_completed", amount: 99n * ONE, place: "bank" });
  assert.deepEqual(await faultsAfter(work.db), ["a transfer completed without a payout of its amount"]);
});

Deno.test("M-25 the check finds a refund that is not what its envelope sent, or that a payout stands beside", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await refundingWorld(world);
  using _ = work;
  const transfer = await underpaid(world, work, user);
  await refundAll(work, transfer);
  const changes = [
    ["update attempts set amount = amount + 1", ["a refund on the ledger is not what its envelope sent"]],
    ["update attempts set amount = amount - 1, purpose = 'payout', state = 'completed'", [
      "a payout completed and its transfer did not",
      "a refund on the ledger is not what its envelope sent",
      "more was paid out and sent back than came",
    ]],
    ["update attempts set purpose = 'refund'", []],
    ["update refunds set attempt_id = null", [
      "a refund on the ledger is not what its envelope sent",
      "an envelope sent money back that no refund tells",
    ]],
  ] as const;
  for (const [sql, faults] of changes) assert.deepEqual(await faultsAfter(work.db, { sql }), faults);
  assert.ok(
    (await faultsAfter(work.db, { sql: "update refunds set amount = amount - 1, fee = 2" })).includes(
      "a receipt of a refunded transfer did not go back whole",
    ),
  );
});

Deno.test("M-21 M-25 the check finds tokens that were clawed back without an order, for more than is owed, or that nobody goes on with", async () => {
  await using world = await ledgerWorld();
  await allowClawbacks(world);
  using work = await moneyWorld(world);
  const [, debt] = await takenBack(work, await world.account("user", { trusts: true }));
  await clawBack(work, await ordered(work, debt, 60n * ONE));
  const last = await ordered(work, debt, 30n * ONE);
  const { db } = work;
  assert.deepEqual(await checkBooks(db), []);
  const found = async (sql: string, ...args: string[]) => (await faultsAfter(db, { sql, args })).join("; ");
  assert.equal(
    await found("update clawbacks set state = 'failed' where state = 'completed'"),
    "an envelope clawed back what no clawback tells",
  );
  await found("update clawbacks set state = 'completed' where state = 'failed'");
  assert.equal(
    await found("update ledger_errands set state = 'absent'"),
    "a clawback has no envelope that took it",
  );
  await found("update ledger_errands set state = 'completed'");
  assert.equal(
    await found("update clawbacks set amount = amount + 1 where state = 'completed'"),
    "more was clawed back than came of what is owed",
  );
  await found("update clawbacks set amount = amount - 1 where state = 'completed'");
  assert.equal(
    await found("update clawbacks set amount = amount + ? where state = 'ordered'", String(11n * ONE)),
    "tokens are clawed back for what is not owed",
  );
  await found("update clawbacks set amount = amount - ? where state = 'ordered'", String(11n * ONE));
  assert.equal(
    await found("update outbox set state = 'done' where subject = ?", last),
    "tokens are to be clawed back and nothing is due for it",
  );
});
