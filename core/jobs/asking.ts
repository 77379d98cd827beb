/**
 * Tells of money that has waited for its customer's data for too long: nothing ends such a transfer by itself (R-06-151),
 * so somebody has to send the money back or speak with the customer.
 * @module
 */
import { raiseAlarm } from "../records/alarms.ts";
import { NOW_MS } from "../records/clock.ts";
import { type Database, repeatable } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import type { Job } from "./job.ts";

/** How long money waits before somebody is told. */
const WEEK_MS = 7 * 86_400_000;
const PAGE = 100;

const transfers = rowsOfTable("transfers");

/** The job `asking`: by the database's clock, once for each transfer. */
export function askingJob(db: Database, everyMs = 3_600_000): Job {
  return {
    name: "asking",
    everyMs,
    run: async () => {
      const rows = await db.query({
        sql: `select id from transfers t where state = 'asking' and status_ms <= ${NOW_MS} - ?
                and not exists (select 1 from alarms a where a.id = 'transfer_asking:' || t.id || ':a_week')
              order by id limit ?`,
        args: [WEEK_MS, PAGE],
      });
      const alarms = rows.map((row) => raiseAlarm("transfer_asking", transfers.text(row, "id"), "a_week"));
      if (alarms.length > 0) await db.write(alarms, repeatable);
      return rows.length;
    },
  };
}
