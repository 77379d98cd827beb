/**
 * Sends back what the config lets go back by itself (M-20).
 * @module
 */
import { returnByItself, type ReturningByItself, unmatchedPage } from "../unmatched/automatic-returns.ts";
import type { Job } from "./job.ts";
import { walk } from "./walk.ts";

/** Payments of one run. */
const PAGE = 50;

/** The job `returns`; the effects that it orders are performed by theirs. */
export function returnsJob(on: ReturningByItself, everyMs = 30_000): Job {
  return {
    name: "returns",
    everyMs,
    isDue: async () => (await unmatchedPage(on.db, null, 1)).length > 0,
    run: (budget) =>
      walk(on.db, "returns", async (after) => {
        const page = await unmatchedPage(on.db, after, PAGE);
        let last = after;
        let done = 0;
        for (const receipt of page) {
          if (budget.isSpent()) return { last, done };
          if (await returnByItself(on, receipt)) done++;
          last = receipt.id;
        }
        // What waits for an operator is looked at again from the beginning, in its turn.
        return { last: page.length < PAGE ? null : last, done };
      }),
  };
}
