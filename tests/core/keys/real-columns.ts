/**
 * The columns that a database really has, and what is found in them.
 * @module
 */
import type { Database } from "../../../core/records/database.ts";

/** Every column of the real schema. */
export async function columnsOf(db: Database) {
  const rows = await db.query({
    sql: `select t.name as "table", c.name as "column", c.type as type, c.pk as pk from sqlite_schema t
      join pragma_table_info(t.name) c where t.type = 'table' and t.name not like 'sqlite%' order by 1, c.pk`,
  });
  return rows.map(({ table, column, type, pk }) => ({
    table: String(table),
    column: String(column),
    type: String(type),
    isKey: Number(pk) > 0,
  }));
}

/** `table.column` of every text in which a keyed hash stands. */
export async function hashColumnsIn(db: Database): Promise<string[]> {
  const found: string[] = [];
  for (const { table, column, type } of await columnsOf(db)) {
    if (type !== "TEXT") continue;
    const rows = await db.query({ sql: `select "${column}" as text from "${table}"` });
    if (rows.some(({ text }) => /^[0-9a-f]{16}\.[\w-]{43}$/.test(String(text)))) {
      found.push(`${table}.${column}`);
    }
  }
  return found;
}
