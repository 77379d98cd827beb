import assert from "node:assert/strict";
import { moveClock } from "../../../core/records/clock.ts";
import { repeatable } from "../../../core/records/database.ts";
import { payAtBank } from "../../../core/bank/payouts.ts";
import { eraseOldDecisions, eraseOldReceipts, eraseOldTransfers } from "../../../core/transfers/retention.ts";
import { apply } from "../../../core/transfers/record.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import { inbound } from "../bank/scripted-rail.ts";
import { receive } from "../../../core/bank/receive.ts";
import { type MoneyAtWork, moneyAtWork, ONE } from "./money-at-work.ts";

const DAY = 86_400_000;
const RULE = { retentionMs: 10 * DAY, limit: 100 };

/** What is left of a transfer that is personal: sealed columns, its payer, its address. */
async function kept({ db }: MoneyAtWork, { id }: Pick<Transfer, "id">): Promise<string[]> {
  const rows = await db.query({
    sql: `select 'instructions' as what from transfers where id = :id and instructions is not null
      union all select 'beneficiary' from transfers where id = :id and beneficiary is not null
      union all select 'callback' from transfers where id = :id and callback is not null
      union all select 'end_callback' from transfers where id = :id and end_callback is not null
      union all select 'payer' from receipts where transfer_id = :id and payer is not null
      union all select 'approval' from approvals where transfer_id = :id and length(destination) > 0
      union all select 'address' from bank_addresses where transfer_id = :id and length(instructions) > 0`,
    args: { id },
  });
  return rows.map(({ what }) => String(what));
}

/** Gives a transfer everything personal that a transfer can hold. */
async function fill({ db }: MoneyAtWork, { id }: Transfer): Promise<void> {
  await db.write([
    {
      sql:
        `update transfers set instructions = x'01', beneficiary = x'01', callback = x'01', end_callback = x'01'
        where id = ?`,
      args: [id],
    },
    { sql: "update receipts set payer = x'01' where transfer_id = ?", args: [id] },
    {
      sql: `insert into approvals (transfer_id, version, operator, amount, destination, given_ms)
        values (?, 1, 'anna', 1, x'01', 0)`,
      args: [id],
    },
    {
      sql:
        `insert or replace into bank_addresses (rail, instruction_id, customer_id, transfer_id, instructions, given_ms)
        values ('bank', ?, 'customer', ?, x'01', 0)`,
      args: [`address-${id}`, id],
    },
  ], repeatable);
}

const ALL = ["instructions", "beneficiary", "callback", "end_callback", "payer", "approval", "address"];

Deno.test("R-12-86 what is personal in a transfer goes when it has been over for long enough, the payment stays", async () => {
  using work = await moneyAtWork();
  const [paid, other] = [await work.fundedWithdrawal(100n * ONE), await work.fundedWithdrawal(100n * ONE)];
  await payAtBank(work.paying, paid.id);
  await apply(work.books, other.id, { type: "customer_withdrawn" });
  for (const transfer of [paid, other]) await fill(work, transfer);
  const before = await work.now(paid);
  assert.equal(before.state, "completed");
  await moveClock(work.db, 9 * DAY);
  assert.equal(await eraseOldTransfers(work.db, RULE), 0);
  assert.deepEqual(await kept(work, paid), ALL);
  await moveClock(work.db, 2 * DAY);
  assert.equal(await eraseOldTransfers(work.db, RULE), 1);
  assert.deepEqual(await kept(work, paid), []);
  assert.deepEqual(await work.now(paid), {
    ...before,
    instructions: null,
    beneficiary: null,
    callback: null,
    endCallback: null,
  });
  assert.equal(await eraseOldTransfers(work.db, RULE), 0, "once");
  // Money that is still here needs to know where it goes, however long it takes.
  await moveClock(work.db, 1000 * DAY);
  assert.equal(await eraseOldTransfers(work.db, RULE), 0);
  assert.deepEqual(await kept(work, other), ALL);
  await work.balances();
});

