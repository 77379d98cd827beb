import assert from "node:assert/strict";
import { openAlarms } from "../../../core/records/alarms.ts";
import { moveClock } from "../../../core/records/clock.ts";
import { repeatable } from "../../../core/records/database.ts";
import type { Database } from "../../../core/records/database.ts";
import { createOutbox } from "../../../core/records/outbox.ts";
import type { Delivery, Effect, NewEffect } from "../../../core/records/outbox.ts";
import { createVault, VaultError } from "../../../core/records/vault.ts";
import { inMemory, key, testVault } from "./memory.ts";

const outboxOf = (db: Database) => createOutbox({ db, vault: testVault() });

async function decided(db: Database, id: string, more: Partial<NewEffect> = {}) {
  const effect: NewEffect = {
    id,
    kind: "callback",
    subject: "t1",
    delivery: "at_least_once",
    body: { status: "completed", amount: "12.3" },
    ...more,
  };
  const committed = { committed: { sql: "select 1 from outbox where id = ?", args: [id] } };
  return await db.write([outboxOf(db).insert(effect)], committed);
}

async function begun(db: Database, id: string): Promise<Effect> {
  const effect = await outboxOf(db).markSending(id);
  assert.ok(effect !== null, `${id} is due`);
  return effect;
}

const rowOf = async (db: Database, id: string) => {
  const sql = "select state, tries, error, body is null as empty from outbox where id = ?";
  const [row] = await db.query({ sql, args: [id] });
  return row;
};

Deno.test("an effect is begun with all that was decided, and nothing of its body lies open", async () => {
  using db = await inMemory();
  await decided(db, "e1");
  assert.deepEqual(await outboxOf(db).due(10), ["e1"]);
  const { createdMs, takenBy, ...effect } = await begun(db, "e1");
  assert.ok(takenBy.length > 30);
  assert.deepEqual(effect, {
    id: "e1",
    kind: "callback",
    subject: "t1",
    delivery: "at_least_once",
    lane: "work",
    body: { status: "completed", amount: "12.3" },
    tries: 1,
  });
  assert.ok(Math.abs(createdMs - Date.now()) < 5_000);
  const [row] = await db.query({ sql: "select body from outbox" });
  assert.ok(row?.body instanceof Uint8Array);
  assert.doesNotMatch(new TextDecoder("latin1").decode(row.body), /completed|12\.3/);
});

Deno.test("an effect's key is given once for ever", async () => {
  using db = await inMemory();
  await decided(db, "e1");
  const batch = [outboxOf(db).insert({ ...await begun(db, "e1") })];
  assert.deepEqual(await db.write(batch, repeatable), { kind: "duplicate", key: "outbox.id" });
});

for (const delivery of ["at_least_once", "at_most_once"] satisfies Delivery[]) {
  Deno.test(`of ten performers that begin at once one has the effect (${delivery})`, async () => {
    using db = await inMemory();
    await decided(db, "e1", { delivery });
    const begins = await Promise.all(Array.from({ length: 10 }, () => outboxOf(db).markSending("e1")));
    assert.equal(begins.filter((effect) => effect !== null).length, 1);
    assert.deepEqual(await outboxOf(db).due(10), []);
  });
}

Deno.test("M-29 at least once: an effect whose performer died is due again", async () => {
  using db = await inMemory();
  await decided(db, "e1");
  await begun(db, "e1");
  await moveClock(db, 61_000);
  assert.deepEqual(await outboxOf(db).due(10), ["e1"]);
  assert.equal((await begun(db, "e1")).tries, 2);
});

Deno.test("at most once: an effect whose performer died is never begun again, but given up in time", async () => {
  using db = await inMemory();
  const outbox = outboxOf(db);
  await decided(db, "e1", { delivery: "at_most_once" });
  await begun(db, "e1");
  assert.deepEqual(await outbox.giveUpAbandoned(0, 10), [], "its performer may be at work");
  await moveClock(db, 61_000);
  assert.deepEqual(await outbox.due(10), []);
  assert.equal(await outbox.markSending("e1"), null);
  assert.deepEqual(await outbox.giveUpAbandoned(60_000, 10), []);
  await moveClock(db, 60_000);
  const [given, ...more] = await outbox.giveUpAbandoned(60_000, 10);
  assert.deepEqual([given?.subject, more], ["t1", []]);
  assert.deepEqual(await outbox.giveUpAbandoned(60_000, 10), []);
  assert.deepEqual(await rowOf(db, "e1"), { state: "done", tries: 1n, error: "abandoned", empty: 1n });
});

