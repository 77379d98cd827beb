/**
 * The rules by which a run is good: no error, no growth of memory, latency at the end as at the beginning, and every coin
 * where it belongs.
 * @module
 */
import type { Histogram } from "./histogram.ts";
import type { MemorySample } from "./memory.ts";
import { growthOf, lineThrough, type Tolerance } from "./slope.ts";
import type { KindTally } from "./tally.ts";
import type { Ends } from "./traffic.ts";

/** A sample with its time, in seconds since the run began. */
export interface TimedSample extends MemorySample {
  readonly at: number;
}

/** What a run was like. */
export interface Run {
  readonly seconds: number;
  /** Requests by kind, five parts each. */
  readonly requests: ReadonlyMap<string, KindTally>;
  /** Whole deposits and withdrawals, five parts each. */
  readonly transfers: ReadonlyMap<string, KindTally>;
  readonly ends: Readonly<Record<string, Ends>>;
  /** Transfers that were not over when waiting ended. */
  readonly stillOpen: number;
  readonly disagreements: readonly string[];
  /** One list for each gateway. */
  readonly memory: readonly (readonly TimedSample[])[];
  /** Entries of the gateways' logs by `level event`, with how often they came. */
  readonly log: ReadonlyMap<string, number>;
}

/** A rule and whether the run kept it. */
export interface Verdict {
  readonly rule: string;
  readonly isKept: boolean;
  readonly says: string;
}

/** Live objects: a rise of more than this is growth, where it is also more than chance. */
export const HEAP_TOLERANCE: Tolerance = { absolute: 4 * 2 ** 20, relative: 0.05 };
/** The whole process, whose allocators and caches settle slowly. */
export const RSS_TOLERANCE: Tolerance = { absolute: 32 * 2 ** 20, relative: 0.1 };
/**
 * The last fifth's p95 may be so many times the first one's, and so many milliseconds besides. Transfers wait in line for
 * ledgers: at 80 % of what these take, chance alone makes one fifth's line twice as long as another's, and one run in a
 * hundred worse than this; with more than the ledgers take, nineteen of twenty are.
 */
export const DRIFT = {
  requests: { factor: 1.5, ms: 5, least: 200 },
  transfers: { factor: 2, ms: 5_000, least: 20 },
} as const;

/** All rules, in the order in which they are told. */
export function judge(run: Run): Verdict[] {
  return [
    noErrors(run.requests),
    noTrouble(run.log),
    allOver(run),
    {
      rule: "books, bank and ledger agree",
      isKept: run.disagreements.length === 0,
      says: run.disagreements.slice(0, 3).join("; ") || "to the last unit",
    },
    ...run.memory.flatMap((samples, gateway) => noGrowth(samples, run.seconds, gateway + 1)),
    noDrift("latency of requests", run.requests, DRIFT.requests),
    noDrift("duration of transfers", run.transfers, DRIFT.transfers),
  ];
}

function noErrors(requests: Run["requests"]): Verdict {
  const errors = [...requests.values()].reduce((sum, { errors }) => sum + errors, 0);
  return { rule: "no request fails", isKept: errors === 0, says: `${errors} errors` };
}

function noTrouble(log: Run["log"]): Verdict {
  const grave = [...log].filter(([entry]) => /^(error|alarm) /.test(entry));
  const others = [...log].filter(([entry]) => !/^(error|alarm) /.test(entry));
  const tell = (entries: readonly (readonly [string, number])[]) =>
    entries.map(([entry, count]) => `${count} × ${entry}`).join(", ");
  return {
    rule: "the log has no error and no alarm",
    isKept: grave.length === 0,
    says: tell(grave) || (others.length === 0 ? "nothing at all" : `only ${tell(others)}`),
  };
}

function allOver({ ends, stillOpen }: Run): Verdict {
  const told = Object.entries(ends).map(([kind, { opened, completed, failures }]) =>
    `${kind}: ${opened} opened, ${completed} completed${failures.length === 0 ? "" : `, ${failures[0]}`}`
  );
  const isKept = stillOpen === 0 &&
    Object.values(ends).every(({ opened, completed, failures }) =>
      failures.length === 0 && completed === opened
    );
  return { rule: "every transfer completes", isKept, says: [...told, `${stillOpen} open`].join("; ") };
}

/** The first fifth is left out: caches fill and code is compiled. */
function noGrowth(samples: readonly TimedSample[], seconds: number, gateway: number): Verdict[] {
  const settled = samples.filter(({ at }) => at >= seconds / 5);
  const judged = (name: "heap" | "rss", what: string, tolerance: Tolerance): Verdict => {
    const line = lineThrough(settled.map((sample) => ({ at: sample.at, value: sample[name] })));
    const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
    return {
      rule: `${what} of gateway ${gateway} does not grow`,
      isKept: line !== null && growthOf(line, tolerance) === 0,
      says: line === null
        ? "too few samples"
        : `${megabytes(line.mean)} MB, ${megabytes(line.slope * 3600)} ± ${
          megabytes(3 * line.error * 3600)
        } MB an hour`,
    };
  };
  return [judged("heap", "the heap", HEAP_TOLERANCE), judged("rss", "the memory", RSS_TOLERANCE)];
}

function noDrift(
  rule: string,
  tallies: ReadonlyMap<string, KindTally>,
  { factor, ms, least }: { readonly factor: number; readonly ms: number; readonly least: number },
): Verdict {
  const compared = [...tallies].flatMap(([kind, { parts }]) => {
    const [first, last] = [parts[0], parts.at(-1)];
    if (!first || !last || first.count < least || last.count < least) return [];
    const ratio = p95(last) / p95(first);
    return [{ kind, ratio, drifts: p95(last) > factor * p95(first) + ms }];
  });
  const worst = compared.toSorted((a, b) => b.ratio - a.ratio).slice(0, 3);
  return {
    rule: `${rule} stays`,
    isKept: compared.every(({ drifts }) => !drifts),
    says: worst.length === 0
      ? "too few to compare"
      : `p95 of the last fifth over the first: ${
        worst.map(({ kind, ratio }) => `${kind} ${ratio.toFixed(2)}`).join(", ")
      }`,
  };
}

const p95 = (histogram: Histogram) => histogram.quantile(0.95);
