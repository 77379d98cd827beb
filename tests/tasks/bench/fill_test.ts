import assert from "node:assert/strict";
import { askingJob } from "../../../core/jobs/asking.ts";
import { expireJob } from "../../../core/jobs/expire.ts";
import { retentionJob } from "../../../core/jobs/retention.ts";
import { createInbox } from "../../../core/records/inbox.ts";
import { repeatable } from "../../../core/records/database.ts";
import { listOwn } from "../../../core/transfers/find.ts";
import { fill } from "../../../tasks/bench/fill.ts";
import { testVault } from "../../core/records/memory.ts";
import { moneyAtWork } from "../../core/transfers/money-at-work.ts";

const FILLED = 2_000;

Deno.test("a database is filled with transfers of all states, with all that belongs to them and nothing that is due", async () => {
  using work = await moneyAtWork();
  const { db } = work;
  const template = await work.deposit();
  const { owner, asset, protocol } = template;
  const [known] = await db.query({ sql: "select id from customers limit 1" });
  const customerId = String(known?.["id"] ?? "template");
  if (!known) {
    await db.write([{
      sql: `insert into customers (id, owner, account, version, write_id, created_ms)
        values ('template', 'someone', 'someone', 1, 'w', 0)`,
    }], repeatable);
  }
  const before = Object.fromEntries(
    await Promise.all(TABLES.map(async (table) => [table, await work.count(table)] as const)),
  );
  await db.write([{ sql: "update outbox set state = 'done', done_ms = due_ms" }], repeatable);
  await fill(db, {
    transferId: template.id,
    customerId,
    busy: { owner: "busy", customerId },
    few: { owner: "few", customerId },
  }, FILLED);

  const added = async (table: string) => await work.count(table) - (before[table] ?? 0);
  assert.equal(await added("transfers"), FILLED);
  assert.equal(await added("transfer_history"), 3 * FILLED);
  assert.equal(await added("postings"), 2 * FILLED);
  assert.equal(await added("outbox"), 2 * FILLED);
  for (const table of ["receipts", "attempts", "inbox", "ledger_operations"]) {
    assert.equal(await added(table), FILLED, table);
  }
  assert.equal(await added("customers"), FILLED / 10);
  const states = await db.query({ sql: "select distinct state from transfers order by state" });
  assert.deepEqual(states.map(({ state }) => String(state)), [
    "asking",
    "completed",
    "expired",
    "failed",
    "kyc",
    "on_hold",
    "refunded",
    "trusting",
    "waiting",
  ]);
  const query = { asset, protocol, kinds: [], limit: 1_000 };
  assert.equal((await listOwn(db, "busy", query)).length, FILLED / 10);
  assert.equal((await listOwn(db, "few", query)).length, 5);
  assert.notEqual(owner, "few");

  const budget = { isSpent: () => false };
  const inbox = createInbox({ db, vault: testVault() });
  const jobs = [
    askingJob(db),
    expireJob(work.books),
    retentionJob({ db, inbox, outbox: work.books.outbox, retentionDays: 5 * 365 }),
  ];
  for (const job of jobs) assert.equal(await job.run(budget), 0, job.name);
  assert.deepEqual(await work.books.outbox.due(10), []);
  assert.deepEqual(await inbox.takeDue(10), []);
});

const TABLES = [
  "transfers",
  "transfer_history",
  "postings",
  "outbox",
  "receipts",
  "attempts",
  "inbox",
  "ledger_operations",
  "customers",
];
