/**
 * Watching as a long-lived process does it: the real reader, runner and lease, a real stream over TCP, and a turn of its
 * own so rare that nothing but the stream can have woken it.
 * @module
 */
import { Asset, type Keypair, Operation } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { ledgerJob } from "../../../core/jobs/ledger.ts";
import { createRunner } from "../../../core/jobs/runner.ts";
import { noLog } from "../../../core/log.ts";
import type { Database } from "../../../core/records/database.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { ownership, watchedAccounts } from "../../../core/stellar/accounts.ts";
import { openLedgerStream } from "../../../core/stellar/stream.ts";
import { inFile } from "../records/files.ts";
import { type LedgerWorld, ledgerWorld } from "./ledger-world.ts";
import { type MoneyWorld, moneyWorld } from "./money-world.ts";
import { idsIn } from "./watched-stream.ts";

const HOUR_MS = 3_600_000;

/** Loops and stream of one process. */
function watching(world: LedgerWorld, work: MoneyWorld, db: Database = work.db, holder = "one") {
  const accounts = watchedAccounts(work.own);
  const job = ledgerJob({
    db,
    horizon: world.horizon,
    accounts,
    isOurs: ownership(work.own),
    receiving: work.ledgerReceiving,
    onMoved: () => Promise.resolve(),
    everyMs: HOUR_MS,
  });
  const runner = createRunner({ jobs: [job], db, log: noLog, holder });
  runner.start();
  const stream = openLedgerStream({
    url: world.url,
    accounts,
    wake: () => runner.wake("ledger"),
    pauseMs: 5,
  });
  return async () => void await Promise.all([stream.close(), runner.stop()]);
}

/** Payments to our account, some with several in a transaction. @returns ids of their operations */
async function pay(world: LedgerWorld, from: Keypair, operations: number): Promise<string[]> {
  const hash = await world.put(
    from,
    Array.from({ length: operations }, () =>
      Operation.payment({
        destination: world.distribution.publicKey(),
        asset: Asset.native(),
        amount: "0.0000001",
      })),
  );
  const found = await world.horizon.operationsOfTransaction(hash);
  assert.ok(found.kind === "found");
  return found.records.map((record) => {
    assert.ok(typeof record === "object" && record !== null && "id" in record);
    return String(record.id);
  });
}

/** Waits until all of these have been read. @returns how long it took, in milliseconds */
async function untilRead(db: Database, expected: readonly string[]): Promise<number> {
  const begun = performance.now();
  while ((await idsIn(db)).length < expected.length) {
    assert.ok(performance.now() - begun < 10_000, "what happened is never read");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.deepEqual(await idsIn(db), [...expected].sort((one, other) => BigInt(one) < BigInt(other) ? -1 : 1));
  return performance.now() - begun;
}

Deno.test("M-9 what happens is read within a second of its ledger, with nothing but the stream to wake the reader", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user");
  const stop = watching(world, work);
  try {
    const ids: string[] = [];
    for (let time = 0; time < 10; time++) {
      ids.push(...await pay(world, user, 1 + time % 3));
      assert.ok(await untilRead(work.db, ids) < 1_000);
    }
  } finally {
    await stop();
  }
});

Deno.test("M-9 however often streams are cut, nothing is lost and nothing is read twice", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user");
  const stop = watching(world, work);
  try {
    const ids: string[] = [];
    for (let time = 0; time < 30; time++) {
      // Before, right after and long after a payment; twice in a row.
      if (time % 2 === 0) await world.ledger.behave({ behaviour: "end_streams" });
      ids.push(...await pay(world, user, 1));
      if (time % 3 === 0) await world.ledger.behave({ behaviour: "end_streams" });
      if (time % 10 === 9) await untilRead(work.db, ids);
    }
    await untilRead(work.db, ids);
  } finally {
    await stop();
  }
});

Deno.test("M-9 what happened in a downtime of any length is read when the process is back, each operation once", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user");
  const ids: string[] = [];
  for (const pages of [0, 1, 5]) {
    const stop = watching(world, work);
    await untilRead(work.db, ids);
    await stop();
    // Nobody looks: more than a page of operations, and ledgers by the hundred.
    for (let page = 0; page < pages; page++) ids.push(...await pay(world, user, 90));
    await world.ledger.close(100);
  }
  const stop = watching(world, work);
  await untilRead(work.db, ids);
  await stop();
  assert.equal(ids.length, 540);
});

Deno.test("M-9 M-30 two processes with a stream each read everything once", async () => {
  await using world = await ledgerWorld();
  await using file = await inFile();
  const [one, two] = [await file.open(), await file.open()];
  await migrate(one, migrations);
  const first = await moneyWorld(world, { db: one });
  const second = await moneyWorld(world, { db: two, beside: first });
  const user = await world.account("user");
  const stops = [watching(world, first, one, "one"), watching(world, second, two, "two")];
  try {
    const ids: string[] = [];
    for (let time = 0; time < 20; time++) {
      ids.push(...await pay(world, user, 2));
      if (time % 7 === 0) await world.ledger.behave({ behaviour: "end_streams" });
    }
    await untilRead(one, ids);
  } finally {
    for (const stop of stops) await stop();
    one.close();
    two.close();
  }
});
