/**
 * Ends transfers that nobody paid in time.
 * @module
 */
import { NOW_MS } from "../records/clock.ts";
import { rowsOfTable } from "../records/rows.ts";
import { apply, type Books } from "../transfers/record.ts";
import type { Job } from "./job.ts";

const transfers = rowsOfTable("transfers");

/** The job `expire`: by the database's clock (M-29). Money that comes later is kept and linked to the transfer. */
export function expireJob(books: Books, everyMs = 30_000): Job {
  return {
    name: "expire",
    everyMs,
    run: async (budget) => {
      const rows = await books.db.query({
        sql:
          `select id from transfers where state in ('kyc', 'instructing', 'waiting') and expires_ms <= ${NOW_MS}
              order by expires_ms limit 200`,
      });
      for (const row of rows) {
        if (budget.isSpent()) break;
        await apply(books, transfers.text(row, "id"), { type: "time_ran_out" });
      }
      return rows.length;
    },
  };
}
