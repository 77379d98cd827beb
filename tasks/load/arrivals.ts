/**
 * Open-loop arrivals: each operation begins when it is due, however long those before it take, as users do.
 * @module
 */

/** Numbers from 0 up to 1 that look random and are the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** When things are due that come at a rate by chance (Poisson): the gaps are exponential. */
export interface Schedule {
  /** How many have become due up to this time since the last question. @param ms since the schedule began */
  readonly dueUntil: (ms: number) => number;
}

/** A schedule. @param perSecond mean rate, above 0 */
export function scheduleOf(perSecond: number, random: () => number): Schedule {
  const gap = () => -Math.log(1 - random()) * 1000 / perSecond;
  let next = gap();
  return {
    dueUntil(ms) {
      let count = 0;
      for (; next <= ms; next += gap()) count++;
      return count;
    },
  };
}

/** What arrives. */
export interface Arriving {
  readonly perSecond: number;
  /** Begins one; must not throw, and is not waited for. */
  readonly begin: () => void;
}

/** Between two looks at what is due: a timer may not fire sooner. */
const LOOK_MS = 1;

/**
 * Lets things arrive until the time is over or the signal says so.
 * @param options.late called with how late the loop looked, in milliseconds: what of latencies is our own
 */
export async function arrive(
  arriving: readonly Arriving[],
  { ms, random, late = () => {}, signal }: {
    readonly ms: number;
    readonly random: () => number;
    readonly late?: (ms: number) => void;
    readonly signal?: AbortSignal;
  },
): Promise<void> {
  const begun = performance.now();
  const schedules = arriving.map(({ perSecond, begin }) => ({
    schedule: perSecond > 0 ? scheduleOf(perSecond, random) : null,
    begin,
  }));
  let seen = begun;
  for (;;) {
    const now = performance.now();
    late(Math.max(0, now - seen - LOOK_MS));
    seen = now;
    const elapsed = Math.min(ms, now - begun);
    for (const { schedule, begin } of schedules) {
      for (let due = schedule?.dueUntil(elapsed) ?? 0; due > 0; due--) begin();
    }
    if (elapsed >= ms || signal?.aborted) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
