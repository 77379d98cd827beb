import assert from "node:assert/strict";
import { createEffects, type Performance, type Performers } from "../../core/effects.ts";
import { moveClock } from "../../core/records/clock.ts";
import { repeatable } from "../../core/records/database.ts";
import type { Database } from "../../core/records/database.ts";
import { createOutbox } from "../../core/records/outbox.ts";
import { inMemory, testVault } from "./records/memory.ts";

const never = () => false;

/** Effects whose performers answer as they are told. */
function effectsOver(db: Database, answer: (id: string) => Promise<Performance> | Performance) {
  const outbox = createOutbox({ db, vault: testVault() });
  const performed: string[] = [];
  const reported: string[] = [];
  const perform = async ({ id }: { readonly id: string }) => {
    performed.push(id);
    return await answer(id);
  };
  const performers: Performers = {
    deposit_instructions: perform,
    ledger_payout: perform,
    bank_payout: perform,
    bank_refund: perform,
    kyc_review: perform,
  };
  const effects = createEffects({ db, outbox, performers, report: (id) => reported.push(id) });
  const add = async (id: string, kind = "bank_payout", subject = "s") => {
    await db.write(
      [outbox.insert({ id, kind, subject, delivery: "at_least_once", body: undefined })],
      repeatable,
    );
  };
  return { outbox, effects, performed, reported, add };
}

async function stateOf(db: Database, id: string): Promise<string> {
  const [row] = await db.query({ sql: "select state, error from outbox where id = ?", args: [id] });
  return `${row?.state} ${row?.error}`;
}

Deno.test("what is done is done once, whoever performs it", async () => {
  using db = await inMemory();
  const { effects, performed, add } = effectsOver(db, () => ({ kind: "done" }));
  await add("one");
  await Promise.all([effects.performNow(["one"], 2_000), effects.performDue(10, never)]);
  await effects.performOf("s", 2_000);
  assert.deepEqual(performed, ["one"]);
  assert.equal(await stateOf(db, "one"), "done null");
});

Deno.test("what follows from a performance is performed in the same call, each once", async () => {
  using db = await inMemory();
  const work = effectsOver(db, async (id) => {
    if (id === "one") await work.add("two");
    return { kind: "again", afterMs: 0 };
  });
  await work.add("one");
  await work.effects.performOf("s", 2_000);
  assert.deepEqual(work.performed, ["one", "two"]);
  assert.equal(await stateOf(db, "two"), "due continued");
});

Deno.test("a budget ends the waiting and not the work, and what was not begun stays due", async () => {
  using db = await inMemory();
  const slow = Promise.withResolvers<Performance>();
  const { effects, outbox, performed, add } = effectsOver(db, () => slow.promise);
  await add("one");
  await add("two");
  await effects.performOf("s", 50);
  // The first goes on behind the caller's back; the second was never begun.
  while (performed.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.deepEqual(performed, ["one"]);
  assert.deepEqual(await outbox.due(10), ["two"]);
  slow.resolve({ kind: "done" });
  while (await stateOf(db, "one") !== "done null") await new Promise((resolve) => setTimeout(resolve, 1));
  let asked = 0;
  assert.equal(await effects.performDue(10, () => ++asked > 1), 1);
});

Deno.test("a failure waits longer each time and is put before an operator in the end", async () => {
  using db = await inMemory();
  const { effects, outbox, performed, add } = effectsOver(
    db,
    () => ({ kind: "retry", error: "unavailable" }),
  );
  await add("one");
  await effects.performDue(10, never);
  assert.equal(await stateOf(db, "one"), "due unavailable #1");
  assert.deepEqual(await outbox.due(10), []);
  for (let failures = 2; failures <= 30; failures++) {
    await moveClock(db, 3_601_000);
    await effects.performDue(10, never);
  }
  assert.equal(performed.length, 30);
  assert.equal(await stateOf(db, "one"), "parked unavailable");
  const alarms = await db.query({ sql: "select kind, subject, detail from alarms" });
  assert.deepEqual(alarms.map((row) => ({ ...row })), [{
    kind: "effect_parked",
    subject: "one",
    detail: "unavailable",
  }]);
});

Deno.test("what goes on for long without a fault is never parked for one failure", async () => {
  using db = await inMemory();
  let round = 0;
  const { effects, add } = effectsOver(db, () => {
    round++;
    return round % 50 === 0 ? { kind: "retry", error: "unavailable" } : { kind: "again", afterMs: 0 };
  });
  await add("one");
  for (let turn = 0; turn < 50; turn++) await effects.performDue(10, never);
  assert.equal(await stateOf(db, "one"), "due unavailable #1");
  await moveClock(db, 3_000);
  await effects.performDue(10, never);
  assert.equal(await stateOf(db, "one"), "due continued");
});

Deno.test("a provider's own wait is kept, and only a person goes on with what is parked", async () => {
  using db = await inMemory();
  const answers: Performance[] = [
    { kind: "retry", error: "rate_limited", afterMs: 50_000 },
    { kind: "park", error: "rail_pays_nothing_out" },
  ];
  const { effects, performed, add } = effectsOver(db, () => answers.shift() ?? { kind: "done" });
  await add("one");
  for (const ms of [0, 49_000, 1_001, 3_600_000]) {
    await moveClock(db, ms);
    await effects.performDue(10, never);
  }
  assert.equal(performed.length, 2);
  assert.equal(await stateOf(db, "one"), "parked rail_pays_nothing_out");
});

Deno.test("a performer that throws leaves its effect due with the fault reported, and no other waits for it", async () => {
  using db = await inMemory();
  const { effects, reported, add } = effectsOver(db, (id) => {
    if (id === "one") throw new Error("nobody expected this");
    return { kind: "done" };
  });
  await add("one");
  await add("two");
  assert.equal(await effects.performDue(10, never), 2);
  assert.deepEqual(reported, ["one"]);
  assert.deepEqual([await stateOf(db, "one"), await stateOf(db, "two")], ["due unexpected #1", "done null"]);
});

Deno.test("an effect of a kind that nobody performs is put before an operator", async () => {
  using db = await inMemory();
  const { effects, performed, add } = effectsOver(db, () => ({ kind: "done" }));
  await add("one", "toString");
  await effects.performDue(10, never);
  assert.deepEqual([performed, await stateOf(db, "one")], [[], "parked unknown_kind"]);
});

Deno.test("M-30 an effect whose performer died is due again after its hold", async () => {
  using db = await inMemory();
  const { effects, outbox, performed, add } = effectsOver(db, () => ({ kind: "done" }));
  await add("one");
  assert.ok(await outbox.markSending("one"));
  await effects.performDue(10, never);
  assert.deepEqual(performed, []);
  await moveClock(db, 60_001);
  await effects.performDue(10, never);
  assert.deepEqual(performed, ["one"]);
});
