import { Asset, Claimant, Operation } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { repeatable } from "../../../core/records/database.ts";
import type { Database } from "../../../core/records/database.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { firstCursor, readCursor } from "../../../core/stellar/cursors.ts";
import { isHistoryInDoubt } from "../../../core/stellar/history-alarm.ts";
import { HorizonUnavailable } from "../../../core/stellar/horizon.ts";
import { endOfLedger, ledgerOf } from "../../../core/stellar/position.ts";
import { countSetAside, takeUnprocessed } from "../../../core/stellar/unprocessed.ts";
import { readNew } from "../../../core/stellar/watch.ts";
import { inFile } from "../records/files.ts";
import { inMemory } from "../records/memory.ts";
import { BOB, ledgerRecord, operationRecord, pageOf, transactionRecord } from "./horizon-records.ts";
import { ledgerWorld } from "./ledger-world.ts";
import { muxedOf } from "./muxed.ts";
import { NOT_FOUND, root, scriptedHorizon } from "./scripted-horizon.ts";

const isOurs = (account: string) => account === BOB;
const plenty = { pages: 100 };

/** A Horizon whose stream for BOB is this list; the head is ledger 500 unless it says otherwise. */
function stream(records: () => readonly Record<string, unknown>[], head = { latest: 500, elder: 1 }) {
  return scriptedHorizon((path) => {
    const { pathname, searchParams } = new URL(path, "http://horizon.example");
    if (pathname === "/") return root(head.latest, head.elder);
    if (pathname === "/ledgers") return [200, pageOf([ledgerRecord(head.latest, 1_800_000_000)])];
    if (pathname !== `/accounts/${BOB}/operations`) return undefined;
    assert.equal(searchParams.get("join"), "transactions");
    assert.equal(searchParams.get("include_failed"), "false");
    assert.equal(searchParams.get("order"), "asc");
    const cursor = BigInt(searchParams.get("cursor") ?? "0");
    const after = records().filter((record) => BigInt(String(record.id)) > cursor);
    return [200, pageOf(after.slice(0, Number(searchParams.get("limit"))))];
  });
}

/** A database whose cursor for BOB stands at the end of this ledger. */
async function watchedFrom(ledger: number) {
  const db = await inMemory();
  await setCursor(db, endOfLedger(ledger));
  return db;
}

async function setCursor(db: Database, position: bigint): Promise<void> {
  await db.write([{
    sql: "insert or replace into cursors (name, value, version, moved_ms) values (?, ?, 1, 0)",
    args: [`ledger:${BOB}`, position.toString()],
  }], repeatable);
}

async function idsIn(db: Database): Promise<string[]> {
  const rows = await db.query({ sql: "select id from ledger_operations order by position" });
  return rows.map(({ id }) => String(id));
}

/** A transaction's operations: this many payments in this ledger, the transaction's order in it given. */
function payments(ledger: number, order: number, count: number): Record<string, unknown>[] {
  const hash = (BigInt(ledger) * 4096n + BigInt(order)).toString(16).padStart(64, "0");
  const transaction = transactionRecord({ hash, ledger, memo_type: "id", memo: "7" });
  return Array.from({ length: count }, (_, index) => operationRecord({}, transaction, [order, index + 1]));
}

Deno.test("M-9 operations and cursor move together, each operation once", async () => {
  const records = [...payments(101, 1, 1), ...payments(101, 2, 2)];
  await using server = stream(() => records);
  using db = await watchedFrom(100);
  assert.deepEqual(await readNew(db, server.horizon, [BOB], plenty), {
    kind: "read",
    upTo: 500,
    inserted: 3,
  });
  assert.deepEqual(await readNew(db, server.horizon, [BOB], plenty), {
    kind: "read",
    upTo: 500,
    inserted: 0,
  });
  assert.deepEqual(await idsIn(db), records.map(({ id }) => id));
  const cursor = await readCursor(db, BOB);
  assert.equal(cursor?.position.toString(), records.at(-1)?.id);

  records.push(...payments(102, 1, 1));
  assert.deepEqual(await readNew(db, server.horizon, [BOB], plenty), {
    kind: "read",
    upTo: 500,
    inserted: 1,
  });
});

Deno.test("M-9 nothing is inserted when the cursor has been moved by another", async () => {
  let moved = false;
  using db = await watchedFrom(100);
  const records = payments(101, 1, 1);
  await using server = scriptedHorizon(async (path) => {
    if (path === "/") return root();
    if (!moved) {
      // Between reading the cursor and writing, another process read a longer page.
      moved = true;
      await setCursorVersion(db, endOfLedger(200), 2);
      return [200, pageOf(records)];
    }
    return [200, pageOf([])];
  });
  assert.deepEqual(await readNew(db, server.horizon, [BOB], plenty), {
    kind: "read",
    upTo: 500,
    inserted: 0,
  });
  assert.deepEqual(await idsIn(db), []);
  assert.equal((await readCursor(db, BOB))?.position, endOfLedger(200));
});

