/**
 * Tells of money that has waited for too long, for its customer's data, for a trustline, for a bank: nothing ends such a
 * transfer by itself (R-06-151), so somebody has to send the money back, or speak with the customer or the bank.
 * @module
 */
import { raiseAlarmAnew } from "../records/alarms.ts";
import { NOW_MS } from "../records/clock.ts";
import { type Database, repeatable } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import { HOLDS_MONEY } from "../transfers/states.ts";
import type { Job } from "./job.ts";

/** How long money waits before somebody is told. */
const WEEK_MS = 7 * 86_400_000;
const PAGE = 100;

const transfers = rowsOfTable("transfers");

/** Of money on hold somebody was told when it came there. */
const HOLDING = `state in (${
  [...HOLDS_MONEY].filter((state) => state !== "on_hold").map((state) => `'${state}'`).join(", ")
})`;
/** What is told of a state. */
const KIND = "case state when 'asking' then 'transfer_asking' else 'transfer_waiting' end";

/**
 * The job `asking`: by the database's clock, once for each transfer, and again when it still waits a week after somebody has
 * closed that.
 */
export function askingJob(db: Database, everyMs = 3_600_000): Job {
  return {
    name: "asking",
    everyMs,
    run: async () => {
      const rows = await db.query({
        sql: `select id, ${KIND} as kind from transfers
              where ${HOLDING} and status_ms <= ${NOW_MS} - ?
                and not exists (select 1 from alarms a where a.id = ${KIND} || ':' || transfers.id || ':a_week'
                  and (a.closed_ms is null or a.closed_ms > ${NOW_MS} - ?))
              order by status_ms limit ?`,
        args: [WEEK_MS, WEEK_MS, PAGE],
      });
      const alarms = rows.flatMap((row) =>
        raiseAlarmAnew(
          transfers.oneOf(row, "kind", ["transfer_asking", "transfer_waiting"]),
          transfers.text(row, "id"),
          "a_week",
        )
      );
      if (alarms.length > 0) await db.write(alarms, repeatable);
      return rows.length;
    },
  };
}
