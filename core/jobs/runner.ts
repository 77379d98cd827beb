/**
 * Drives the jobs: a loop in a long-lived process, or one tick with a budget at the edge (DESIGN §9). Each run holds a
 * lease, which only saves work.
 * @module
 */
import { describeError, type Log } from "../log.ts";
import type { Database } from "../records/database.ts";
import { acquire, release } from "../records/leases.ts";
import { budgetOf, type Job } from "./job.ts";
import { noteTick } from "./ticks.ts";

/** What each job did; one that failed is in `failed`. */
export interface Round {
  readonly done: Readonly<Record<string, number>>;
  readonly failed: readonly string[];
}

/** The runner. */
export interface Runner {
  /** All that it drives, in order: for whoever runs one without its lease. */
  readonly jobs: readonly Job[];
  /** Runs every job once, in order, within a budget. */
  readonly tick: (budgetMs: number) => Promise<Round>;
  /**
   * A tick at the edge: runs every job in order, again and again while there is work, within a budget. A job that failed
   * is left until the next one.
   */
  readonly work: (budgetMs: number) => Promise<Round>;
  /** Milliseconds since a job last ended well, or since the loops were started; `null` before either. */
  readonly idleMs: () => number | null;
  /** Starts the loops. */
  readonly start: () => void;
  /** Wakes a job's loop before its time. */
  readonly wake: (name: string) => void;
  /** Ends loops and ticks, and waits for what is being done. */
  readonly stop: () => Promise<void>;
}

/** A tick at the edge: a minute until the next one, less what is under way when it ends. */
export const TICK_MS = 50_000;

/** A lease outlives the run's budget by so much: a process that died holds nobody up for long. */
const LEASE_MARGIN_MS = 20_000;
/** One run of a job: none takes the time of all others. */
const RUN_MS = 10_000;
/** A job that fails rests no longer than this, unless it rests longer anyway. */
const LONGEST_REST_MS = 60_000;

/** Creates the runner. */
export function createRunner(
  { jobs, db, log, holder }: {
    readonly jobs: readonly Job[];
    readonly db: Database;
    readonly log: Log;
    /** Names this process in leases. */
    readonly holder: string;
  },
): Runner {
  const ending = new AbortController();
  const loops: Promise<void>[] = [];
  const ticks = new Set<Promise<Round>>();
  const wakers = new Map<string, () => void>();
  /** Wake-ups for jobs that were running: they do not rest afterwards. */
  const woken = new Set<string>();
  let lastEnd: number | null = null;

  async function run(job: Job, budgetMs: number): Promise<number | null> {
    try {
      if (job.isDue && !await job.isDue()) {
        lastEnd = performance.now();
        return 0;
      }
      const lease = await acquire(db, `job:${job.name}`, holder, Math.ceil(budgetMs) + LEASE_MARGIN_MS);
      if (!lease) return 0;
      try {
        const done = await job.run(budgetOf(budgetMs, ending.signal));
        lastEnd = performance.now();
        return done;
      } finally {
        await release(db, lease);
      }
    } catch (error) {
      log("error", "job.failed", { job: job.name, ...describeError(error) });
      return null;
    }
  }

  async function loop(job: Job): Promise<void> {
    let failures = 0;
    while (!ending.signal.aborted) {
      const done = await run(job, RUN_MS);
      failures = done === null ? failures + 1 : 0;
      if (done !== null && done > 0) continue;
      const longest = Math.max(LONGEST_REST_MS, job.everyMs);
      await rest(job, Math.min(longest, job.everyMs * 2 ** Math.min(failures, 6)));
    }
  }

  /** Waits, but not past a wake-up or the end. */
  async function rest(job: Job, ms: number): Promise<void> {
    if (ending.signal.aborted || woken.delete(job.name)) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    await new Promise<void>((resolve) => {
      wakers.set(job.name, resolve);
      timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
    wakers.delete(job.name);
  }

  async function round(due: readonly Job[], budgetMs: number): Promise<Round> {
    const { isSpent } = budgetOf(budgetMs, ending.signal);
    const end = performance.now() + budgetMs;
    const done: Record<string, number> = {};
    const failed: string[] = [];
    for (const job of due) {
      if (isSpent()) break;
      const count = await run(job, Math.min(RUN_MS, end - performance.now()));
      if (count === null) failed.push(job.name);
      else done[job.name] = count;
    }
    return { done, failed };
  }

  async function rounds(budgetMs: number): Promise<Round> {
    const end = performance.now() + budgetMs;
    const done: Record<string, number> = {};
    const failed: string[] = [];
    for (let isMore = true; isMore && performance.now() < end && !ending.signal.aborted;) {
      // What one job does is often due for another: all are run again, not only those that were busy.
      const last = await round(jobs.filter(({ name }) => !failed.includes(name)), end - performance.now());
      failed.push(...last.failed);
      for (const [name, count] of Object.entries(last.done)) done[name] = (done[name] ?? 0) + count;
      isMore = Object.values(last.done).some((count) => count > 0);
    }
    return { done, failed };
  }

  /** Notes that jobs are being done, for processes that do none; a note that is lost is made by the next tick. */
  async function noted(ended: Round): Promise<Round> {
    try {
      if (Object.keys(ended.done).length > 0) await noteTick(db);
    } catch (error) {
      log("warning", "jobs.not_noted", describeError(error));
    }
    return ended;
  }

  async function tracked(tick: Promise<Round>): Promise<Round> {
    ticks.add(tick);
    try {
      return await tick;
    } finally {
      ticks.delete(tick);
    }
  }

  return {
    jobs,
    tick: (budgetMs) => tracked(round(jobs, budgetMs)),
    work: (budgetMs) => tracked(rounds(budgetMs).then(noted)),
    idleMs: () => lastEnd === null ? null : performance.now() - lastEnd,
    start() {
      lastEnd ??= performance.now();
      for (const job of jobs) loops.push(loop(job));
    },
    wake(name) {
      const waker = wakers.get(name);
      if (waker) waker();
      else woken.add(name);
    },
    async stop() {
      ending.abort();
      for (const wake of wakers.values()) wake();
      await Promise.all([...loops, ...ticks]);
    },
  };
}
