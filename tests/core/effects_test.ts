import assert from "node:assert/strict";
import type { Performance } from "../../core/effects.ts";
import { moveClock } from "../../core/records/clock.ts";
import { effectsOver, stateOf } from "./effects-over.ts";
import { inMemory } from "./records/memory.ts";

const never = () => false;

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

Deno.test("M-5 as much work is done at once as there are sources, each once, and one by one without channels", async () => {
  for (const [atOnce, expected] of [[undefined, 1], [3, 3], [9, 5]] as const) {
    using db = await inMemory();
    let running = 0;
    let most = 0;
    const { effects, performed, add } = effectsOver(db, async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 20));
      running--;
      return { kind: "done" };
    }, atOnce);
    for (const id of ["a", "b", "c", "d", "e"]) await add(id, "ledger_payout", id);
    assert.equal(await effects.performDue(10, never), 5);
    assert.deepEqual([...performed].sort(), ["a", "b", "c", "d", "e"]);
    assert.equal(most, expected);
  }
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

Deno.test("what comes back by itself is waited for however long it takes, and somebody is told", async () => {
  using db = await inMemory();
  let isBack = false;
  const { effects, performed, add } = effectsOver(
    db,
    () => isBack ? { kind: "done" } : { kind: "retry", error: "horizon_unavailable", isPatient: true },
  );
  await add("one");
  for (let failures = 1; failures <= 90; failures++) {
    await effects.performDue(10, never);
    await moveClock(db, 300_001);
  }
  assert.equal(performed.length, 90, "never more than five minutes apart");
  assert.equal(await stateOf(db, "one"), "due horizon_unavailable #90");
  const alarms = await db.query({ sql: "select id from alarms" });
  assert.deepEqual(alarms.map(({ id }) => id), ["effect_waits:bank_payout:horizon_unavailable"]);
  isBack = true;
  await effects.performDue(10, never);
  assert.equal(await stateOf(db, "one"), "done null");
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

Deno.test("R-06-170 R-12-99 posts of a subject go out in their order, and others do not wait for them", async () => {
  using db = await inMemory();
  let failing = true;
  const { effects, performed, add } = effectsOver(
    db,
    (id) => id === "a1" && failing ? { kind: "retry", error: "callback.status_500" } : { kind: "done" },
  );
  for (const id of ["a1", "a2", "b1"]) {
    await add(id, "transfer_callback", id.charAt(0), "post");
  }
  await add("c1", "customer_callback", "a", "post");
  assert.equal(await effects.postDue(10, never), 3);
  assert.deepEqual(performed.sort(), ["a1", "b1", "c1"]);
  assert.equal(await effects.postDue(10, never), 0);
  failing = false;
  await moveClock(db, 3_000);
  await effects.postDue(10, never);
  await effects.postDue(10, never);
  assert.deepEqual(performed.slice(3), ["a1", "a2"]);
});

Deno.test("R-06-170 R-12-99 what was given up is over without an alarm, and those behind it go on", async () => {
  using db = await inMemory();
  const { effects, performed, gaveUp, add } = effectsOver(
    db,
    (id) => id === "one" ? { kind: "give_up", error: "callback.timed_out" } : { kind: "done" },
  );
  await add("one", "transfer_callback", "s", "post");
  await add("two", "transfer_callback", "s", "post");
  while (await effects.postDue(10, never) > 0);
  assert.deepEqual(performed, ["one", "two"]);
  assert.deepEqual(gaveUp, ["s callback.timed_out"]);
  assert.equal(await stateOf(db, "one"), "done callback.timed_out");
  assert.deepEqual(await db.query({ sql: "select id from alarms" }), []);
});

Deno.test("R-12-99 no request and no work waits for a post, and slow receivers hold up few others", async () => {
  using db = await inMemory();
  const slow = Promise.withResolvers<Performance>();
  const { effects, performed, add } = effectsOver(db, (id) => id === "s1" ? slow.promise : { kind: "done" });
  await add("s1", "transfer_callback", "s", "post");
  for (let n = 0; n < 40; n++) await add(`o${n}`, "transfer_callback", `o${n}`, "post");
  await add("pay", "bank_payout", "s");
  await effects.performOf("s", 2_000);
  await effects.performDue(50, never);
  assert.deepEqual(performed, ["pay"]);
  const posting = effects.postDue(50, never);
  while (performed.length < 42) await new Promise((resolve) => setTimeout(resolve, 1));
  slow.resolve({ kind: "done" });
  assert.equal(await posting, 41);
});

Deno.test("R-12-99 what was not tried is due later with as many tries as before, and those behind it wait", async () => {
  using db = await inMemory();
  const { effects, outbox, performed, add } = effectsOver(db, () => ({ kind: "untried", afterMs: 30_000 }));
  await add("one", "transfer_callback", "s", "post");
  await add("two", "transfer_callback", "s", "post");
  assert.equal(await effects.postDue(10, never), 1);
  assert.equal(await effects.postDue(10, never), 0);
  await moveClock(db, 30_000);
  assert.equal((await outbox.markSending("one"))?.tries, 1);
  assert.deepEqual(performed, ["one"]);
});

Deno.test("a wait that is a fraction, endless or no number holds up nobody else, and ends", async () => {
  using db = await inMemory();
  const waits = [6_543.21, Infinity, Number.NaN, Number.MAX_SAFE_INTEGER + 1, -1];
  const kinds = ["again", "untried", "retry"] as const;
  const { effects, performed, add } = effectsOver(db, (id) => {
    const [kind, index] = id.split(":");
    const afterMs = waits[Number(index)] ?? 0;
    if (kind === "retry") return { kind, error: "busy", afterMs };
    return kind === "again" || kind === "untried" ? { kind, afterMs } : { kind: "done" };
  });
  for (const kind of kinds) for (const index of waits.keys()) await add(`${kind}:${index}`);
  await add("last");
  await effects.performDue(50, never);
  assert.equal(performed.at(-1), "last");
  assert.equal(performed.length, kinds.length * waits.length + 1);
  await moveClock(db, 24 * 60 * 60 * 1000);
  performed.length = 0;
  await effects.performDue(50, never);
  assert.equal(performed.length, kinds.length * waits.length, "each is due again");
});

Deno.test("what several subjects moved is performed within one budget, however many they are; the rest stays due", async () => {
  using db = await inMemory();
  const hanging = Promise.withResolvers<Performance>();
  const { effects, performed, add } = effectsOver(
    db,
    (id) => id === "slow" ? hanging.promise : { kind: "done" },
  );
  for (const id of ["quick", "slow", "late", "later"]) await add(id, "bank_payout", id);
  const begun = performance.now();
  await effects.performOfEach(["quick", "slow", "late", "later"], 700);
  assert.ok(performance.now() - begun < 15_000);
  assert.deepEqual(performed, ["quick", "slow"]);
  hanging.resolve({ kind: "done" });
  await effects.performOfEach(["late", "later"], 2_000);
  assert.deepEqual(performed, ["quick", "slow", "late", "later"]);
});

Deno.test("whether work or a post is due is told apart, and nothing is once its wait has begun", async () => {
  using db = await inMemory();
  const { effects, add } = effectsOver(db, () => ({ kind: "again", afterMs: 5_000 }));
  const due = async () => [await effects.isWorkDue(), await effects.isPostDue()];
  assert.deepEqual(await due(), [false, false]);
  await add("post", "transfer_callback", "a", "post");
  assert.deepEqual(await due(), [false, true]);
  await add("work");
  assert.deepEqual(await due(), [true, true]);
  await effects.performDue(10, never);
  assert.deepEqual(await due(), [false, true]);
  await moveClock(db, 5_000);
  assert.deepEqual(await due(), [true, true]);
});
