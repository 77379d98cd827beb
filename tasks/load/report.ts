/**
 * What a run is told in: a table of requests, a line for each rule.
 * @module
 */
import type { Verdict } from "./judge.ts";
import type { KindTally } from "./tally.ts";
import { together } from "./tally.ts";

/** Rows of equal columns: the first one to the left, all others to the right. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, column) => Math.max(cell.length, widest[column] ?? 0)),
    [],
  );
  return rows.map((row) =>
    row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)
    ).join("  ").trimEnd()
  );
}

/** A row for each kind: how many, how many errors, percentiles of the first and of the last fifth in milliseconds. */
export function latencies(tallies: ReadonlyMap<string, KindTally>): string[] {
  const head = ["", "count", "errors", "p50", "p95", "p99", "most", "p50 last", "p95 last", "p99 last"];
  const rows = [...tallies].toSorted(([a], [b]) => a < b ? -1 : 1).map(([kind, tally]) => {
    const [first, last] = [tally.parts[0], tally.parts.at(-1)];
    const all = together([tally]);
    const of = (share: number) => [first, last].map((part) => milliseconds(part?.quantile(share) ?? 0));
    const [[p50, p50Last], [p95, p95Last], [p99, p99Last]] = [of(0.5), of(0.95), of(0.99)];
    return [
      kind,
      String(all.count),
      String(tally.errors),
      p50 ?? "",
      p95 ?? "",
      p99 ?? "",
      milliseconds(all.most),
      p50Last ?? "",
      p95Last ?? "",
      p99Last ?? "",
    ];
  });
  return table([head, ...rows]);
}

/** A line for each rule, and one that says it all. */
export function verdictLines(verdicts: readonly Verdict[]): string[] {
  const broken = verdicts.filter(({ isKept }) => !isKept);
  return [
    ...verdicts.map(({ rule, isKept, says }) => `${isKept ? "kept  " : "BROKEN"}  ${rule}: ${says}`),
    broken.length === 0
      ? "LOAD PASSED: no error, no growth, latency at the end as at the beginning"
      : `LOAD FAILED: ${broken.map(({ rule }) => rule).join("; ")}`,
  ];
}

function milliseconds(ms: number): string {
  return ms < 10 ? ms.toFixed(1) : ms.toFixed(0);
}
