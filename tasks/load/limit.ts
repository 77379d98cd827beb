/**
 * The rate up to which a gateway keeps pace: the load grows in short steps until latency bends or errors come.
 * @module
 */

/** What a step of the search saw. */
export interface Step {
  /** Operations that arrived in a second. */
  readonly perSecond: number;
  readonly errors: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Operations under way at the end. */
  readonly open: number;
}

/** Why a step is beyond the limit, or null when it is not. @param bestP99 the lowest p99 of any step so far */
export function bendOf(step: Step, bestP99: number): string | null {
  if (step.errors > 0) return `${step.errors} errors`;
  // More than a quarter of a second's arrivals wait: they come faster than they are served.
  if (step.open > Math.max(10, step.perSecond / 4)) return `${step.open} operations wait`;
  const most = Math.min(MOST_MS, Math.max(BEND_MS, BEND * bestP99));
  return step.p99 > most ? `p99 of ${Math.round(step.p99)} ms` : null;
}

/** Below this a p99 is never called bent. */
const BEND_MS = 100;
/** Above this it always is. */
const MOST_MS = 500;
/** So many times the best p99 is bent. */
const BEND = 6;
/** Nothing that is measured here answers more in a second. */
const HIGHEST = 1_000_000;

/** How the search goes. */
export interface SearchOptions {
  /** The first rate. */
  readonly from: number;
  /** By what the rate grows; a bend is then closed in on by its root. */
  readonly factor: number;
  /** Loads at a rate for a while. */
  readonly load: (perSecond: number) => Promise<Step>;
  /** Told each step with why it bends. */
  readonly say: (step: Step, bend: string | null) => void;
}

/**
 * Searches. A step that bends is tried a second time, since any machine hiccups; the limit is the highest rate that did not
 * bend before the first that did twice.
 * @returns the limit a second; 0 when the first rate is beyond it
 */
export async function findLimit({ from, factor, load, say }: SearchOptions): Promise<number> {
  let best = Infinity;
  async function holds(perSecond: number): Promise<boolean> {
    for (let tries = 2; tries > 0; tries--) {
      const step = await load(perSecond);
      const bend = bendOf(step, best);
      say(step, bend);
      best = Math.min(best, step.p99);
      if (bend === null) return true;
    }
    return false;
  }
  let limit = 0;
  for (let rate = from; rate < HIGHEST; rate *= factor) {
    if (!await holds(rate)) break;
    limit = rate;
  }
  if (limit === 0) return 0;
  const between = limit * Math.sqrt(factor);
  return await holds(between) ? between : limit;
}
