import assert from "node:assert/strict";
import { createModuleStore } from "../../../core/outgoing/module-store.ts";
import { moveClock } from "../../../core/records/clock.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import type { Database } from "../../../core/records/database.ts";
import { inFile } from "../records/files.ts";
import { inMemory, testVault } from "../records/memory.ts";

const storeIn = (db: Database, instance = "bank", holder = "p1") =>
  createModuleStore({ db, vault: testVault(), instance, holder });

Deno.test("a value is swapped by the version that was read, and by no other", async () => {
  using db = await inMemory();
  const store = storeIn(db);
  assert.equal(await store.get("nonce"), null);
  assert.equal(await store.swap("nonce", 1, "a"), false);
  assert.equal(await store.swap("nonce", null, "a"), true);
  assert.equal(await store.swap("nonce", null, "b"), false);
  assert.deepEqual(await store.get("nonce"), { value: "a", version: 1 });
  assert.equal(await store.swap("nonce", 1, "b"), true);
  assert.equal(await store.swap("nonce", 1, "c"), false);
  assert.deepEqual(await store.get("nonce"), { value: "b", version: 2 });
});

Deno.test("instances do not see each other's values, and nobody sees them at rest", async () => {
  using db = await inMemory();
  await storeIn(db).swap("token", null, "very secret");
  assert.equal(await storeIn(db, "other").get("token"), null);
  const [row] = await db.query({ sql: "select value from module_store" });
  assert.ok(row?.value instanceof Uint8Array);
  assert.doesNotMatch(new TextDecoder("latin1").decode(row.value), /secret/);
});

Deno.test("what has expired is gone, and its version never comes again", async () => {
  using db = await inMemory();
  const store = storeIn(db);
  await store.swap("token", null, "old", 60);
  const read = await store.get("token");
  assert.equal(read?.version, 1);
  await moveClock(db, 60_001);
  assert.equal(await store.get("token"), null);
  assert.equal(await store.swap("token", null, "new", 60), true);
  // Who read the old one must not take the place of the new one.
  assert.equal(await store.swap("token", read?.version ?? 0, "stale"), false);
  assert.deepEqual(await store.get("token"), { value: "new", version: 2 });
  await store.swap("token", 2, "for ever");
  await moveClock(db, 3_600_000);
  assert.equal((await store.get("token"))?.value, "for ever");
  assert.equal(await store.swap("token", null, "x"), false);
});

Deno.test("M-30 of many that swap at once one wins, so a nonce grows without a gap", async () => {
  await using file = await inFile();
  const [one, two] = [await file.open(), await file.open()];
  await migrate(one, migrations);
  const stores = [storeIn(one), storeIn(two, "bank", "p2")];
  async function next(at: number): Promise<number> {
    const store = stores[at % 2];
    assert.ok(store);
    for (;;) {
      const read = await store.get("nonce");
      const value = Number(read?.value ?? 0) + 1;
      if (await store.swap("nonce", read?.version ?? null, String(value))) return value;
    }
  }
  const drawn = await Promise.all(Array.from({ length: 20 }, (_, at) => next(at)));
  assert.deepEqual(drawn.sort((a, b) => a - b), Array.from({ length: 20 }, (_, at) => at + 1));
  one.close();
  two.close();
});

Deno.test("work under a lease is done by one at a time, and the lease is given back when it fails", async () => {
  using db = await inMemory();
  const [one, two] = [storeIn(db), storeIn(db, "bank", "p2")];
  const inner = await one.once("token", 60, () => two.once("token", 60, () => Promise.resolve("both")));
  assert.equal(inner, null);
  await assert.rejects(one.once("token", 60, () => Promise.reject(new Error("no"))), /no/);
  assert.equal(await two.once("token", 60, () => Promise.resolve("mine")), "mine");
  assert.equal(await storeIn(db, "other").once("token", 60, () => Promise.resolve("theirs")), "theirs");
});
