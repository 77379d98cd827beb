/**
 * Posts callbacks, and finds changes of customers that nothing else tells.
 *
 * Requests post none themselves: a receiver's answer is worth nothing to who waits for ours, and a slow one would use up
 * the time that payouts have.
 * @module
 */
import type { Customers } from "../customers/mod.ts";
import type { Effects } from "../effects.ts";
import type { Database } from "../records/database.ts";
import type { Job } from "./job.ts";
import { walk } from "./walk.ts";

/** Customers that are looked at in one run. */
const PAGE = 100;

/** The jobs `callbacks`, `callbacks:overdue` and `callbacks:abandoned`. */
export function callbackJobs(
  { db, effects, customers }: {
    readonly db: Database;
    readonly effects: Pick<Effects, "isPostDue" | "postDue" | "giveUpAbandoned">;
    readonly customers: Pick<Customers, "tellOverdue">;
  },
): Job[] {
  return [
    {
      name: "callbacks:overdue",
      everyMs: 10_000,
      run: () =>
        walk(db, "walk:callbacks", async (after) => {
          const { told, last } = await customers.tellOverdue({ after, limit: PAGE });
          return { last, done: told };
        }),
    },
    {
      name: "callbacks",
      everyMs: 500,
      isDue: effects.isPostDue,
      run: async (budget) => {
        let posted = 0;
        // What waited for an earlier one of its subject is due once that is posted.
        for (let some = 1; some > 0; posted += some) some = await effects.postDue(200, budget.isSpent);
        return posted;
      },
    },
    {
      name: "callbacks:abandoned",
      everyMs: 60_000,
      run: () => effects.giveUpAbandoned(PAGE),
    },
  ];
}
