/**
 * Positions in statements and streams, moved by compare-and-set: two readers of the same page move it once.
 * @module
 */
import { NOW_MS } from "./clock.ts";
import type { Database } from "./database.ts";
import { compareAndSet } from "./expect-changed.ts";
import { rowsOfTable } from "./rows.ts";

/** A position with the version that its next move is checked against; `null` before the first one. */
export interface Cursor {
  readonly name: string;
  readonly value: string | null;
  readonly version: number;
}

const cursors = rowsOfTable("cursors");

/** Where reading goes on. @param name `<what>:<instance>`, unique among all cursors */
export async function readCursor(db: Database, name: string): Promise<Cursor> {
  const [row] = await db.query({ sql: "select value, version from cursors where name = ?", args: [name] });
  if (!row) return { name, value: null, version: 0 };
  return { name, value: cursors.text(row, "value"), version: cursors.count(row, "version") };
}

/** Moves it on after everything before `value` has been taken in. @returns false when another process has moved it elsewhere */
export async function moveCursor(db: Database, from: Cursor, value: string): Promise<boolean> {
  const { name, version } = from;
  const committed = {
    sql: "select 1 from cursors where name = ? and version = ? and value = ?",
    args: [name, version + 1, value],
  };
  const statements = from.value === null
    ? [{
      sql: `insert into cursors (name, value, version, moved_ms) values (?, ?, 1, ${NOW_MS})`,
      args: [name, value],
    }]
    : compareAndSet({
      sql:
        `update cursors set value = ?, version = version + 1, moved_ms = ${NOW_MS} where name = ? and version = ?`,
      args: [value, name, version],
    });
  const result = await db.write(statements, { committed });
  return result.kind === "written";
}
