import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { mock } from "node:test";
import type { Job } from "../../../core/jobs/job.ts";
import { createRunner, type Runner } from "../../../core/jobs/runner.ts";
import { type Log, noLog } from "../../../core/log.ts";
import { moveClock } from "../../../core/records/clock.ts";
import type { Database } from "../../../core/records/database.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { inFile } from "../records/files.ts";
import { inMemory } from "../records/memory.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const runnerOf = (db: Database, jobs: readonly Job[], log: Log = noLog): Runner =>
  createRunner({ jobs, db, log, holder: "test" });

/** A job that does as many pieces of work as it is told, one number a run; none afterwards. */
function job(name: string, more: Partial<Job> & { readonly work?: number[] } = {}) {
  const { work = [], ...rest } = more;
  const made = {
    runs: 0,
    name,
    everyMs: SECOND,
    run: () => {
      made.runs++;
      return Promise.resolve(work.shift() ?? 0);
    },
    ...rest,
  };
  return made;
}

/** Lets everything happen that waits for no timer. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await setImmediate();
}

/** Runs loops on timers that stand still until `pass` moves them. */
async function looping(
  jobs: readonly Job[],
  test: (runner: Runner, pass: (ms: number) => Promise<void>) => Promise<void>,
): Promise<void> {
  using db = await inMemory();
  mock.timers.enable({ apis: ["setTimeout"] });
  const runner = runnerOf(db, jobs);
  try {
    runner.start();
    await settled();
    await test(runner, async (ms) => {
      mock.timers.tick(ms);
      await settled();
    });
  } finally {
    await runner.stop();
    mock.timers.reset();
  }
}

Deno.test("a tick runs every job once, in order, and one that fails stops no other", async () => {
  using db = await inMemory();
  const order: string[] = [];
  const logged: string[] = [];
  const noting = (name: string, end: () => Promise<number>): Job => ({
    name,
    everyMs: SECOND,
    run: () => {
      order.push(name);
      return end();
    },
  });
  const jobs = [
    noting("first", () => Promise.resolve(3)),
    noting("second", () => Promise.reject(new Error("secret value"))),
    noting("third", () => {
      throw new TypeError("at once");
    }),
    noting("fourth", () => Promise.resolve(0)),
  ];
  const runner = runnerOf(
    db,
    jobs,
    (level, event, fields) => logged.push(`${level} ${event} ${fields?.["job"]}`),
  );
  assert.deepEqual(await runner.tick(MINUTE), { done: { first: 3, fourth: 0 }, failed: ["second", "third"] });
  assert.deepEqual(order, ["first", "second", "third", "fourth"]);
  assert.deepEqual(logged, ["error job.failed second", "error job.failed third"]);
  // What failed has given its lease back.
  await runner.tick(MINUTE);
  assert.equal(order.length, 8);
});

Deno.test("a tick whose budget is spent begins no further job, and the job that runs is told", async () => {
  using db = await inMemory();
  let isTold = false;
  const long: Job = {
    name: "long",
    everyMs: SECOND,
    run: async ({ isSpent }) => {
      assert.equal(isSpent(), false);
      while (!isSpent()) await setImmediate();
      isTold = true;
      return 1;
    },
  };
  const late = job("late");
  assert.deepEqual(await runnerOf(db, [long, late]).tick(50), { done: { long: 1 }, failed: [] });
  assert.ok(isTold);
  assert.equal(late.runs, 0);
});

Deno.test("M-30 of two runners on one database one does a job, the other goes on without it", async () => {
  await using file = await inFile();
  const [one, two] = [await file.open(), await file.open()];
  try {
    await migrate(one, migrations);
    let [inside, most, runs] = [0, 0, 0];
    const entered = Promise.withResolvers<void>();
    let open = Promise.withResolvers<void>();
    const guarded: Job = {
      name: "guarded",
      everyMs: SECOND,
      run: async () => {
        most = Math.max(most, ++inside);
        runs++;
        entered.resolve();
        await open.promise;
        inside--;
        return 1;
      },
    };
    const others = [job("other"), job("other")];
    const first = runnerOf(one, [guarded, others[0] ?? guarded]);
    const second = runnerOf(two, [guarded, others[1] ?? guarded]);
    const ours = first.tick(MINUTE);
    await Promise.race([entered.promise, ours]);
    assert.deepEqual(await second.tick(MINUTE), { done: { guarded: 0, other: 0 }, failed: [] });
    assert.equal(others[1]?.runs, 1);
    // A run may take ten seconds, whatever the tick has: its lease lasts longer.
    await moveClock(one, 20 * SECOND);
    await second.tick(MINUTE);
    await first.tick(MINUTE);
    assert.deepEqual([most, runs], [1, 1]);
    open.resolve();
    assert.deepEqual(await ours, { done: { guarded: 1, other: 0 }, failed: [] });
    // Given back, the lease is anybody's at once.
    open = Promise.withResolvers<void>();
    open.resolve();
    await second.tick(MINUTE);
    await first.tick(MINUTE);
    assert.deepEqual([most, runs], [1, 3]);
  } finally {
    one.close();
    two.close();
  }
});

