/**
 * What was written, counted row by row in every table by triggers that live on the connection alone: whoever finds that a
 * refused request wrote something also learns where.
 * @module
 */
import { type Database, repeatable } from "../../../core/records/database.ts";

/** Counts writes. */
export interface Writes {
  /** `table: rows` for each table that was written to since the last time somebody asked. */
  readonly since: () => Promise<string[]>;
}

/** Begins to count. Only for a database in a file, whose driver has one connection. */
export async function watchWrites(db: Database): Promise<Writes> {
  const tables = (await db.query({
    sql: "select name from sqlite_master where type = 'table' and name not like 'sqlite%'",
  })).map(({ name }) => String(name));
  await db.write([
    { sql: "create temp table written (name text primary key, rows integer not null)" },
    ...tables.flatMap((table) => [
      { sql: "insert into written (name, rows) values (?, 0)", args: [table] },
      ...["insert", "update", "delete"].map((change) => ({
        sql: `create temp trigger ${table}_${change} after ${change} on main.${table}
          begin update written set rows = rows + 1 where name = '${table}'; end`,
      })),
    ]),
  ], repeatable);
  let last = new Map<string, bigint>();
  return {
    async since() {
      const rows = await db.query({ sql: "select name, rows from temp.written where rows > 0" });
      const now = new Map(rows.map(({ name, rows }) => [String(name), BigInt(String(rows))] as const));
      const changed = [...now].filter(([name, count]) => count !== (last.get(name) ?? 0n));
      const found = changed.map(([name, count]) => `${name}: ${count - (last.get(name) ?? 0n)}`);
      last = now;
      return found;
    },
  };
}