Deno.test("nothing is written to find that no effect was abandoned", async () => {
  using db = await inMemory();
  let writes = 0;
  const counting: Database = {
    ...db,
    write(statements, options) {
      writes++;
      return db.write(statements, options);
    },
  };
  const outbox = outboxOf(counting);
  await decided(db, "e1", { delivery: "at_most_once" });
  await decided(db, "e2", { delivery: "at_most_once" });
  await begun(db, "e1");
  await outbox.giveUpAbandoned(0, 10);
  assert.equal(writes, 0);
  await moveClock(db, 61_000);
  assert.equal((await outbox.giveUpAbandoned(0, 10)).length, 1);
  assert.equal(writes, 1);
  await outbox.giveUpAbandoned(0, 10);
  assert.equal(writes, 1);
});

Deno.test("at most once: an effect of which no byte was sent is due again", async () => {
  using db = await inMemory();
  await decided(db, "e1", { delivery: "at_most_once" });
  await outboxOf(db).markRetry(await begun(db, "e1"), 10_000, "refused_connection");
  assert.deepEqual(await outboxOf(db).due(10), []);
  await moveClock(db, 11_000);
  assert.equal((await begun(db, "e1")).tries, 2);
});

Deno.test("an effect that failed waits for its time, one that is parked for an operator", async () => {
  using db = await inMemory();
  const outbox = outboxOf(db);
  await decided(db, "e1");
  const first = await begun(db, "e1");
  await outbox.markRetry(first, 10_000, "status_503");
  assert.equal(await outbox.markSending("e1"), null);
  await moveClock(db, 11_000);
  const second = await begun(db, "e1");
  await outbox.markRetry(first, 0, "older");
  await outbox.markParked(first, "older");
  assert.equal(await outbox.markSending("e1"), null, "an older performer changes nothing");
  assert.deepEqual(await openAlarms(db, 10), [], "nor does it tell a person");
  await outbox.markParked(second, "too_often");
  const told = (await openAlarms(db, 10)).map(({ kind, detail }) => [kind, detail]);
  assert.deepEqual(told, [["effect_parked", "too_often"]]);
  await moveClock(db, 1e9);
  assert.deepEqual(await outbox.due(10), []);
  assert.deepEqual(await rowOf(db, "e1"), { state: "parked", tries: 2n, error: "too_often", empty: 0n });
});

Deno.test("work is held while its first performer is at it, and neither before nor after", async () => {
  using db = await inMemory();
  const outbox = outboxOf(db);
  const isHeld = () => outbox.isHeld("t1");
  await decided(db, "e1");
  assert.equal(await isHeld(), false, "due");
  const first = await begun(db, "e1");
  assert.deepEqual([await isHeld(), await outbox.isHeld("t2")], [true, false]);
  await outbox.markUntried(first, 10_000);
  assert.equal(await isHeld(), false, "untried");
  await moveClock(db, 11_000);
  const second = await begun(db, "e1");
  assert.equal(await isHeld(), true);
  await outbox.markRetry(second, 10_000, "unavailable");
  assert.equal(await isHeld(), false, "failed");
  await moveClock(db, 11_000);
  const third = await begun(db, "e1");
  assert.equal(await isHeld(), false, "may fail again");
  await outbox.markDone(third);
  assert.equal(await isHeld(), false, "done");
});

Deno.test("a done effect stays done, and keeps no body", async () => {
  using db = await inMemory();
  const outbox = outboxOf(db);
  await decided(db, "e1");
  const slow = await begun(db, "e1");
  await moveClock(db, 61_000);
  const fast = await begun(db, "e1");
  await outbox.markDone(slow);
  await outbox.markRetry(fast, 0, "timeout");
  await outbox.markParked(fast, "timeout");
  assert.deepEqual(await rowOf(db, "e1"), { state: "done", tries: 2n, error: null, empty: 1n });
  assert.deepEqual(await openAlarms(db, 10), []);
  await decided(db, "e2");
  const inBatch = [outbox.done(await begun(db, "e2")), { sql: "select 1" }];
  assert.equal((await db.write(inBatch, repeatable)).kind, "written");
  assert.equal((await rowOf(db, "e2"))?.state, "done");
  assert.deepEqual(await outbox.due(10), []);
});

Deno.test("what was done goes after its time, a page at once; what waits and what reviews leave behind stays", async () => {
  using db = await inMemory();
  const outbox = outboxOf(db);
  for (const id of ["a", "b", "c"]) {
    await decided(db, id);
    await outbox.markDone(await begun(db, id));
  }
  await decided(db, "review", { kind: "kyc_review" });
  await outbox.markDone(await begun(db, "review"));
  await decided(db, "due");
  const erase = (limit = 10) => outbox.eraseOld({ doneMs: 1_000, retentionMs: 1_000, limit });
  assert.equal(await erase(), 0);
  await moveClock(db, 1_001);
  assert.deepEqual([await erase(2), await erase(2), await erase(2)], [2, 1, 0]);
  assert.deepEqual(await outbox.due(10), ["due"]);
  assert.equal((await rowOf(db, "review"))?.state, "done");
});

