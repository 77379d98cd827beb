import assert from "node:assert/strict";
import { createDatabase, type Database, repeatable } from "../../../core/records/database.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { expect } from "../../../core/records/expect-changed.ts";
import { openLocalDriver } from "../../../core/records/local-driver.ts";
import { apply, type Books } from "../../../core/transfers/record.ts";
import type { TransferEvent } from "../../../core/transfers/events.ts";
import { inFile } from "../records/files.ts";
import { moneyAtWork, ONE } from "./money-at-work.ts";

const money: TransferEvent = { type: "money_received", amount: 100n * ONE, kept: 0n, place: "bank" };

/** A receipt that makes the books agree with the event. */
function receipt(id: string, transferId: string, asset: string) {
  return {
    sql:
      `insert into receipts (id, side, place, external_id, state, asset, gross, fee, net, transfer_id, revision,
      version, at_ms) values (?, 'bank', 'bank', ?, 'matched', ?, ?, 0, ?, ?, 1, 1, 0)`,
    args: [id, id, asset, 100n * ONE, 100n * ONE, transferId],
  };
}

async function history(db: Database): Promise<string[]> {
  const rows = await db.query({
    sql: "select version, event, state_before, state_after from transfer_history order by version",
  });
  return rows.map((row) => `${row.version} ${row.event} ${row.state_before}>${row.state_after}`);
}

Deno.test("a decision is one batch: state, history, lines and effects stand together or not at all", async () => {
  using work = await moneyAtWork();
  const { books } = work;
  const transfer = await work.deposit();
  const fails = apply(books, transfer.id, money, () => [{ sql: "insert into nowhere values (1)" }]);
  await assert.rejects(fails, /nowhere/);
  assert.deepEqual([await work.count("postings"), (await work.now(transfer)).version], [0, 2]);
  const applied = await apply(books, transfer.id, money, () => [receipt("r", transfer.id, transfer.asset)]);
  assert.equal(applied.kind, "recorded");
  assert.deepEqual(await history(work.db), [
    "1 opened null>instructing",
    "2 instructions_given instructing>waiting",
    "3 money_received waiting>funded",
  ]);
  assert.equal((await books.outbox.dueOf(transfer.id, 5)).length, 1);
  await work.balances();
});

Deno.test("an event without an arc is ignored, and an unknown transfer is an error", async () => {
  using work = await moneyAtWork();
  const transfer = await work.deposit();
  const ignored = await apply(work.books, transfer.id, { type: "payout_stored" });
  assert.deepEqual([ignored.kind, await work.count("transfer_history")], ["ignored", 2]);
  await assert.rejects(apply(work.books, "nobody", money), /transfer nobody is not there/);
});

Deno.test("a decision that another overtook is made again on what stands now", async () => {
  using work = await moneyAtWork();
  const transfer = await work.deposit();
  let overtaken = false;
  const seen: number[] = [];
  const read = work.db.query;
  const db: Database = {
    ...work.db,
    query: async (statement) => {
      const rows = await read(statement);
      if (!overtaken && /^select .* from transfers where id/s.test(statement.sql)) {
        overtaken = true;
        await apply(work.books, transfer.id, { type: "credit_announced" });
      }
      return rows;
    },
  };
  const applied = await apply({ ...work.books, db }, transfer.id, money, (current) => {
    seen.push(current.version);
    return [receipt(`r${current.version}`, current.id, current.asset)];
  });
  assert.deepEqual([applied.kind, seen], ["recorded", [2, 3]]);
  assert.equal(await work.count("receipts"), 1);
  await work.balances();
});

Deno.test("what the maker adds and is there already, or has changed, is told as a duplicate and written not at all", async () => {
  using work = await moneyAtWork();
  const transfer = await work.deposit();
  const other = await work.deposit();
  await apply(work.books, other.id, money, () => [receipt("r", other.id, other.asset)]);
  const again = await apply(
    work.books,
    transfer.id,
    money,
    () => [receipt("r", transfer.id, transfer.asset)],
  );
  assert.equal(again.kind, "duplicate");
  const stale = await apply(work.books, transfer.id, money, () => [expect("false")]);
  assert.deepEqual(stale, { kind: "duplicate", key: "extra" });
  assert.equal((await work.now(transfer)).state, "waiting");
  await work.balances();
});

Deno.test("M-30 of many that tell the same fact at once, one is recorded", async () => {
  await using file = await inFile();
  const [one, two] = [await file.open(), await file.open()];
  await migrate(one, migrations);
  const work = await moneyAtWork({ db: one });
  const transfer = await work.deposit();
  const books: Books[] = [work.books, { ...work.books, db: two }];
  const tellers = Array.from(
    { length: 8 },
    (_, at) =>
      apply(
        books[at % 2] ?? work.books,
        transfer.id,
        money,
        () => [receipt("r", transfer.id, transfer.asset)],
      ),
  );
  const kinds = (await Promise.all(tellers)).map(({ kind }) => kind);
  assert.equal(kinds.filter((kind) => kind === "recorded").length, 1);
  assert.equal((await work.now(transfer)).version, 3);
  await work.balances();
  one.close();
  two.close();
});

Deno.test("a commit whose answer was lost is found by its write id and not made twice", async () => {
  await using file = await inFile();
  const driver = await openLocalDriver({ url: file.url, busyTimeoutMs: 2000 });
  let lose = false;
  const db = createDatabase({
    ...driver,
    tries: 3,
    batch: async (statements, mode) => {
      const rows = await driver.batch(statements, mode);
      if (!lose || mode !== "write") return rows;
      lose = false;
      throw new TypeError("error sending request: connection reset");
    },
  });
  const work = await moneyAtWork({ db });
  const transfer = await work.deposit();
  lose = true;
  const applied = await apply({ ...work.books, db }, transfer.id, money, () => [
    receipt("r", transfer.id, transfer.asset),
  ]);
  assert.deepEqual([applied.kind, lose], ["recorded", false]);
  assert.equal((await work.now(transfer)).version, 3);
  assert.equal(await work.count("receipts"), 1);
  await work.balances();
  db.close();
});

Deno.test("R-06-140 R-06-142 the time of a status stays when the row changes, and no deadline outlives the payment", async () => {
  using work = await moneyAtWork();
  const transfer = await work.deposit();
  const set = (sql: string) => work.db.write([{ sql }], repeatable);
  await set("update transfers set status_ms = 5");
  await apply(work.books, transfer.id, { type: "credit_announced" });
  const arriving = await work.now(transfer);
  assert.ok(arriving.statusMs > 5 && arriving.expiresMs !== null);
  await apply(work.books, transfer.id, money, () => [receipt("r", transfer.id, transfer.asset)]);
  assert.equal((await work.now(transfer)).expiresMs, null);
  await apply(work.books, transfer.id, { type: "destination_waits", reason: "no_account" });
  await set("update transfers set status_ms = 5");
  await apply(work.books, transfer.id, { type: "destination_waits", reason: "no_trustline" });
  const trusting = await work.now(transfer);
  assert.deepEqual([trusting.message, trusting.statusMs], ["no_trustline", 5]);
});

Deno.test("every transfer that is held is told to an operator, once for each reason", async () => {
  using work = await moneyAtWork();
  const transfer = await work.deposit();
  await apply(work.books, transfer.id, money, () => [receipt("r", transfer.id, transfer.asset)]);
  await apply(work.books, transfer.id, { type: "customer_withdrawn" });
  assert.deepEqual(await work.alarms(), ["transfer_on_hold:customer_withdrawn"]);
});
