import assert from "node:assert/strict";
import { oneAtATime, TurnNeverCame } from "../../../core/records/turns.ts";

Deno.test("turns: one works at a time, in the order in which they came", async () => {
  const inTurn = oneAtATime(1_000);
  const seen: string[] = [];
  const work = (name: string) => async () => {
    seen.push(`${name} begins`);
    await new Promise((resolve) => setTimeout(resolve, 1));
    seen.push(`${name} ends`);
    return name;
  };
  assert.deepEqual(await Promise.all(["a", "b", "c"].map((name) => inTurn(work(name)))), ["a", "b", "c"]);
  assert.deepEqual(seen, ["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
});

Deno.test("turns: work that fails ends its turn, and its error is its caller's", async () => {
  const inTurn = oneAtATime(1_000);
  const failing = inTurn(() => Promise.reject(new RangeError("no")));
  const next = inTurn(() => Promise.resolve(2));
  await assert.rejects(failing, RangeError);
  assert.equal(await next, 2);
  assert.equal(await inTurn(() => Promise.resolve(3)), 3);
});

Deno.test("turns: who waits too long is given up unbegun, and those after it are not", async () => {
  const inTurn = oneAtATime(50);
  const held = Promise.withResolvers<void>();
  const holder = inTurn(() => held.promise);
  let begun = false;
  await assert.rejects(
    inTurn(() => {
      begun = true;
      return Promise.resolve();
    }),
    TurnNeverCame,
  );
  const later = inTurn(() => Promise.resolve("later"));
  held.resolve();
  await holder;
  assert.equal(await later, "later");
  assert.equal(begun, false);
});
