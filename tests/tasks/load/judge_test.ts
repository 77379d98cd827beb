import assert from "node:assert/strict";
import { judge, type Run, type TimedSample } from "../../../tasks/load/judge.ts";
import { newHistogram } from "../../../tasks/load/histogram.ts";
import { latencies, table, verdictLines } from "../../../tasks/load/report.ts";
import type { KindTally } from "../../../tasks/load/tally.ts";

const MB = 2 ** 20;

function tallyOf(first: number, last: number, { count = 300, errors = 0 } = {}): KindTally {
  const parts = [first, first, first, first, last].map((ms) => {
    const histogram = newHistogram();
    for (let left = count; left > 0; left--) histogram.add(ms);
    return histogram;
  });
  return { parts, errors };
}

function samplesOf(heap: (at: number) => number, rss: (at: number) => number): TimedSample[] {
  return Array.from({ length: 90 }, (_, index) => {
    const at = index * 10;
    return { at, heap: heap(at), rss: rss(at), external: 0, stillMs: 3 };
  });
}

const flat = (mb: number) => (at: number) => (mb + at % 40 / 40) * MB;

const good: Run = {
  seconds: 900,
  requests: new Map([["poll", tallyOf(4, 5)]]),
  transfers: new Map([["whole deposit", tallyOf(2_000, 8_000, { count: 60 })]]),
  ends: { deposits: { opened: 10, completed: 10, failures: [] } },
  stillOpen: 0,
  disagreements: [],
  memory: [samplesOf(flat(40), flat(200))],
  log: new Map([["warning effect.given_up", 1]]),
};

const broken = (run: Partial<Run>) =>
  judge({ ...good, ...run }).filter(({ isKept }) => !isKept).map(({ rule }) => rule);

Deno.test("a good run keeps every rule", () => {
  assert.deepEqual(broken({}), []);
  const lines = verdictLines(judge(good));
  assert.match(lines.at(-1) ?? "", /^LOAD PASSED/);
  assert.ok(lines.some((line) => line.includes("only 1 × warning effect.given_up")));
});

Deno.test("each fault breaks its own rule alone", () => {
  const faults: readonly [Partial<Run>, string][] = [
    [{ requests: new Map([["poll", tallyOf(4, 5, { errors: 1 })]]) }, "no request fails"],
    [{ log: new Map([["alarm effect_parked", 1]]) }, "the log has no error and no alarm"],
    [{ log: new Map([["error job.failed", 1]]) }, "the log has no error and no alarm"],
    [{ stillOpen: 1 }, "every transfer completes"],
    [
      { ends: { deposits: { opened: 2, completed: 1, failures: ["transfer x is error"] } } },
      "every transfer completes",
    ],
    [{ ends: { deposits: { opened: 2, completed: 1, failures: [] } } }, "every transfer completes"],
    [
      { disagreements: ["what is outstanding of USDX: 1, and the books say 2"] },
      "books, bank and ledger agree",
    ],
    [
      { memory: [samplesOf((at) => (40 + at / 100) * MB, flat(200))] },
      "the heap of gateway 1 does not grow",
    ],
    [
      { memory: [samplesOf(flat(40), flat(200)), samplesOf(flat(40), (at) => (200 + at / 10) * MB)] },
      "the memory of gateway 2 does not grow",
    ],
    [{ requests: new Map([["poll", tallyOf(10, 25)]]) }, "latency of requests stays"],
    [
      { transfers: new Map([["whole deposit", tallyOf(2_000, 10_000, { count: 60 })]]) },
      "duration of transfers stays",
    ],
  ];
  for (const [fault, rule] of faults) assert.deepEqual(broken(fault), [rule]);
});

Deno.test("memory that only fills up in the first fifth does not grow; without samples nobody knows", () => {
  const filling = (at: number) => (at < 180 ? 20 + at / 9 : 40) * MB;
  assert.deepEqual(broken({ memory: [samplesOf(filling, flat(200))] }), []);
  assert.equal(broken({ memory: [[]] }).length, 2);
});

Deno.test("a kind with few requests is not compared", () => {
  assert.deepEqual(broken({ requests: new Map([["poll", tallyOf(4, 400, { count: 199 })]]) }), []);
});

Deno.test("the table has a row for each kind, its columns in line", () => {
  const [head, row] = latencies(good.requests);
  assert.match(head ?? "", /count +errors +p50 +p95 +p99 +most +p50 last/);
  assert.match(row ?? "", /^poll +1500 +0 +3\.9 +3\.9 +3\.9 +5\.0 +5\.0/);
  assert.deepEqual(table([["a", "bb"], ["ccc", "d"]]), ["a    bb", "ccc   d"]);
});
