/**
 * What a campaign says at its end.
 * @module
 */
import { POINTS } from "../../core/pause.ts";
import { formatUnits } from "../../plugins/money.ts";
import type { Outcome } from "./campaign.ts";

const sumOf = (amounts: readonly bigint[]): string =>
  formatUnits(amounts.reduce((sum, one) => sum + one, 0n));

/** The lines, the last of which counts everything; the one before it names the points that nobody died at. */
export function reportOf({ faults, toll, customers, ending, troubles }: Outcome): string[] {
  const named = [...toll.atPoints.values()].reduce((sum, count) => sum + count, 0);
  const missed = POINTS.filter((point) => !toll.atPoints.has(point)).toSorted();
  const { apart, ends, paid, got } = ending;
  const ended = Object.entries(ends).map(([status, count]) => `${count} ${status}`).join(", ");
  const kept = `${sumOf([...apart.bank, ...apart.tokens])} and ${sumOf(apart.native)} XLM kept apart`;
  return [
    ...[...toll.atPoints].sort().map(([point, count]) => `  ${count} × ${point}`),
    ...(faults.length === 0 ? [] : troubles.map((line) => `  ${line}`)),
    ...faults.map((fault) => `- ${fault}`),
    `points not hit: ${missed.length === 0 ? "none" : missed.join(", ")}`,
    `${faults.length === 0 ? "CHAOS PASSED" : `CHAOS FAILED (${faults.length} faults)`}: ` +
    `${named + toll.atInstants} kills, ${named} at named points, ${toll.atInstants} at random instants; ` +
    `points hit ${toll.atPoints.size} of ${POINTS.length}; ${customers} customers; transfers: ${ended}; ` +
    `${got.length} payments on the ledger, ${paid.length} by the bank; ${kept}`,
  ];
}
