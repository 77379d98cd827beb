/**
 * Tells the log the heads of the audit chains every hour (M-28): who rewrites a chain cannot rewrite what a log has taken
 * elsewhere.
 * @module
 */
import type { Log } from "../log.ts";
import { readHeads } from "../records/audit.ts";
import { NOW_MS } from "../records/clock.ts";
import { moveCursor, readCursor } from "../records/cursors.ts";
import type { Database } from "../records/database.ts";
import type { Job } from "./job.ts";

/** The row among the cursors: at the edge the last telling was another process's. */
const NAME = "audit_heads";
const HOUR_MS = 3_600_000;

/** The job `audit`: an hour by the database's clock. */
export function auditJob(
  { db, log, everyMs = 60_000 }: { readonly db: Database; readonly log: Log; readonly everyMs?: number },
): Job {
  const isDue = async () => {
    const rows = await db.query({
      sql: `select 1 from cursors where name = ? and moved_ms > ${NOW_MS} - ?`,
      args: [NAME, HOUR_MS],
    });
    return rows.length === 0;
  };
  return {
    name: "audit",
    everyMs,
    isDue,
    run: async () => {
      // Asked again under the lease: another process may have told them since.
      if (!await isDue()) return 0;
      const cursor = await readCursor(db, NAME);
      const heads = await readHeads(db);
      for (const { chain, sequence, hash } of heads) log("info", "audit.head", { chain, sequence, hash });
      await moveCursor(db, cursor, heads.map(({ hash }) => hash).join(" "));
      return 0;
    },
  };
}
