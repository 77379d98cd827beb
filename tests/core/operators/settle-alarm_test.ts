import assert from "node:assert/strict";
import type { Performance } from "../../../core/effects.ts";
import { roleToClose, settleAlarm } from "../../../core/operators/settle-alarm.ts";
import { openAlarms, raiseAlarm } from "../../../core/records/alarms.ts";
import { lastEntries } from "../../../core/records/audit.ts";
import { moveClock } from "../../../core/records/clock.ts";
import { type Database, repeatable } from "../../../core/records/database.ts";
import { createInbox } from "../../../core/records/inbox.ts";
import { effectsOver, stateOf } from "../effects-over.ts";
import { inMemory, testVault } from "../records/memory.ts";

const never = () => false;
const HOUR = 3_601_000;

/** Ids of alarms that are open. */
const open = async (db: Database) => (await openAlarms(db, 10)).map(({ id }) => id);

Deno.test("M-25 M-28 what was put before an operator goes on when its alarm is closed, and is told of again when it fails again", async () => {
  using db = await inMemory();
  let isAway = true;
  const { effects, performed, add } = effectsOver(
    db,
    (): Performance => isAway ? { kind: "retry", error: "unavailable" } : { kind: "done" },
  );
  await add("payout");
  async function fails() {
    for (let failures = 0; failures < 30; failures++) {
      await effects.performDue(10, never);
      await moveClock(db, HOUR);
    }
    assert.equal(await stateOf(db, "payout"), "parked unavailable");
    assert.deepEqual(await open(db), ["effect_parked:payout:unavailable"]);
  }
  await fails();
  for (let look = 0; look < 3; look++) await effects.performDue(10, never);
  assert.equal(performed.length, 30, "by itself it is never begun again");
  const close = (actor: string) => settleAlarm({ db, actor }, "effect_parked:payout:unavailable");
  assert.deepEqual((await Promise.all([close("anna"), close("bert")])).sort(), ["closed", "unknown"]);
  assert.equal(await stateOf(db, "payout"), "due null");
  await fails();
  isAway = false;
  assert.equal(await close("anna"), "closed");
  await effects.performDue(10, never);
  assert.equal(await stateOf(db, "payout"), "done null");
  assert.deepEqual(await open(db), []);
  assert.equal((await lastEntries(db, "actions", 9)).length, 2);
  assert.equal(roleToClose("effect_parked:payout:unavailable"), "approver", "money moves by it");
});

Deno.test("M-25 what may be done once only, and what was told since, does not go on", async () => {
  using db = await inMemory();
  const { outbox } = effectsOver(db, () => ({ kind: "done" }));
  const base = { kind: "k", subject: "s", body: undefined } as const;
  await db.write([
    outbox.insert({ ...base, id: "once", delivery: "at_most_once" }),
    outbox.insert({ ...base, id: "post", delivery: "at_least_once", lane: "post" }),
  ], repeatable);
  for (const id of ["once", "post"]) {
    const effect = await outbox.markSending(id) ?? assert.fail(id);
    await outbox.markParked(effect, "gone");
    assert.equal(await settleAlarm({ db, actor: "anna" }, `effect_parked:${id}:gone`), "closed");
    assert.equal(await stateOf(db, id), "parked gone");
  }
});

Deno.test("P11 M-28 a webhook that could not be read is read again when its alarm is closed", async () => {
  using db = await inMemory();
  const inbox = createInbox({ db, vault: testVault() });
  const request = { method: "POST", path: "", query: "", headers: [], body: new Uint8Array([1]) };
  await inbox.putRaw({ id: "hook", contract: "rail", instance: "bank", request });
  const [item] = await inbox.takeDue(10);
  assert.ok(item);
  await inbox.markParked(item, "unexpected");
  assert.deepEqual(await inbox.takeDue(10), []);
  assert.equal(await settleAlarm({ db, actor: "sam" }, "inbox_parked:hook:unexpected"), "closed");
  assert.deepEqual((await inbox.takeDue(10)).map(({ id, tries }) => [id, tries]), [["hook", 1]]);
});

Deno.test("M-25 an effect that another performer has begun since is not parked, and nobody is called for it", async () => {
  using db = await inMemory();
  const { outbox, add } = effectsOver(db, () => ({ kind: "done" }));
  await add("payout");
  const slow = await outbox.markSending("payout") ?? assert.fail("begun");
  await moveClock(db, HOUR);
  assert.ok(await outbox.markSending("payout"), "the first one took too long");
  await outbox.markParked(slow, "unavailable");
  assert.deepEqual([(await stateOf(db, "payout")).split(" ")[0], await open(db)], ["due", []]);
});

Deno.test("M-28 an alarm that nobody may close is never entered", async () => {
  using db = await inMemory();
  await db.write([raiseAlarm("effect_parked", "x", "y")], repeatable);
  assert.equal(await settleAlarm({ db, actor: "anna" }, "effect_parked:x:z"), "unknown");
  assert.deepEqual(await lastEntries(db, "actions", 9), []);
});
