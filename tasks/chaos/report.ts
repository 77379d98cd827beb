/**
 * What a campaign says at its end.
 * @module
 */
import { formatUnits } from "../../plugins/money.ts";
import type { Outcome } from "./campaign.ts";

/** The lines, the last of which counts everything. */
export function reportOf({ faults, toll, customers, ending, troubles }: Outcome): string[] {
  const named = [...toll.atPoints.values()].reduce((sum, count) => sum + count, 0);
  const { apart, ends, paid } = ending;
  const ended = Object.entries(ends).map(([status, count]) => `${count} ${status}`).join(", ");
  const kept = `${formatUnits(apart.bank + apart.tokens)} and ${formatUnits(apart.native)} XLM kept apart`;
  return [
    ...[...toll.atPoints].sort().map(([point, count]) => `  ${count} × ${point}`),
    ...(faults.length === 0 ? [] : troubles.map((line) => `  ${line}`)),
    ...faults.map((fault) => `- ${fault}`),
    `${faults.length === 0 ? "CHAOS PASSED" : `CHAOS FAILED (${faults.length} faults)`}: ` +
    `${
      named + toll.atInstants
    } kills, ${named} at ${toll.atPoints.size} named points, ${toll.atInstants} at random ` +
    `instants; ${customers} customers; transfers: ${ended}; ${paid.length} payments by the bank; ${kept}`,
  ];
}
