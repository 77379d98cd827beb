import assert from "node:assert/strict";
import { moveClock } from "../../../core/records/clock.ts";
import { compareAndSet } from "../../../core/records/expect-changed.ts";
import { createInbox } from "../../../core/records/inbox.ts";
import { acquire } from "../../../core/records/leases.ts";
import { createOutbox, type Delivery } from "../../../core/records/outbox.ts";
import { repeatable } from "../../../core/records/database.ts";
import { eraseOldMarks, writeMarked } from "../../../core/records/write-marks.ts";
import { embeddedSessions } from "../../../core/sessions/embedded.ts";
import { forgetful } from "./forgetful.ts";
import { testVault } from "./memory.ts";

const unexpected = () => assert.fail("nothing is set aside");

for (const delivery of ["at_least_once", "at_most_once"] satisfies Delivery[]) {
  Deno.test(`an effect whose beginning was answered by nobody is performed by who began it (${delivery})`, async () => {
    using place = await forgetful();
    const [outbox, other] = [place.db, place.sound].map((db) => createOutbox({ db, vault: testVault() }));
    assert.ok(outbox && other);
    const effect = { id: "e", kind: "k", subject: "s", delivery, body: { a: 1 } };
    await place.sound.write([outbox.insert(effect)], repeatable);
    const begun = await outbox.markSending("e");
    assert.ok(begun);
    assert.deepEqual([begun.tries, begun.body], [1, { a: 1 }]);
    assert.equal(await other.markSending("e"), null, "nobody else begins it");
    // Counted back twice it would have been begun less than never.
    await outbox.markUntried(begun, 0);
    const again = await outbox.markSending("e");
    assert.equal(again?.tries, 1);
    await outbox.markUntried(begun, 0);
    const rows = await place.sound.query({ sql: "select tries from outbox" });
    assert.deepEqual(rows, [{ tries: 1n }], "what another has begun since is theirs");
    assert.ok(place.lost() >= 3);
  });
}

Deno.test("webhooks whose taking was answered by nobody are read by who took them, and by nobody else", async () => {
  using place = await forgetful();
  const [inbox, other] = [place.db, place.sound].map((db) =>
    createInbox({ db, vault: testVault(), report: unexpected })
  );
  assert.ok(inbox && other);
  const request = { method: "POST", path: "", query: "", headers: [], body: new Uint8Array([1]) };
  for (const id of ["a", "b", "c"]) {
    await inbox.putRaw({ id, contract: "rail", instance: "bank", request });
  }
  const taken = await inbox.takeDue(2);
  assert.deepEqual(taken.map(({ tries }) => tries), [1, 1]);
  assert.deepEqual((await other.takeDue(10)).map(({ id }) => id), ["c"]);
  for (const item of taken) await inbox.markFailed(item, 1_000, "late");
  await moveClock(place.sound, 2_000);
  assert.deepEqual((await inbox.takeDue(10)).map(({ tries }) => tries), [2, 2]);
});

Deno.test("a lease whose taking was answered by nobody is held by who took it", async () => {
  using place = await forgetful();
  const lease = await acquire(place.db, "job", "one", 1_000);
  assert.equal(lease?.token, 1n);
  assert.equal(await acquire(place.db, "job", "two", 1_000), null);
});

Deno.test("a marked batch is written once and tells what it told, whatever became of its answer", async () => {
  using place = await forgetful();
  for (const db of [place.db, place.sound]) {
    await place.sound.write([{
      sql: "insert or replace into cursors (name, value, version, moved_ms) values ('n', '', 0, 0)",
    }], repeatable);
    const count = () =>
      writeMarked(db, [{ sql: "update cursors set version = version + 1 where name = 'n'" }], {
        sql: "(select 'version ' || version from cursors where name = ?)",
        args: ["n"],
      });
    assert.deepEqual([await count(), await count()], ["version 1", "version 2"]);
    const stale = compareAndSet({ sql: "update cursors set version = 9 where name = 'nobody'" });
    assert.equal(await writeMarked(db, stale), null);
  }
  assert.deepEqual(await place.sound.query({ sql: "select version from cursors" }), [{ version: 2n }]);
  const marks = () => place.sound.query({ sql: "select id from write_marks" });
  assert.equal((await marks()).length, 4);
  assert.equal(await eraseOldMarks(place.sound, 10), 0);
  await moveClock(place.sound, 86_400_001);
  assert.equal(await eraseOldMarks(place.sound, 3), 3);
  assert.equal(await eraseOldMarks(place.sound, 3), 1);
  assert.deepEqual(await marks(), []);
});

Deno.test("embedded sessions are the same when no first answer comes", async () => {
  using place = await forgetful();
  const [sessions, other] = [embeddedSessions(place.db), embeddedSessions(place.sound)];
  assert.equal(await sessions.once("used:a", 60), true);
  assert.equal(await sessions.once("used:a", 60), false);
  assert.equal(await sessions.claim("page:b", "mine", 60), "mine");
  assert.equal(await other.claim("page:b", "another's", 60), "mine");
  assert.equal(await sessions.claim("page:b", "another's", 60), "mine");
  await sessions.put("page:a", "x", 60);
  assert.equal(await sessions.take("page:a"), "x");
  assert.equal(await other.take("page:a"), null);
  assert.deepEqual([await sessions.count("rate:a", 60), await sessions.count("rate:a", 60)], [1, 2]);
  assert.equal(place.lost(), 8);
});
