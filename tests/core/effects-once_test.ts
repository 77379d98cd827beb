import assert from "node:assert/strict";
import type { Performance } from "../../core/effects.ts";
import { moveClock } from "../../core/records/clock.ts";
import { effectsOver, stateOf } from "./effects-over.ts";
import { inMemory } from "./records/memory.ts";

const never = () => false;

Deno.test("R-24-76 what may be sent once ends with the first try of which a byte may have left", async () => {
  const failures: Readonly<Record<string, [Performance | "throws", string, boolean]>> = {
    lost: [{ kind: "retry", error: "callback.timed_out" }, "done callback.timed_out", true],
    refused: [
      { kind: "retry", error: "callback.status_500", isUnsent: false },
      "done callback.status_500",
      true,
    ],
    broken: ["throws", "done unexpected", true],
    endless: [{ kind: "again", afterMs: 0 }, "done continued", true],
    unsent: [
      { kind: "retry", error: "callback.unreachable", isUnsent: true },
      "due callback.unreachable #1",
      false,
    ],
    resting: [{ kind: "untried", afterMs: 1_000 }, "due null", false],
  };
  using db = await inMemory();
  const { effects, performed, gaveUp, add } = effectsOver(db, (id) => {
    const [answer] = failures[id] ?? [{ kind: "done" }];
    if (answer === "throws") throw new Error("no performer expects this");
    return answer;
  });
  for (const id in failures) await add(id, "transfer_callback_once", id, "post", "at_most_once");
  await effects.postDue(10, never);
  assert.deepEqual(performed.toSorted(), Object.keys(failures).toSorted());
  for (const [id, [, state]] of Object.entries(failures)) assert.equal(await stateOf(db, id), state, id);
  assert.deepEqual(
    gaveUp.map((line) => line.split(" ")[0]).toSorted(),
    Object.entries(failures).filter(([, [, , isOver]]) => isOver).map(([id]) => id).toSorted(),
  );
  // A day later only what was never sent is begun again.
  await moveClock(db, 86_400_000);
  await effects.postDue(10, never);
  assert.deepEqual(performed.slice(Object.keys(failures).length).toSorted(), ["resting", "unsent"]);
});

Deno.test("R-24-76 what may be sent once and whose sender died is given up, and never sent", async () => {
  using db = await inMemory();
  const { outbox, effects, performed, gaveUp, add } = effectsOver(db, () => ({ kind: "done" }));
  await add("one", "transfer_callback_once", "s", "post", "at_most_once");
  await outbox.markSending("one");
  assert.equal(await effects.giveUpAbandoned(10), 0, "its sender may be at work");
  await moveClock(db, 86_400_000);
  assert.equal(await effects.postDue(10, never), 0);
  assert.equal(await effects.giveUpAbandoned(10), 1);
  assert.deepEqual([performed, gaveUp], [[], ["s abandoned"]]);
  assert.equal(await stateOf(db, "one"), "done abandoned");
});
