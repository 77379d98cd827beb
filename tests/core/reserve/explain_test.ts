import { Asset, Operation } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { lastEntries } from "../../../core/records/audit.ts";
import { databaseNow } from "../../../core/records/clock.ts";
import { keepReading, lastReading } from "../../../core/reserve/readings.ts";
import { differences, explain } from "../../../core/reserve/explain.ts";
import { inMemory } from "../records/memory.ts";
import { ledgerWorld } from "../stellar/ledger-world.ts";
import { ONE } from "../transfers/money-at-work.ts";
import { reserveAlarms, reserveWorld } from "./reserve-world.ts";

const ZERO = "0.0000000";

Deno.test("M-26 M-23 what was there before the books began is capital, and from then on there is no difference", async () => {
  await using world = await ledgerWorld();
  using work = await reserveWorld(world);
  const user = await world.account("user", { trusts: true });
  const asset = new Asset("USDX", world.issuer.publicKey());
  await world.put(world.issuer, [Operation.payment({ destination: user.publicKey(), asset, amount: "300" })]);
  work.vaultDoor.in += 310n * ONE;
  await work.read();
  const found = await differences(work.db);
  assert.deepEqual(found, [
    { asset: world.asset, place: "ledger", unexplained: 300n * ONE },
    { asset: world.asset, place: "bank", unexplained: 310n * ONE },
  ]);
  for (const difference of found) {
    assert.equal(await explain(work.db, difference, "capital", "ann"), "booked");
  }
  const { asset: read } = await work.read();
  assert.deepEqual([read.unexplained, read.books["capital"], read.surplus], [
    ZERO,
    "10.0000000",
    "10.0000000",
  ]);
  assert.deepEqual(await differences(work.db), []);
  await work.read();
  assert.deepEqual(await reserveAlarms(work.db), []);
  assert.deepEqual(await work.balances(), {
    "bank:bank": 310n * ONE,
    capital: -10n * ONE,
    outstanding: -300n * ONE,
  });
});

Deno.test("M-26 M-28 an explanation closes the alarm and is in the audit log; what comes after is told again", async () => {
  await using world = await ledgerWorld();
  using work = await reserveWorld(world);
  work.vaultDoor.out += 2n;
  await work.read();
  await work.read();
  assert.deepEqual(await reserveAlarms(work.db), ["bank"]);
  const difference = { asset: world.asset, place: "bank", unexplained: -2n };
  assert.equal(await explain(work.db, difference, "costs", "ann"), "booked");
  assert.deepEqual(await reserveAlarms(work.db), []);
  const [entry] = await lastEntries(work.db, "actions", 1);
  assert.deepEqual([entry?.actor, entry?.action, entry?.subject], [
    "ann",
    "reserve.explain",
    `${world.asset}:bank`,
  ]);
  const { asset: read } = await work.read();
  assert.deepEqual([read.unexplained, read.books["costs"]], [ZERO, "0.0000002"]);
  work.vaultDoor.out += 2n;
  await work.read();
  await work.read();
  assert.deepEqual(await reserveAlarms(work.db), ["bank"]);
});

Deno.test("M-26 M-30 a difference is booked once, whoever explains it, and no other than the one that was read", async () => {
  await using world = await ledgerWorld();
  using work = await reserveWorld(world);
  work.vaultDoor.in += 5n * ONE;
  await work.read();
  const difference = { asset: world.asset, place: "bank", unexplained: 5n * ONE };
  for (
    const other of [
      { ...difference, unexplained: -5n * ONE },
      { ...difference, unexplained: 50n * ONE },
      { ...difference, place: "ledger" },
      { ...difference, place: "ledger", unexplained: 0n },
      { ...difference, asset: "EURX:G" },
    ]
  ) assert.equal(await explain(work.db, other, "capital", "ann"), "other");
  const ends = await Promise.all(
    ["ann", "bob", "cyd"].map((name) => explain(work.db, difference, "capital", name)),
  );
  assert.deepEqual(ends.sort(), ["booked", "duplicate", "duplicate"]);
  assert.deepEqual(await work.balances(), { "bank:bank": 5n * ONE, capital: -5n * ONE });
  assert.equal((await lastEntries(work.db, "actions", 10)).length, 1);
  assert.equal((await work.read()).bank, ZERO);
});

Deno.test("M-26 M-30 a reading that was under way while its difference was explained does not have it booked again", async () => {
  await using world = await ledgerWorld();
  using work = await reserveWorld(world);
  work.vaultDoor.in += 5n * ONE;
  await work.read();
  const { db } = work;
  const before = await lastReading(db);
  assert.ok(before);
  const difference = { asset: world.asset, place: "bank", unexplained: 5n * ONE };
  assert.equal(await explain(db, difference, "capital", "ann"), "booked");
  const key = `${world.asset} bank`;
  const late = before.places[key];
  assert.ok(late);
  const kept = await keepReading(db, {
    ...before,
    number: before.number + 1,
    places: { ...before.places, [key]: { ...late, reading: "at 2" } },
    statement: "",
    jws: "late",
    madeMs: await databaseNow(db),
  }, []);
  assert.ok(kept);
  assert.deepEqual(await differences(db), [difference]);
  assert.equal(await explain(db, difference, "capital", "bob"), "duplicate");
  assert.deepEqual(await work.balances(), { "bank:bank": 5n * ONE, capital: -5n * ONE });
  assert.equal((await work.read()).bank, ZERO);
});

Deno.test("M-26 a bank account behind two assets has one difference, which is booked once", async () => {
  using db = await inMemory();
  const state = {
    reading: "at 1",
    told: "5",
    booked: "0",
    least: "0",
    most: "0",
    unexplained: "5",
    alarmed: "0",
  };
  const places = { "ONE:G bank": state, "TWO:G bank": state, "ONE:G ledger": state, "TWO:G ledger": state };
  await db.write([{
    sql:
      "insert into reserve_readings (number, made_ms, up_to, state, statement, jws) values (1, 0, 0, ?, '', '')",
    args: [JSON.stringify({ books: {}, places })],
  }], { committed: { sql: "select 1 from reserve_readings where number = 1" } });
  const ends: string[] = [];
  for (const difference of await differences(db)) ends.push(await explain(db, difference, "capital", "ann"));
  assert.deepEqual(ends, ["booked", "duplicate", "booked", "booked"]);
});