Deno.test("M-30 the lease of a process that died ends by the database's clock", async () => {
  using db = await inMemory();
  const never = Promise.withResolvers<number>();
  const dying = runnerOf(db, [{ name: "guarded", everyMs: SECOND, run: () => never.promise }]).tick(
    10 * SECOND,
  );
  await settled();
  const taken = job("guarded");
  const living = runnerOf(db, [taken]);
  await living.tick(SECOND);
  assert.equal(taken.runs, 0);
  await moveClock(db, MINUTE);
  await living.tick(SECOND);
  assert.equal(taken.runs, 1);
  never.resolve(0);
  await dying;
});

Deno.test("a loop runs a job again at once while there is work, then rests as long as the job says", () => {
  const busy = job("busy", { work: [2, 1] });
  return looping([busy], async (_runner, pass) => {
    assert.equal(busy.runs, 3);
    await pass(SECOND - 1);
    assert.equal(busy.runs, 3);
    await pass(1);
    assert.equal(busy.runs, 4);
  });
});

Deno.test("a job that says to rest for long rests as long", () => {
  const rare = job("rare", { everyMs: 60 * MINUTE });
  return looping([rare], async (_runner, pass) => {
    await pass(59 * MINUTE);
    assert.equal(rare.runs, 1);
    await pass(MINUTE);
    assert.equal(rare.runs, 2);
  });
});

Deno.test("a job that fails rests longer each time, and no other one with it", () => {
  let isDown = true;
  let runs = 0;
  const failing: Job = {
    name: "failing",
    everyMs: SECOND,
    run: () => {
      runs++;
      return isDown ? Promise.reject(new Error("away")) : Promise.resolve(0);
    },
  };
  const steady = job("steady");
  return looping([failing, steady], async (_runner, pass) => {
    const rests = [2, 4, 8, 16, 32, 60, 60];
    for (const [index, seconds] of rests.entries()) {
      await pass(seconds * SECOND - 1);
      assert.equal(runs, index + 1, `before ${seconds} s`);
      await pass(1);
      assert.equal(runs, index + 2, `after ${seconds} s`);
    }
    assert.ok(steady.runs > rests.length);
    isDown = false;
    await pass(MINUTE);
    const healed = runs;
    await pass(SECOND);
    assert.equal(runs, healed + 1, "what works again keeps its time again");
  });
});

Deno.test("a job that is woken runs before its time, also when it was running just then", () => {
  let hold: PromiseWithResolvers<void> | null = null;
  let runs = 0;
  const slow: Job = {
    name: "slow",
    everyMs: 10 * MINUTE,
    run: async () => {
      runs++;
      await hold?.promise;
      return 0;
    },
  };
  return looping([slow, job("other", { everyMs: 10 * MINUTE })], async (runner) => {
    runner.wake("slow");
    runner.wake("nobody");
    await settled();
    assert.equal(runs, 2);
    hold = Promise.withResolvers<void>();
    runner.wake("slow");
    await settled();
    assert.equal(runs, 3);
    // It has looked for work already; what it is woken for now came later.
    runner.wake("slow");
    runner.wake("slow");
    hold.resolve();
    await settled();
    assert.equal(runs, 4);
  });
});

Deno.test("stop waits for what is being done, tells it, and begins nothing more", async () => {
  using db = await inMemory();
  const inside = Promise.withResolvers<void>();
  let isOver = false;
  const long: Job = {
    name: "long",
    everyMs: SECOND,
    run: async ({ isSpent }) => {
      inside.resolve();
      while (!isSpent()) await setImmediate();
      await setImmediate();
      isOver = true;
      return 1;
    },
  };
  const resting = job("resting", { everyMs: 10 * MINUTE });
  const runner = runnerOf(db, [long, resting]);
  runner.start();
  await inside.promise;
  await settled();
  await runner.stop();
  assert.ok(isOver);
  assert.equal(resting.runs, 1);
  assert.deepEqual(await runner.tick(MINUTE), { done: {}, failed: [] });
});

Deno.test("how long nothing went well is told from the start of the loops, and from the last job that ended well", async () => {
  using db = await inMemory();
  let isDown = true;
  const only: Job = {
    name: "only",
    everyMs: MINUTE,
    run: () => isDown ? Promise.reject(new Error("away")) : Promise.resolve(0),
  };
  const runner = runnerOf(db, [only]);
  assert.equal(runner.idleMs(), null);
  await runner.tick(MINUTE);
  assert.equal(runner.idleMs(), null, "nobody is answerable for ticks that somebody else asks for");
  runner.start();
  await settled();
  const failing = runner.idleMs();
  assert.ok(failing !== null, "loops that never succeed show");
  await setImmediate();
  assert.ok((runner.idleMs() ?? 0) > failing);
  isDown = false;
  runner.wake("only");
  const healed = performance.now();
  await settled();
  const idle = runner.idleMs();
  assert.ok(idle !== null && idle <= performance.now() - healed);
  await runner.stop();
});
