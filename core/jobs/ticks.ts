/**
 * When jobs were last done, for a process that runs no loops: at the edge each tick may be another instance's, so only
 * the records know.
 * @module
 */
import { NOW_MS } from "../records/clock.ts";
import { type Database, repeatable } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";

/** The row among the cursors: what counts is when it was moved. */
const NAME = "jobs";

const cursors = rowsOfTable("cursors");

/** Notes that a tick has ended now, by the database's clock. */
export async function noteTick(db: Database): Promise<void> {
  await db.write([{
    sql: `insert into cursors (name, value, version, moved_ms) values (?, 'ticked', 1, ${NOW_MS})
      on conflict (name) do update set moved_ms = excluded.moved_ms`,
    args: [NAME],
  }], repeatable);
}

/** Milliseconds since a tick last ended; null before the first one. */
export async function tickIdleMs(db: Pick<Database, "query">): Promise<number | null> {
  const [row] = await db.query({
    sql: `select ${NOW_MS} - moved_ms as idle from cursors where name = ?`,
    args: [NAME],
  });
  return row === undefined ? null : Number(cursors.integer(row, "idle"));
}
