/**
 * When gateways die: at a named point or after a batch of some table, of their own hand, or at an instant that nobody chose.
 * The seed fixes the points, the tables and how often each is passed before.
 * @module
 */
import { type Pause, type Point, POINTS } from "../../core/pause.ts";
import { BATCH_TABLES, type BatchTable } from "./batches.ts";

/** How a gateway dies. */
export type Death =
  | {
    readonly kind: "point";
    readonly point: Point;
    readonly count: number;
    /** Batches that change it are counted, no others. */
    readonly table?: BatchTable;
  }
  /** Milliseconds after it answers. */
  | { readonly kind: "instant"; readonly afterMs: number };

/** A death at a point. */
export type AtPoint = Extract<Death, { kind: "point" }>;

/** A gateway has begun to work by then, and has not done everything. */
const INSTANT_MS = { least: 20, most: 700 } as const;
/** Of so many deaths the last one is at an instant or, every other time, after a batch of some table; all others are at points. */
const ROUND = 3;
/** A batch is written so often that its first few are those of the start. */
const MOST_WRITES = 60;
const MOST_PASSES = 2;
const MOST_BATCHES = 3;

/** How many of so many deaths are at points that are drawn. */
export const pointDeaths = (count: number): number => count - Math.floor(count / ROUND);

/**
 * Draws deaths: of three two at points, one after the other in an order of chance, all of them before any comes again; and of
 * six one after a batch of some table.
 * @param points those that are died at; all when absent
 */
export function drawDeaths(
  count: number,
  random: () => number,
  points: readonly Point[] = POINTS,
): readonly Death[] {
  let left: Point[] = [];
  let tables: BatchTable[] = [];
  return Array.from({ length: count }, (_, index): Death => {
    if (index % (2 * ROUND) === ROUND - 1) {
      if (tables.length === 0) tables = shuffled(BATCH_TABLES, random);
      const table = tables.pop() ?? "transfers";
      return {
        kind: "point",
        point: "records.written",
        table,
        count: 1 + Math.floor(random() * MOST_BATCHES),
      };
    }
    if (index % ROUND === ROUND - 1) {
      return { kind: "instant", afterMs: INSTANT_MS.least + random() * (INSTANT_MS.most - INSTANT_MS.least) };
    }
    if (left.length === 0) left = shuffled(points, random);
    const point = left.pop() ?? "records.written";
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

/**
 * A pause that kills when a point has been passed so often; what waited for it waits for ever.
 * @param kill ends everything @param table batches that change it are counted, no others; all when absent
 */
export function killerAt(point: string, count: number, kill: () => void, table?: string): Pause {
  let left = count;
  return (passed, tables = []) => {
    if (passed !== point || (table !== undefined && !tables.includes(table)) || --left > 0) return;
    kill();
    return new Promise<void>(() => {});
  };
}