async function setCursorVersion(db: Database, position: bigint, version: number): Promise<void> {
  await db.write([{
    sql: "update cursors set value = ?, version = ? where name = ?",
    args: [position.toString(), version, `ledger:${BOB}`],
  }], repeatable);
}

Deno.test("M-9 M-30 two processes read the same stream: every operation once, none lost", async () => {
  const records = Array.from({ length: 7 }, (_, ledger) => payments(101 + ledger, 1, 90)).flat();
  await using server = stream(() => records);
  await using file = await inFile();
  const [one, other] = [await file.open(), await file.open()];
  try {
    await migrate(one, migrations);
    await setCursor(one, endOfLedger(100));
    const results = await Promise.all([one, other].map((db) => readNew(db, server.horizon, [BOB], plenty)));
    for (const { kind } of results) assert.equal(kind, "read");
    assert.deepEqual(await idsIn(one), records.map(({ id }) => id));
  } finally {
    one.close();
    other.close();
  }
});

Deno.test("M-11 a page that ends inside a transaction leaves it for the next one", async () => {
  // 150 operations, then a transaction of 100 that the page of 200 cuts in half.
  const records = [...payments(101, 1, 75), ...payments(101, 2, 75), ...payments(102, 1, 100)];
  await using server = stream(() => records);
  using db = await watchedFrom(100);
  assert.deepEqual(await readNew(db, server.horizon, [BOB], { pages: 0 }), { kind: "more", inserted: 150 });
  assert.equal((await takeUnprocessed(db, isOurs, 10)).length, 2);
  assert.deepEqual(await readNew(db, server.horizon, [BOB], plenty), {
    kind: "read",
    upTo: 500,
    inserted: 100,
  });
  const transactions = await takeUnprocessed(db, isOurs, 10);
  assert.deepEqual(transactions.map(({ operations }) => operations.length), [75, 75, 100]);
});

Deno.test("M-11 what cannot be read is set aside, raises an alarm and blocks nothing", async () => {
  const [strange, good] = [payments(101, 1, 1)[0] ?? {}, payments(101, 2, 1)[0] ?? {}];
  strange.amount = "much";
  const placeless = { type: "payment", amount: "1" };
  await using server = scriptedHorizon((path) => {
    if (path === "/") return root();
    return [
      200,
      pageOf(path.includes(endOfLedger(100).toString()) ? [strange, placeless, good] : [placeless]),
    ];
  });
  using db = await watchedFrom(100);
  for (let round = 0; round < 3; round++) {
    assert.equal((await readNew(db, server.horizon, [BOB], plenty)).kind, "read");
  }
  assert.equal(await countSetAside(db), 2);
  const transactions = await takeUnprocessed(db, isOurs, 10);
  assert.deepEqual(transactions.map(({ operations }) => operations.map(({ id }) => id)), [[good.id]]);
  const alarms = await db.query({
    sql: "select detail from alarms where kind = 'operation_set_aside' order by detail",
  });
  assert.deepEqual(alarms.map(({ detail }) => detail), ["amount", "place"]);
});

Deno.test("M-10 the first cursor is the last ledger, stored once and then left alone", async () => {
  const head = { latest: 1000, elder: 1 };
  await using server = stream(() => [...payments(1000, 1, 1), ...payments(1001, 1, 1)], head);
  using db = await inMemory();
  await firstCursor(db, server.horizon, [BOB]);
  assert.equal((await readCursor(db, BOB))?.position, endOfLedger(1000));
  head.latest = 1005;
  await firstCursor(db, server.horizon, [BOB]);
  assert.equal((await readCursor(db, BOB))?.position, endOfLedger(1000));
  // What happened between that start and the first reading is read; what was before is not ours to explain.
  assert.deepEqual(await readNew(db, server.horizon, [BOB], plenty), {
    kind: "read",
    upTo: 1005,
    inserted: 1,
  });
});

Deno.test("M-10 without a first cursor nothing is read", async () => {
  await using server = stream(() => []);
  using db = await inMemory();
  await assert.rejects(readNew(db, server.horizon, [BOB], plenty), /no first cursor/);
});

