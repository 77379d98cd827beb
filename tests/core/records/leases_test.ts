import assert from "node:assert/strict";
import { moveClock } from "../../../core/records/clock.ts";
import { openDatabase, repeatable } from "../../../core/records/database.ts";
import type { Database } from "../../../core/records/database.ts";
import { acquire, fenced, release, renew } from "../../../core/records/leases.ts";
import type { Lease } from "../../../core/records/leases.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { needs } from "../../support/machine.ts";
import { sqld, startSqld } from "../../support/sqld.ts";
import { startCuttingProxy } from "./cutting-proxy.ts";
import { inFile } from "./files.ts";
import { inMemory } from "./memory.ts";

const MINUTE = 60_000;

/** Whether a write under this lease goes through. */
async function writes(db: Database, lease: Lease): Promise<boolean> {
  const result = await db.write([...fenced(lease), { sql: "select 1" }], repeatable);
  return result.kind === "written";
}

function taken(lease: Lease | null): Lease {
  assert.ok(lease !== null);
  return lease;
}

Deno.test("M-29 a lease is one holder's until its time is over by the database's clock", async () => {
  using db = await inMemory();
  const first = taken(await acquire(db, "poll", "one", MINUTE));
  assert.equal(await acquire(db, "poll", "two", MINUTE), null);
  assert.equal(await acquire(db, "poll", "one", MINUTE), null, "not even by another run of the same holder");
  assert.notEqual(await acquire(db, "watch", "two", MINUTE), null, "another name is free");
  await moveClock(db, MINUTE - 5_000);
  assert.equal(await acquire(db, "poll", "two", MINUTE), null);
  await moveClock(db, 6_000);
  const second = taken(await acquire(db, "poll", "two", MINUTE));
  assert.ok(second.token > first.token);
  assert.equal(await writes(db, first), false);
  assert.equal(await writes(db, second), true);
});

Deno.test("M-29 a lease that is renewed stays, one that was taken over cannot be renewed", async () => {
  using db = await inMemory();
  const first = taken(await acquire(db, "poll", "one", MINUTE));
  await moveClock(db, MINUTE - 5_000);
  assert.equal(await renew(db, first, MINUTE), true);
  await moveClock(db, MINUTE - 5_000);
  assert.equal(await acquire(db, "poll", "two", MINUTE), null);
  await moveClock(db, 6_000);
  assert.equal(await renew(db, first, MINUTE), true, "late, but nobody took it");
  await moveClock(db, MINUTE + 1);
  taken(await acquire(db, "poll", "two", MINUTE));
  assert.equal(await renew(db, first, MINUTE), false);
});

Deno.test("a released lease is free, and what was prepared under it comes out stale", async () => {
  using db = await inMemory();
  const first = taken(await acquire(db, "poll", "one", MINUTE));
  assert.equal(await writes(db, first), true);
  await release(db, first);
  assert.equal(await writes(db, first), false);
  assert.equal(await renew(db, first, MINUTE), false);
  const second = taken(await acquire(db, "poll", "two", MINUTE));
  await release(db, first);
  assert.equal(await writes(db, second), true, "a second release takes nothing from the next holder");
});

Deno.test("of twenty racers in two processes one gets the lease", async () => {
  await using file = await inFile();
  const [db, another] = [await file.open(), await file.open()];
  await migrate(db, migrations);
  for (let round = 0; round < 3; round++) {
    const race = Array.from(
      { length: 20 },
      (_, i) => acquire(i % 2 ? db : another, "poll", `racer ${i}`, MINUTE),
    );
    const won = (await Promise.all(race)).filter((lease) => lease !== null);
    assert.equal(won.length, 1);
    await moveClock(db, MINUTE + 1);
  }
  db.close();
  another.close();
});

Deno.test({
  name: "a lease whose answer was lost is had, with its token",
  ...needs(sqld, async () => {
    await using server = await startSqld();
    const direct = await openDatabase({ url: server.url, onDeploy: true });
    await migrate(direct, migrations);
    await using proxy = await startCuttingProxy(server.url, "cut");
    const db = await openDatabase({ url: proxy.url, onDeploy: true });
    const lease = taken(await acquire(db, "poll", "one", MINUTE));
    assert.equal(await writes(direct, lease), true);
    assert.equal(await acquire(db, "poll", "one", 2 * MINUTE), null, "nor is it taken for an earlier run's");
    assert.equal(await renew(db, lease, MINUTE), true);
    await release(db, lease);
    assert.equal(await writes(direct, lease), false);
    assert.ok(proxy.cuts > 3);
    db.close();
    direct.close();
  }),
});
