/**
 * Tells of money that has waited for too long, for its customer's data, for a trustline, for a bank: nothing ends such a
 * transfer by itself (R-06-151), so somebody has to send the money back, or speak with the customer or the bank.
 * @module
 */
import { type AlarmKind, raiseAlarm } from "../records/alarms.ts";
import { NOW_MS } from "../records/clock.ts";
import { type Database, repeatable } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import { HOLDS_MONEY, type State } from "../transfers/states.ts";
import type { Job } from "./job.ts";

/** How long money waits before somebody is told. */
const WEEK_MS = 7 * 86_400_000;
const PAGE = 100;

const transfers = rowsOfTable("transfers");

/** What is told of a state; of money on hold somebody was told when it came there. */
const ALARMS = [...HOLDS_MONEY].filter((state) => state !== "on_hold")
  .map((state): readonly [State, AlarmKind] => [
    state,
    state === "asking" ? "transfer_asking" : "transfer_waiting",
  ]);

/** The job `asking`: by the database's clock, once for each transfer. */
export function askingJob(db: Database, everyMs = 3_600_000): Job {
  return {
    name: "asking",
    everyMs,
    run: async () => {
      const rows = await db.query({
        sql: `with told (state, kind) as (values ${ALARMS.map(() => "(?, ?)").join(", ")})
              select t.id, told.kind from told join transfers t on t.state = told.state
              where t.status_ms <= ${NOW_MS} - ?
                and not exists (select 1 from alarms a where a.id = told.kind || ':' || t.id || ':a_week')
              order by t.id limit ?`,
        args: [...ALARMS.flat(), WEEK_MS, PAGE],
      });
      const alarms = rows.map((row) =>
        raiseAlarm(
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
