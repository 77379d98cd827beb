import assert from "node:assert/strict";
import fc from "fast-check";
import { busyOf, cpuSeconds, secondsIn } from "../../../tasks/load/cpu.ts";
import { newHistogram } from "../../../tasks/load/histogram.ts";
import { growthOf, lineThrough } from "../../../tasks/load/slope.ts";
import { randomOf } from "../../../tasks/load/arrivals.ts";

Deno.test("a percentile of the histogram is right to three per cent, however the durations lie", () => {
  const durations = fc.array(fc.double({ min: 0.1, max: 60_000, noNaN: true }), { minLength: 1 });
  fc.assert(fc.property(durations, fc.constantFrom(0.5, 0.95, 0.99, 1), (values, share) => {
    const histogram = newHistogram();
    for (const value of values) histogram.add(value);
    const sorted = values.toSorted((a, b) => a - b);
    const exact = sorted[Math.ceil(values.length * share) - 1] ?? NaN;
    const found = histogram.quantile(share);
    assert.ok(Math.abs(found - exact) <= 0.03 * exact, `${found} for ${exact}`);
    assert.equal(histogram.count, values.length);
    assert.equal(histogram.most, sorted.at(-1));
  }));
});

Deno.test("histograms add up; one of nothing has no durations", () => {
  const [quick, slow] = [newHistogram(), newHistogram()];
  for (let count = 0; count < 90; count++) quick.add(1);
  for (let count = 0; count < 10; count++) slow.add(100);
  quick.merge(slow);
  assert.equal(quick.count, 100);
  assert.ok(quick.quantile(0.9) < 1.1 && quick.quantile(0.91) > 95);
  assert.equal(newHistogram().quantile(0.5), 0);
});

Deno.test("a rise is growth when it is more than chance and more than the tolerance", () => {
  const random = randomOf(5);
  const noise = () => (random() - 0.5) * 10;
  const points = (rise: number) =>
    Array.from({ length: 60 }, (_, at) => ({ at, value: 1000 + rise * at / 59 + noise() }));
  const tolerance = { absolute: 20, relative: 0.01 };
  assert.equal(growthOf(lineThrough(points(0)), tolerance), 0);
  const growth = growthOf(lineThrough(points(50)), tolerance);
  assert.ok(growth > 40 && growth < 60, String(growth));
  assert.equal(growthOf(lineThrough(points(50)), { absolute: 100, relative: 0.01 }), 0);
  assert.equal(growthOf(lineThrough(points(50)), { absolute: 20, relative: 0.1 }), 0);
  assert.equal(growthOf(lineThrough(points(-50)), tolerance), 0);
  // A saw of the same height at both ends has a slope by chance alone.
  const saw = Array.from({ length: 12 }, (_, at) => ({ at, value: 1000 + at % 4 * 100 }));
  assert.equal(growthOf(lineThrough(saw), tolerance), 0);
});

Deno.test("no line goes through two points, or through one moment", () => {
  assert.equal(lineThrough([{ at: 0, value: 1 }, { at: 1, value: 2 }]), null);
  assert.equal(lineThrough(Array.from({ length: 5 }, () => ({ at: 3, value: 1 }))), null);
  assert.equal(growthOf(null, { absolute: 0, relative: 0 }), 0);
});

Deno.test("CPU is read from a line of /proc, whatever the program is called", async () => {
  const line = `12 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 ${150} ${25} 0 0 20`;
  assert.equal(secondsIn(line), 1.75);
  assert.equal(secondsIn("garbage"), null);
  assert.equal(await cpuSeconds(2 ** 22 + 1), null);
  const before = new Map([["a", 1]]);
  assert.equal(busyOf(before, new Map([["a", 3.5], ["b", 1]]), 5), "a 0.50, b 0.20");
});
