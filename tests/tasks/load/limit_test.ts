import assert from "node:assert/strict";
import { bendOf, findLimit, type Step } from "../../../tasks/load/limit.ts";

const calm = (perSecond: number): Step => ({ perSecond, errors: 0, p50: 1, p99: 5, open: 1 });

/** Finds the limit of what keeps pace up to `most` a second. */
async function limitOf(most: number, hiccups: readonly number[] = []) {
  const steps: string[] = [];
  const left = [...hiccups];
  const limit = await findLimit({
    from: 100,
    factor: 2,
    load(perSecond) {
      const hiccup = left.indexOf(perSecond);
      if (hiccup >= 0) left.splice(hiccup, 1);
      const isSlow = perSecond > most || hiccup >= 0;
      return Promise.resolve({ ...calm(perSecond), p99: isSlow ? 900 : 5 });
    },
    say: ({ perSecond }, bend) => void steps.push(`${Math.round(perSecond)}${bend === null ? "" : " bends"}`),
  });
  return { limit: Math.round(limit), steps };
}

Deno.test("the limit is the highest rate before latency bends twice", async () => {
  assert.deepEqual(await limitOf(450), {
    limit: 400,
    steps: ["100", "200", "400", "800 bends", "800 bends", "566 bends", "566 bends"],
  });
  assert.equal((await limitOf(600)).limit, 566);
  assert.equal((await limitOf(600, [200, 566])).limit, 566);
  assert.equal((await limitOf(50)).limit, 0);
});

Deno.test("errors, a queue and a bent p99 are each beyond the limit, a small p99 never", () => {
  assert.equal(bendOf(calm(100), 5), null);
  assert.match(bendOf({ ...calm(100), errors: 1 }, 5) ?? "", /1 errors/);
  assert.match(bendOf({ ...calm(100), open: 26 }, 5) ?? "", /26 operations wait/);
  assert.match(bendOf({ ...calm(100), p99: 101 }, 5) ?? "", /p99 of 101 ms/);
  assert.equal(bendOf({ ...calm(100), p99: 99 }, 5), null);
  assert.equal(bendOf({ ...calm(100), p99: 150 }, 30), null);
  assert.equal(bendOf({ ...calm(100), p99: 499 }, Infinity), null);
  assert.match(bendOf({ ...calm(100), p99: 501 }, Infinity) ?? "", /p99/);
});