for (
  const [name, cursor, head, fault] of [
    ["older than the history that is kept", 100, { latest: 1000, elder: 102 }, "history_gone"],
    ["ahead of the latest ledger", 1003, { latest: 1000, elder: 1 }, "history_shorter"],
  ] as const
) {
  Deno.test(`M-10 a cursor ${name} stops watching, raises an alarm and stays`, async () => {
    const now = { ...head };
    await using server = stream(() => [...payments(1010, 1, 1)], now);
    using db = await watchedFrom(cursor);
    assert.equal(await isHistoryInDoubt(db), false);
    for (let round = 0; round < 2; round++) {
      assert.deepEqual(await readNew(db, server.horizon, [BOB], plenty), { kind: "stopped" });
    }
    const alarms = await db.query({ sql: "select kind, subject, detail, closed_ms from alarms" });
    assert.deepEqual(alarms, [{
      kind: "ledger_history",
      subject: BOB,
      detail: `${fault}:1`,
      closed_ms: null,
    }]);
    assert.equal(await isHistoryInDoubt(db), true);

    // A history that looks right again closes no alarm: only an operator does.
    Object.assign(now, { latest: 2000, elder: 1 });
    assert.deepEqual(await readNew(db, server.horizon, [BOB], plenty), { kind: "stopped" });
    assert.equal((await readCursor(db, BOB))?.position, endOfLedger(cursor));
    await db.write([{ sql: "update alarms set closed_ms = 1" }], repeatable);
    assert.equal((await readNew(db, server.horizon, [BOB], plenty)).kind, "read");
  });

  Deno.test(`M-10 an alarm of a cursor ${name} that was closed without a remedy is raised again`, async () => {
    await using server = stream(() => [], { ...head });
    using db = await watchedFrom(cursor);
    await readNew(db, server.horizon, [BOB], plenty);
    await db.write([{ sql: "update alarms set closed_ms = 1" }], repeatable);
    assert.deepEqual(await readNew(db, server.horizon, [BOB], plenty), { kind: "stopped" });
    assert.equal(await isHistoryInDoubt(db), true);
  });
}

Deno.test("M-10 a cursor at the end of the ledger before the oldest kept one has missed nothing", async () => {
  await using server = stream(() => [], { latest: 1000, elder: 101 });
  using db = await watchedFrom(100);
  assert.equal((await readNew(db, server.horizon, [BOB], plenty)).kind, "read");
  await setCursor(db, endOfLedger(100) - 1n);
  assert.equal((await readNew(db, server.horizon, [BOB], plenty)).kind, "stopped");
});

Deno.test("M-10 a Horizon that lags by a ledger or two is behind, and no alarm", async () => {
  await using server = stream(() => [], { latest: 1000, elder: 1 });
  using db = await watchedFrom(1002);
  await assert.rejects(readNew(db, server.horizon, [BOB], plenty), (error) => {
    return error instanceof HorizonUnavailable && error.trouble === "behind";
  });
  assert.equal(await isHistoryInDoubt(db), false);
});

Deno.test("M-10 ledgers that close while pages are read are no shorter history", async () => {
  // The round begins at ledger 500; while it reads, the network goes on to 900 and the pages with it.
  const head = { latest: 500, elder: 1 };
  const records = Array.from({ length: 6 }, (_, n) => payments(400 + n * 100, 1, 90)).flat();
  await using server = scriptedHorizon((path) => {
    const { pathname, searchParams } = new URL(path, "http://horizon.example");
    if (pathname === "/") return root(head.latest, head.elder);
    head.latest = 900;
    const after = records.filter(({ id }) => BigInt(String(id)) > BigInt(searchParams.get("cursor") ?? "0"));
    return [200, pageOf(after.slice(0, 200))];
  });
  using db = await watchedFrom(300);
  assert.deepEqual(await readNew(db, server.horizon, [BOB], plenty), {
    kind: "read",
    upTo: 500,
    inserted: 540,
  });
  assert.equal(await isHistoryInDoubt(db), false);
});

Deno.test("M-10 the cursor of a quiet account follows the head at a distance, so that history cannot outrun it", async () => {
  const head = { latest: 819, elder: 1 };
  await using server = stream(() => [], head);
  using db = await watchedFrom(100);
  await readNew(db, server.horizon, [BOB], plenty);
  assert.equal((await readCursor(db, BOB))?.position, endOfLedger(100));
  head.latest = 820;
  await readNew(db, server.horizon, [BOB], plenty);
  assert.equal((await readCursor(db, BOB))?.position, endOfLedger(760));
});

Deno.test("M-14 a page from before the head of the round is no complete reading", async () => {
  await using server = scriptedHorizon((path) => {
    return path === "/" ? root(1000) : Response.json(pageOf([]), { headers: { "latest-ledger": "999" } });
  });
  using db = await watchedFrom(990);
  await assert.rejects(readNew(db, server.horizon, [BOB], plenty), HorizonUnavailable);
});

