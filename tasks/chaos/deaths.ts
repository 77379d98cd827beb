/**
 * When gateways die: at a named point, of their own hand, or at an instant that nobody chose. The seed fixes the points and
 * how often each is passed before.
 * @module
 */
import { type Pause, type Point, POINTS } from "../../core/pause.ts";

/** How a gateway dies. */
export type Death =
  | { readonly kind: "point"; readonly point: Point; readonly count: number }
  /** Milliseconds after it answers. */
  | { readonly kind: "instant"; readonly afterMs: number };

/** What the workload never comes to: nobody asks for callbacks or codes, is erased, visits a page, or has unmatched money returned. */
const NOT_PASSED = /callback|kyc_code|erase|page\.|_return/;

/** Points that the workload passes. */
export const PASSED: readonly Point[] = POINTS.filter((point) => !NOT_PASSED.test(point));

/** A gateway has begun to work by then, and has not done everything. */
const INSTANT_MS = { least: 20, most: 700 } as const;
/** A batch is written so often that its first few are those of the start. */
const MOST_WRITES = 60;
const MOST_PASSES = 2;

/** Draws deaths: every second one at a point, the points one after the other in an order of chance. */
export function drawDeaths(count: number, random: () => number): readonly Death[] {
  let points: Point[] = [];
  return Array.from({ length: count }, (_, index): Death => {
    if (index % 2 === 1) {
      return { kind: "instant", afterMs: INSTANT_MS.least + random() * (INSTANT_MS.most - INSTANT_MS.least) };
    }
    if (points.length === 0) points = shuffled(PASSED, random);
    const point = points.pop() ?? "records.written";
    const most = point === "records.written" ? MOST_WRITES : MOST_PASSES;
    return { kind: "point", point, count: 1 + Math.floor(random() * most) };
  });
}

/** The same things in an order of chance. */
export function shuffled<T>(things: readonly T[], random: () => number): T[] {
  return things.map((thing) => ({ thing, at: random() })).sort((a, b) => a.at - b.at).map(({ thing }) =>
    thing
  );
}

/** A pause that kills when a point has been passed so often; what waited for it waits for ever. @param kill ends everything */
export function killerAt(point: string, count: number, kill: () => void): Pause {
  let left = count;
  return (passed) => {
    if (passed !== point || --left > 0) return;
    kill();
    return new Promise<void>(() => {});
  };
}
