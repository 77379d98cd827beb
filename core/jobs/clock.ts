/**
 * Compares the three clocks (M-29): due times and leases go by the database's, time bounds by the ledger's, tokens and
 * logs by this process's. A difference decides nothing; it is an alarm.
 * @module
 */
import { raiseAlarmAnew } from "../records/alarms.ts";
import { databaseNow } from "../records/clock.ts";
import { type Database, repeatable } from "../records/database.ts";
import type { Horizon } from "../stellar/horizon.ts";
import type { Job } from "./job.ts";

/** How far the process's clock may be from either of the others, in milliseconds. */
const MOST_MS = 30_000;

/** The job `clock`. @param now milliseconds since 1970 by this process's clock */
export function clockJob(
  { db, horizon, now = Date.now, everyMs = 60_000 }: {
    readonly db: Database;
    readonly horizon: Pick<Horizon, "latestLedger">;
    readonly now?: () => number;
    readonly everyMs?: number;
  },
): Job {
  return {
    name: "clock",
    everyMs,
    run: async () => {
      const others: readonly (readonly [string, number])[] = [
        ["database", await databaseNow(db)],
        // The last ledger closed a moment ago, so only a process that is behind it, or far ahead, has a wrong clock.
        ["ledger", (await horizon.latestLedger()).closedAt * 1000],
      ];
      const wrong = others.filter(([, time]) => Math.abs(now() - time) > MOST_MS);
      const alarms = wrong.flatMap(([name]) => raiseAlarmAnew("clock_differs", name, "more_than_30_seconds"));
      if (alarms.length > 0) await db.write(alarms, repeatable);
      return 0;
    },
  };
}