Deno.test("M-14 an account that was never on the ledger has nothing to read; a strange 404 says nothing", async () => {
  let reply: typeof NOT_FOUND = NOT_FOUND;
  await using server = scriptedHorizon((path) => path === "/" ? root(1000) : reply);
  using db = await watchedFrom(990);
  assert.equal((await readNew(db, server.horizon, [BOB], plenty)).kind, "read");
  reply = [404, "no such page"];
  await assert.rejects(readNew(db, server.horizon, [BOB], plenty), HorizonUnavailable);
});

Deno.test("a budget of pages does not starve the accounts at the end of the list", async () => {
  await using server = scriptedHorizon((path) => path === "/" ? root() : [200, pageOf([])]);
  using db = await watchedFrom(100);
  await firstCursorAt(db, ["other", "third"], endOfLedger(100));
  const round = await readNew(db, server.horizon, [BOB, "other", "third"], { pages: 0 });
  assert.deepEqual(round, { kind: "read", upTo: 500, inserted: 0 });
});

async function firstCursorAt(db: Database, accounts: readonly string[], position: bigint): Promise<void> {
  await db.write(
    accounts.map((account) => ({
      sql: "insert into cursors (name, value, version, moved_ms) values (?, ?, 1, 0)",
      args: [`ledger:${account}`, position.toString()],
    })),
    repeatable,
  );
}

Deno.test("a budget that is spent ends the round between pages", async () => {
  const records = Array.from({ length: 5 }, (_, ledger) => payments(101 + ledger, 1, 100)).flat();
  await using server = stream(() => records);
  using db = await watchedFrom(100);
  let pages = 0;
  const isSpent = () => pages++ >= 2;
  assert.deepEqual(await readNew(db, server.horizon, [BOB], { pages: 100, isSpent }), {
    kind: "more",
    inserted: 200,
  });
});

Deno.test("M-9 M-11 M-13 on a ledger: everything that reaches or leaves our accounts is seen once", async () => {
  await using world = await ledgerWorld();
  using db = await inMemory();
  const { distribution, horizon, issuer } = world;
  const treasury = await world.account("treasury");
  const user = await world.account("user", { trusts: true });
  const [ours, other] = [distribution.publicKey(), treasury.publicKey()];
  const asset = new Asset("USDX", issuer.publicKey());
  await world.put(issuer, [Operation.payment({ destination: user.publicKey(), asset, amount: "100" })]);
  await firstCursor(db, horizon, [ours, other]);

  const pay = (destination: string, amount: string) => Operation.payment({ destination, asset, amount });
  const withMemo = { memo: { type: "id", value: "9007199254740991" } } as const;
  const twice = await world.put(user, [pay(ours, "1"), pay(ours, "2.5")], withMemo);
  const muxed = await world.put(user, [pay(muxedOf(ours, 77n), "3")]);
  const bumped = await world.put(user, [pay(ours, "4")], { bumpedBy: user });
  const path = await world.put(user, [
    Operation.pathPaymentStrictSend({
      sendAsset: asset,
      sendAmount: "5",
      destination: ours,
      destAsset: asset,
      destMin: "5",
    }),
  ]);
  const balance = await world.put(user, [
    Operation.createClaimableBalance({ asset, amount: "6", claimants: [new Claimant(ours)] }),
  ]);
  const internal = await world.put(distribution, [
    Operation.payment({ destination: other, asset: Asset.native(), amount: "7" }),
  ]);
  const out = await world.put(distribution, [pay(user.publicKey(), "8")]);
  await world.put(issuer, [pay(user.publicKey(), "9")]);

  const owns = (account: string) => account === ours || account === other;
  assert.equal((await readNew(db, horizon, [ours, other], plenty)).kind, "read");
  assert.deepEqual(await readNew(db, horizon, [ours, other], plenty), {
    kind: "read",
    upTo: (await horizon.root()).latestLedger,
    inserted: 0,
  });
  const seen = (await takeUnprocessed(db, owns, 100)).map(({ hash, operations }) => [
    hash,
    ...operations.map((operation) => {
      if (operation.kind === "payment") {
        return [operation.direction, operation.amount, operation.toMuxedId, operation.memo?.value ?? null];
      }
      return [operation.kind, "direction" in operation && operation.direction];
    }),
  ]);
  assert.deepEqual(seen, [
    [twice, ["in", 10_000_000n, null, "9007199254740991"], ["in", 25_000_000n, null, "9007199254740991"]],
    [muxed, ["in", 30_000_000n, "77", null]],
    [bumped, ["in", 40_000_000n, null, null]],
    [path, ["in", 50_000_000n, null, null]],
    [balance, ["claimable_balance_created", "in"]],
    [internal, ["internal", 70_000_000n, null, null]],
    [out, ["out", 80_000_000n, null, null]],
  ]);
  assert.equal(ledgerOf((await readCursor(db, ours))?.position ?? 0n) > 1, true);
  assert.equal(await countSetAside(db), 0);
});
