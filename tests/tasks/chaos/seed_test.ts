import assert from "node:assert/strict";
import type { Point } from "../../../core/pause.ts";
import { readOptions } from "../../../tasks/chaos/options.ts";
import { drawDeaths, killerAt, PASSED } from "../../../tasks/chaos/deaths.ts";
import { partOf } from "../../../tasks/chaos/workload.ts";
import { randomOf } from "../../../tasks/load/arrivals.ts";

Deno.test("a seed of chaos fixes who does what and where gateways die; another seed is another campaign", () => {
  const deaths = (seed: number) => drawDeaths(100, randomOf(seed));
  assert.deepEqual(deaths(3), deaths(3));
  assert.notDeepEqual(deaths(3), deaths(4));
  const parts = (seed: number) => Array.from({ length: 50 }, (_, number) => partOf(seed, number));
  assert.deepEqual(parts(3), parts(3));
  assert.notDeepEqual(parts(3), parts(4));
  const accounts = new Set(parts(3).map(({ bankAccount }) => bankAccount));
  assert.equal(accounts.size, 50, "each customer has a bank account of their own");
});

Deno.test("every second death of chaos is at a point, and a long campaign comes to every point", () => {
  const deaths = drawDeaths(2 * PASSED.length, randomOf(1));
  const points = deaths.flatMap((death) => death.kind === "point" ? [death.point] : []);
  assert.deepEqual([...points].sort(), [...PASSED].sort());
  assert.ok(deaths.every((death) => death.kind === "instant" || death.count >= 1));
});

Deno.test("a gateway of chaos dies the time that was said it passes its point, and goes no further", async () => {
  let killed = 0;
  const pause = killerAt("ledger.submit.begun", 2, () => void killed++);
  const passes = async (point: Point) => {
    const going = Promise.resolve(pause(point)).then(() => "on");
    return await Promise.race([going, new Promise((resolve) => setTimeout(() => resolve("not on"), 5))]);
  };
  assert.equal(await passes("ledger.submit.begun"), "on");
  assert.equal(await passes("ledger.submit.done"), "on");
  assert.equal(killed, 0);
  assert.equal(await passes("ledger.submit.begun"), "not on");
  assert.equal(killed, 1);
});

Deno.test("chaos says what is wrong with its arguments", () => {
  assert.deepEqual(readOptions(["--kills", "7", "--processes", "2"]), {
    kills: 7,
    seed: 1,
    storage: "embedded",
    processes: 2,
  });
  for (const wrong of [["--kills", "0"], ["--storage", "paper"], ["--unknown"]]) {
    assert.equal(typeof readOptions(wrong), "string");
  }
});
