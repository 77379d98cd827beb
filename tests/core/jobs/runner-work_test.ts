import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import type { Job } from "../../../core/jobs/job.ts";
import { createRunner } from "../../../core/jobs/runner.ts";
import { tickIdleMs } from "../../../core/jobs/ticks.ts";
import { type Log, noLog } from "../../../core/log.ts";
import { moveClock } from "../../../core/records/clock.ts";
import { type Database, openDatabase } from "../../../core/records/database.ts";
import { inMemory } from "../records/memory.ts";

const SECOND = 1_000;

const runnerOf = (db: Database, jobs: readonly Job[], log: Log = noLog) =>
  createRunner({ jobs, db, log, holder: "test" });

/** A job by what its runs give, in turn; nothing to do afterwards. */
function job(name: string, ...runs: (number | Error)[]): Job & { readonly seen: string[] } {
  const seen: string[] = [];
  return {
    name,
    everyMs: SECOND,
    seen,
    run: () => {
      const next = runs.shift() ?? 0;
      seen.push(name);
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
    },
  };
}

Deno.test("a tick at the edge goes on while there is work, for all jobs, and leaves one that failed", async () => {
  using db = await inMemory();
  const [news, effects, failing] = [
    job("news", 0, 0, 2),
    job("effects", 50, 7),
    job("failing", new Error("away"), 9),
  ];
  const ended = await runnerOf(db, [news, failing, effects]).work(10 * SECOND);
  assert.deepEqual(ended, { done: { news: 2, effects: 57 }, failed: ["failing"] });
  // Two rounds with effects, one with news, one in which nothing was left.
  assert.deepEqual([news.seen.length, effects.seen.length, failing.seen.length], [4, 4, 1]);
});

Deno.test("a tick at the edge ends with its budget, though there is always more", async () => {
  using db = await inMemory();
  let runs = 0;
  const endless: Job = {
    name: "endless",
    everyMs: SECOND,
    run: async () => {
      await setImmediate();
      return ++runs;
    },
  };
  const { done } = await runnerOf(db, [endless]).work(50);
  assert.ok(runs > 1 && (done["endless"] ?? 0) >= runs);
});

Deno.test("no run of a tick takes the time of all others", async () => {
  using db = await inMemory();
  let until = 0;
  const asks: Job = {
    name: "asks",
    everyMs: SECOND,
    run: async () => {
      const [row] = await db.query({ sql: "select until_ms from leases where name = 'job:asks'" });
      until = Number(row?.until_ms);
      return 0;
    },
  };
  await runnerOf(db, [asks]).work(50 * SECOND);
  assert.ok(until - Date.now() <= 30 * SECOND, "ten seconds and what a lease has beyond them");
});

Deno.test("stop ends a tick between two jobs, waits for the one that runs, and no later tick begins any", async () => {
  using db = await inMemory();
  const inside = Promise.withResolvers<void>();
  let isOver = false;
  const long: Job = {
    name: "long",
    everyMs: SECOND,
    run: async ({ isSpent }) => {
      inside.resolve();
      while (!isSpent()) await setImmediate();
      isOver = true;
      return 1;
    },
  };
  const later = job("later");
  const runner = runnerOf(db, [long, later]);
  const ticking = runner.work(50 * SECOND);
  await inside.promise;
  await runner.stop();
  assert.ok(isOver);
  assert.deepEqual(await ticking, { done: { long: 1 }, failed: [] });
  assert.deepEqual(await runner.work(50 * SECOND), { done: {}, failed: [] });
  assert.equal(later.seen.length, 0);
});

Deno.test("when jobs were last done stands in the records, for whoever does none", async () => {
  using db = await inMemory();
  const runner = runnerOf(db, [job("only", 0, new Error("away"))]);
  assert.equal(await tickIdleMs(db), null);
  await runner.work(SECOND);
  const fresh = await tickIdleMs(db);
  assert.ok(fresh !== null && fresh >= 0 && fresh < 10 * SECOND);
  await moveClock(db, 600 * SECOND);
  assert.ok((await tickIdleMs(db) ?? 0) >= 600 * SECOND);
  await runner.work(SECOND);
  assert.ok((await tickIdleMs(db) ?? 0) >= 600 * SECOND, "nothing went well");
  await runner.work(SECOND);
  assert.ok((await tickIdleMs(db) ?? Infinity) < 10 * SECOND);
});

Deno.test("a tick without its database says which jobs failed, and neither where it is nor why", async () => {
  const url = "http://127.0.0.1:1";
  const db = await openDatabase({ url, authToken: "the token", onDeploy: true });
  const lines: string[] = [];
  const log: Log = (level, event, fields) => void lines.push(JSON.stringify([level, event, fields]));
  try {
    assert.deepEqual(await runnerOf(db, [job("one")], log).work(SECOND), { done: {}, failed: ["one"] });
  } finally {
    db.close();
  }
  assert.match(lines.join("\n"), /"error","job\.failed"/);
  assert.doesNotMatch(lines.join("\n"), /127\.0\.0\.1|the token/);
});

Deno.test("a job that says that nothing is due is not run and costs no write; one that cannot say has failed", async () => {
  using db = await inMemory();
  let writes = 0;
  const counting: Database = {
    ...db,
    write: (statements, options) => {
      writes++;
      return db.write(statements, options);
    },
  };
  let isDue: () => Promise<boolean> = () => Promise.resolve(false);
  const seldom = { ...job("seldom", 3), isDue: () => isDue() };
  const runner = runnerOf(counting, [seldom]);
  assert.equal(runner.idleMs(), null);
  assert.deepEqual(await runner.tick(SECOND), { done: { seldom: 0 }, failed: [] });
  assert.deepEqual([seldom.seen.length, writes], [0, 0]);
  assert.notEqual(runner.idleMs(), null, "that nothing is due is an end like any other");
  isDue = () => Promise.reject(new Error("away"));
  assert.deepEqual((await runner.tick(SECOND)).failed, ["seldom"]);
  isDue = () => Promise.resolve(true);
  assert.deepEqual((await runner.tick(SECOND)).done, { seldom: 3 });
  assert.deepEqual([seldom.seen.length, writes], [1, 2]);
});
