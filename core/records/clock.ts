/**
 * The database's clock, by which leases and due times are compared inside SQL (M-29).
 *
 * Every process sees the same one, however wrong its own is. Tests move it by one offset, kept in
 * table `test_clock`; outside tests that table stays empty.
 * @module
 */
import type { Database } from "./database.ts";
import { rowsOfTable } from "./rows.ts";

/**
 * SQL of the present time in milliseconds since 1970, an INTEGER, the same throughout one statement. It is an
 * expression: write `due_ms <= ${NOW_MS}`.
 */
export const NOW_MS = "(cast(round(unixepoch('subsec') * 1000) as integer)" +
  " + coalesce((select offset_ms from test_clock where only = 1), 0))";

/** The database's time in milliseconds since 1970; to compare it with the process's clock (M-29). */
export async function databaseNow(db: Database): Promise<number> {
  const [row] = await db.query({ sql: `select ${NOW_MS} as now_ms` });
  if (row === undefined) throw new Error("Cannot read the database's clock: no row");
  return rowsOfTable("clock").count(row, "now_ms");
}

/** Moves the database's clock by `ms` (tests only); several moves add up. */
export async function moveClock(db: Database, ms: number): Promise<void> {
  const [row] = await db.query({ sql: "select offset_ms from test_clock where only = 1" });
  const offset = (row === undefined ? 0 : rowsOfTable("test_clock").count(row, "offset_ms")) + ms;
  await db.write(
    [{ sql: "insert or replace into test_clock (only, offset_ms) values (1, ?)", args: [offset] }],
    { committed: { sql: "select 1 from test_clock where only = 1 and offset_ms = ?", args: [offset] } },
  );
}
