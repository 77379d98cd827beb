import assert from "node:assert/strict";
import { arrive, randomOf, scheduleOf } from "../../../tasks/load/arrivals.ts";

Deno.test("arrivals come at their rate, by chance, and the same for the same seed", () => {
  const schedule = scheduleOf(50, randomOf(7));
  const again = scheduleOf(50, randomOf(7));
  const seconds = Array.from({ length: 400 }, (_, second) => schedule.dueUntil((second + 1) * 1000));
  const total = seconds.reduce((sum, count) => sum + count, 0);
  // 20,000 are expected; four standard deviations of a Poisson count are 566.
  assert.ok(Math.abs(total - 20_000) < 566, String(total));
  assert.equal(again.dueUntil(400_000), total);
  // By chance: a second has 50 ± 7, not 50 each.
  const spread = Math.sqrt(seconds.reduce((sum, count) => sum + (count - 50) ** 2, 0) / 400);
  assert.ok(spread > 5 && spread < 9, String(spread));
});

Deno.test("a schedule that was not looked at for a while has all that became due meanwhile", () => {
  const [looked, unlooked] = [scheduleOf(100, randomOf(3)), scheduleOf(100, randomOf(3))];
  let sum = 0;
  for (let ms = 1; ms <= 5_000; ms++) sum += looked.dueUntil(ms);
  assert.equal(unlooked.dueUntil(5_000), sum);
  assert.equal(unlooked.dueUntil(5_000), 0);
});

Deno.test("arrivals do not wait for one another, and stop with the time or the signal", async () => {
  let begun = 0;
  const never = new Promise<void>(() => {});
  const many = { perSecond: 2_000, begin: () => void (begun++, never) };
  await arrive([many, { perSecond: 0, begin: () => assert.fail("nothing arrives at a rate of 0") }], {
    ms: 50,
    random: randomOf(1),
  });
  assert.ok(begun > 40, String(begun));
  const ending = AbortSignal.abort();
  await arrive([many], { ms: 3_600_000, random: randomOf(1), signal: ending });
});

Deno.test("random numbers fill their range evenly", () => {
  const random = randomOf(11);
  const tenths = new Uint32Array(10);
  for (let count = 0; count < 10_000; count++) {
    const drawn = random();
    assert.ok(drawn >= 0 && drawn < 1);
    const tenth = Math.floor(drawn * 10);
    tenths[tenth] = (tenths[tenth] ?? 0) + 1;
  }
  assert.ok(tenths.every((count) => count > 850 && count < 1150), String(tenths));
});