Deno.test("M-21 a payout that may still come back keeps the account that it went to", async () => {
  using work = await moneyAtWork();
  const paid = await work.fundedWithdrawal(100n * ONE);
  await payAtBank(work.paying, paid.id);
  await fill(work, paid);
  const [row] = await work.db.query({ sql: "select status_ms as at from transfers" });
  await work.db.write([{
    sql: "update transfers set returnable_until_ms = ?",
    args: [Number(row?.["at"]) + 20 * DAY],
  }], repeatable);
  await moveClock(work.db, 19 * DAY);
  assert.equal(await eraseOldTransfers(work.db, RULE), 0);
  await moveClock(work.db, 2 * DAY);
  assert.equal(await eraseOldTransfers(work.db, RULE), 1);
});

Deno.test("M-30 a transfer that is no longer over when it is to be erased keeps everything", async () => {
  using work = await moneyAtWork();
  const transfer = await work.fundedWithdrawal(100n * ONE);
  await fill(work, transfer);
  const move = (state: string) =>
    work.db.write(
      [{ sql: "update transfers set state = ? where id = ?", args: [state, transfer.id] }],
      repeatable,
    );
  await move("completed");
  await moveClock(work.db, 10 * DAY + 1);
  const before = await kept(work, transfer);
  const db: typeof work.db = {
    ...work.db,
    async write(statements, written) {
      await move("on_hold");
      return await work.db.write(statements, written);
    },
  };
  await eraseOldTransfers(db, RULE);
  assert.deepEqual(await kept(work, transfer), before);
  assert.ok(before.includes("payer"));
});

Deno.test("page by page, the longest over first", async () => {
  using work = await moneyAtWork();
  const [first, second] = [await work.deposit(), await work.deposit()];
  await apply(work.books, second.id, { type: "time_ran_out" });
  await moveClock(work.db, DAY);
  await apply(work.books, first.id, { type: "time_ran_out" });
  await moveClock(work.db, 20 * DAY);
  assert.equal(await eraseOldTransfers(work.db, { ...RULE, limit: 1 }), 1);
  assert.deepEqual([(await kept(work, first)).length > 0, await kept(work, second)], [true, []]);
});

Deno.test("M-19 a payer of money that waits for a person stays known, one of money that went back does not", async () => {
  using work = await moneyAtWork();
  const { db } = work;
  const told = (id: string, revision: number, state: "booked" | "returned") =>
    receive(work.receiving, work.bank.instance, inbound(id, ONE, { revision, state }));
  for (const id of ["waits", "returned"]) await told(id, 1, "booked");
  await told("returned", 2, "returned");
  await moveClock(db, 11 * DAY);
  assert.equal(await eraseOldReceipts(db, RULE), 1);
  const rows = await db.query({
    sql: "select state, payer is null as gone from receipts order by external_id",
  });
  assert.deepEqual(rows, [{ state: "returned", gone: 1n }, { state: "unmatched", gone: 0n }]);
  assert.equal(await eraseOldReceipts(db, RULE), 0);
});

Deno.test("R-12-86 how an erased customer was decided on is kept for as long, and no longer", async () => {
  using work = await moneyAtWork();
  const id = await work.setKyc("alice", "accepted");
  await work.setKyc("bob", "accepted");
  const [row] = await work.db.query({ sql: "select unixepoch() * 1000 as at" });
  await work.db.write([{
    sql: "update customers set erased_ms = ?, decisions = '[]' where id = ?",
    args: [Number(row?.["at"]), id],
  }], repeatable);
  await moveClock(work.db, 9 * DAY);
  assert.equal(await eraseOldDecisions(work.db, RULE), 0);
  await moveClock(work.db, 2 * DAY);
  assert.equal(await eraseOldDecisions(work.db, RULE), 1);
  assert.equal(await work.count("customers"), 2);
});
