import assert from "node:assert/strict";
import { type Point, POINTS } from "../../../core/pause.ts";
import { BATCH_TABLES, BATCHES } from "../../../tasks/chaos/batches.ts";
import { readOptions } from "../../../tasks/chaos/options.ts";
import { type Death, drawDeaths, killerAt } from "../../../tasks/chaos/deaths.ts";
import { leadingPart, type Part, partOf } from "../../../tasks/chaos/parts.ts";
import { STORIES } from "../../../tasks/chaos/stories/mod.ts";
import { randomOf } from "../../../tasks/load/arrivals.ts";

const deathsOf = (seed: number) => drawDeaths(100, randomOf(seed));

/** Everybody who comes in a campaign, and what each does. */
function partsOf(seed: number): readonly Part[] {
  const led = deathsOf(seed).flatMap((death, number) =>
    death.kind === "point"
      ? Array.from({ length: 2 }, (_, index) => leadingPart(seed, death, number, index))
      : []
  );
  return [...Array.from({ length: 200 }, (_, number) => partOf(seed, number)), ...led];
}

const pointsOf = (deaths: readonly Death[]) =>
  deaths.flatMap((death) => death.kind === "point" && death.table === undefined ? [death.point] : []);
const tablesOf = (deaths: readonly Death[]) =>
  deaths.flatMap((death) => death.kind === "point" ? death.table ?? [] : []);

Deno.test("a seed of chaos fixes who does what, where gateways die and after how many passes; another seed is another campaign", () => {
  assert.deepEqual(deathsOf(3), deathsOf(3));
  assert.notDeepEqual(deathsOf(3), deathsOf(4));
  assert.deepEqual(partsOf(3), partsOf(3));
  assert.notDeepEqual(partsOf(3), partsOf(4));
});

Deno.test("each customer of chaos has a number and a bank account of their own, also those who lead gateways to their points", () => {
  const parts = partsOf(3);
  for (const member of ["number", "bankAccount"] as const) {
    assert.equal(new Set(parts.map((part) => part[member])).size, parts.length);
  }
  const played = new Set(parts.flatMap(({ stories }) => stories.map(({ name }) => name)));
  assert.deepEqual([...played].sort(), Object.keys(STORIES).sort(), "every story is played");
});

Deno.test("no customer of chaos is asked twice for what was told, and nobody is refused before their last story", () => {
  const names = [1, 2, 3].flatMap((seed) =>
    partsOf(seed).map(({ stories }) => stories.map(({ name }) => name))
  );
  assert.ok(names.every((all) => all.filter((name) => name === "asksMore").length <= 1));
  assert.ok(names.every((all) => !all.slice(0, -1).includes("refusedWithMoney")));
});

Deno.test("every story of chaos comes once before any comes again, whatever the seed, and one customer of eight has a bank account that cannot be paid", () => {
  for (const seed of [1, 2, 3, 12, -5]) {
    // Two stories each, and seven of eight are dealt them.
    const enough = Math.ceil(Object.keys(STORIES).length / 2 * 8 / 7) + 1;
    const parts = Array.from({ length: enough }, (_, number) => partOf(seed, number));
    const cards = parts.flatMap(({ stories }) => stories.map(({ name }) => name));
    assert.deepEqual([...new Set(cards)].sort(), Object.keys(STORIES).sort());
    const eight = Array.from({ length: 8 }, (_, number) => partOf(seed, number).stories[0]?.name);
    assert.equal(eight.filter((name) => name === "unpayable").length, 1);
  }
});

Deno.test("two deaths of three are at points of chaos, and no point comes again before all have come", () => {
  const deaths = drawDeaths(POINTS.length * 3, randomOf(1));
  const points = pointsOf(deaths);
  assert.equal(points.length, POINTS.length * 2);
  for (const half of [points.slice(0, POINTS.length), points.slice(POINTS.length)]) {
    assert.deepEqual(half.toSorted(), POINTS.toSorted());
  }
  assert.ok(deaths.every((death) => death.kind === "instant" || death.count >= 1));
  const some: readonly Point[] = ["money.written", "inbox.begun"];
  assert.deepEqual([...new Set(pointsOf(drawDeaths(9, randomOf(1), some)))].sort(), some.toSorted());
});

Deno.test("a death of chaos in six is after a batch of some table, and no table comes again before all have come", () => {
  const tables = tablesOf(drawDeaths(BATCH_TABLES.length * 12, randomOf(1)));
  assert.equal(tables.length, BATCH_TABLES.length * 2);
  for (const half of [tables.slice(0, BATCH_TABLES.length), tables.slice(BATCH_TABLES.length)]) {
    assert.deepEqual(half.toSorted(), BATCH_TABLES.toSorted());
  }
  const { stories } = leadingPart(1, { point: "records.written", table: "approvals" }, 0, 0);
  assert.deepEqual(stories.map(({ name }) => name), [BATCHES.approvals], "somebody leads there");
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

Deno.test("a gateway of chaos that is to die after batches of one table counts no others", () => {
  let killed = 0;
  const pause = killerAt("records.written", 2, () => void killed++, "receipts");
  const deaths = [["receipts"], ["leases"], [], undefined, ["postings", "receipts"]].map((tables) => {
    pause("records.written", tables);
    return killed;
  });
  assert.deepEqual(deaths, [0, 0, 0, 0, 1]);
});

Deno.test("chaos says what is wrong with its arguments", () => {
  assert.deepEqual(readOptions(["--kills", "7", "--processes", "2"]), {
    kills: 7,
    seed: 1,
    storage: "embedded",
    processes: 2,
    channels: 0,
    points: POINTS,
  });
  const named = readOptions(["--stories", "deposit,secondPaymentGivenBack"]);
  assert.ok(typeof named !== "string");
  assert.deepEqual(named.stories, ["deposit", "secondPaymentGivenBack"]);
  const aimed = readOptions(["--points", "bank.payout,inbox"]);
  assert.deepEqual(typeof aimed === "string" ? aimed : aimed.points, [
    "bank.payout.begun",
    "bank.payout.done",
    "inbox.written",
    "inbox.begun",
  ]);
  const unknown = [["--stories", "deposit,robbery"], ["--points", "bank.,nowhere"]];
  for (const wrong of [["--kills", "0"], ["--storage", "paper"], ["--unknown"], ...unknown]) {
    assert.equal(typeof readOptions(wrong), "string");
  }
});
