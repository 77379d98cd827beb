/**
 * Settles envelopes that serve our own accounts, should the task that stored them have died: one that nobody settles would
 * hold the distribution account (M-4).
 * @module
 */
import { type Running, settleErrand, undecidedErrands } from "../stellar/errands.ts";
import type { Job } from "./job.ts";

/** The job `errands`. */
export function errandsJob(on: Running, everyMs = 5_000): Job {
  return {
    name: "errands",
    everyMs,
    isDue: async () => (await undecidedErrands(on.db, 1)).length > 0,
    run: async (budget) => {
      for (const errand of await undecidedErrands(on.db, 10)) {
        if (budget.isSpent()) break;
        await settleErrand(on, errand);
      }
      return 0;
    },
  };
}
