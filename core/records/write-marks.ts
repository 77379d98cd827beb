/**
 * Write ids for batches that have none: no row of theirs tells whose batch wrote it, and done twice they would mean
 * something else. The mark says that this very batch was committed, and keeps what its answer would have said.
 * @module
 */
import { NOW_MS } from "./clock.ts";
import { type Database, repeatable, type Statement, type Value } from "./database.ts";
import { rowsOfTable } from "./rows.ts";

const marks = rowsOfTable("write_marks");

/** Marks are read within seconds; a day is for clocks that are wrong. */
const KEPT_MS = 86_400_000;

/**
 * Writes a batch that leaves a mark.
 * @param telling SQL of what the batch tells, after its statements: a text, for example a `json_object`
 * @returns the text; null when the batch did not hold, so that nothing was written
 */
export async function writeMarked(
  db: Database,
  statements: readonly Statement[],
  telling: { readonly sql: string; readonly args: readonly Value[] } = { sql: "''", args: [] },
): Promise<string | null> {
  const id = crypto.randomUUID();
  const told = { sql: "select told from write_marks where id = ?", args: [id] };
  const mark: Statement = {
    sql: `insert into write_marks (id, told, at_ms) values (?, ${telling.sql}, ${NOW_MS}) returning told`,
    args: [id, ...telling.args],
  };
  const result = await db.write([...statements, mark], { committed: told });
  if (result.kind !== "written") return null;
  const [row] = result.rows.at(-1) ?? await db.query(told);
  if (row === undefined) throw new Error("Cannot write a batch: its mark is not there after it was written");
  return marks.text(row, "told");
}

/** Erases marks that nobody looks for any more. @returns how many */
export async function eraseOldMarks(db: Database, limit: number): Promise<number> {
  const rows = await db.query({
    sql: `select id from write_marks where at_ms <= ${NOW_MS} - ? order by at_ms limit ?`,
    args: [KEPT_MS, limit],
  });
  if (rows.length === 0) return 0;
  await db.write([{
    sql: "delete from write_marks where id in (select value from json_each(?))",
    args: [JSON.stringify(rows.map((row) => marks.text(row, "id")))],
  }], repeatable);
  return rows.length;
}