Deno.test("effects are due in the order of their decision, delayed ones later, and by subject", async () => {
  using db = await inMemory();
  await decided(db, "z", { delayMs: 10_000 });
  for (const id of ["c", "a", "b"]) await decided(db, id, { subject: id === "a" ? "t2" : "t1" });
  assert.deepEqual(await outboxOf(db).due(10), ["c", "a", "b"]);
  assert.deepEqual(await outboxOf(db).due(2), ["c", "a"]);
  assert.deepEqual(await outboxOf(db).dueOf("t1", 10), ["c", "b"]);
  await moveClock(db, 11_000);
  assert.deepEqual(await outboxOf(db).dueOf("t1", 10), ["z", "c", "b"]);
});

Deno.test("an effect without a body has none", async () => {
  using db = await inMemory();
  await decided(db, "e1", { body: undefined });
  assert.equal((await begun(db, "e1")).body, null);
});

for (const delivery of ["at_least_once", "at_most_once"] satisfies Delivery[]) {
  Deno.test(`an effect whose key is missing waits for it, and is parked in the end (${delivery})`, async () => {
    using db = await inMemory();
    const other = createOutbox({ db, vault: createVault({ dataKeys: [key(8)], indexKeys: [key(2)] }) });
    const effect: NewEffect = { id: "e2", kind: "k", subject: "s", delivery, body: 1 };
    await db.write([other.insert(effect)], repeatable);
    const begin = () => assert.rejects(outboxOf(db).markSending("e2"), VaultError);
    await begin();
    assert.deepEqual(await rowOf(db, "e2"), { state: "due", tries: 1n, error: "unknown_key", empty: 0n });
    assert.deepEqual(await outboxOf(db).due(10), [], "at once it would be missing again");
    await moveClock(db, 3_000);
    const opened = await other.markSending("e2") ?? assert.fail("whoever has the key performs it");
    assert.equal(opened.body, 1);
    await other.markRetry(opened, 0, "unavailable");
    for (let tries = 3; tries <= 30; tries++) {
      await begin();
      await moveClock(db, 3_700_000 * tries);
    }
    assert.deepEqual(await rowOf(db, "e2"), { state: "parked", tries: 30n, error: "unknown_key", empty: 0n });
    assert.deepEqual((await openAlarms(db, 10)).map(({ id }) => id), ["effect_parked:e2:unknown_key"]);
  });
}

Deno.test("an effect whose body was changed is parked at once, with an alarm", async () => {
  using db = await inMemory();
  await decided(db, "e1");
  const changed = "unhex(hex(substr(body, 1, 8)) || hex(zeroblob(40)))";
  await db.write([{ sql: `update outbox set body = ${changed}` }], repeatable);
  await assert.rejects(outboxOf(db).markSending("e1"), VaultError);
  assert.deepEqual(await rowOf(db, "e1"), { state: "parked", tries: 1n, error: "tampered", empty: 0n });
  assert.deepEqual((await openAlarms(db, 10)).map(({ id }) => id), ["effect_parked:e1:tampered"]);
});

Deno.test("R-06-170 R-12-99 posts of one subject and kind wait for each other, as long as the first one waits", async () => {
  using db = await inMemory();
  const outbox = outboxOf(db);
  const post = (id: string, subject = "t1") => decided(db, id, { subject, lane: "post" });
  for (const id of ["a", "b"]) await post(id);
  await post("other", "t2");
  assert.deepEqual(await outbox.due(10), [], "no work");
  assert.deepEqual(await outbox.dueOf("t1", 10), []);
  assert.deepEqual(await outbox.duePosts(10), ["a", "other"]);
  const first = await begun(db, "a");
  await post("c");
  assert.deepEqual(await outbox.duePosts(10), ["other"]);
  await outbox.markRetry(first, 3_600_000, "callback.status_500");
  await post("d");
  // None of those behind it is due either, so that nobody steps over them again and again.
  const sql = "select id from outbox where due_ms <= ? and id <> 'other'";
  assert.deepEqual(await db.query({ sql, args: [Date.now() + 3_500_000] }), []);
  await moveClock(db, 3_600_000);
  assert.deepEqual(await outbox.duePosts(10), ["other", "a"]);
  await outbox.markDone(await begun(db, "a"));
  assert.deepEqual(await outbox.duePosts(10), ["other", "b"]);
  await outbox.markGivenUp(await begun(db, "b"), "callback.timed_out");
  assert.deepEqual(await outbox.duePosts(10), ["other", "c"]);
  // Whoever ends one a second time takes nothing out of another's hands.
  const third = await begun(db, "c");
  await outbox.markDone(first);
  assert.deepEqual(await outbox.duePosts(10), ["other"]);
  await outbox.markDone(third);
  assert.deepEqual(await outbox.duePosts(10), ["other", "d"]);
});
