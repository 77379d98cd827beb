import { Asset, Claimant, Operation } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { repeatable } from "../../../core/records/database.ts";
import type { Database } from "../../../core/records/database.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { firstCursor, readCursor } from "../../../core/stellar/cursors.ts";
import { HorizonUnavailable } from "../../../core/stellar/horizon.ts";
import { endOfLedger, ledgerOf } from "../../../core/stellar/position.ts";
import { takeUnprocessed } from "../../../core/stellar/unprocessed.ts";
import { readNew } from "../../../core/stellar/watch.ts";
import { inFile } from "../records/files.ts";
import { inMemory } from "../records/memory.ts";
import { BOB, pageOf } from "./horizon-records.ts";
import { ledgerWorld } from "./ledger-world.ts";
import { muxedOf } from "./muxed.ts";
import { NOT_FOUND, root, scriptedHorizon } from "./scripted-horizon.ts";
import { idsIn, isOurs, payments, plenty, setCursor, stream, watchedFrom } from "./watched-stream.ts";

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

async function setAside(db: Database): Promise<unknown> {
  const [row] = await db.query({
    sql: "select count(*) as aside from ledger_operations where state = 'set_aside'",
  });
  return row?.aside;
}

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
  assert.equal(await setAside(db), 2n);
  const transactions = await takeUnprocessed(db, isOurs, 10);
  assert.deepEqual(transactions.map(({ operations }) => operations.map(({ id }) => id)), [[good.id]]);
  const alarms = await db.query({
    sql: "select detail from alarms where kind = 'operation_set_aside' order by detail",
  });
  assert.deepEqual(alarms.map(({ detail }) => detail), ["amount", "place"]);
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
  assert.equal(await setAside(db), 0n);
});
