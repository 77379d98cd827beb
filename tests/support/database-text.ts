/**
 * Everything that a database holds, as text: every column of every table, and what is sealed opened. Tests of erasure look
 * for traces in it.
 * @module
 */
import type { Database, Row } from "../../core/records/database.ts";
import { rowsOfTable } from "../../core/records/rows.ts";
import type { Vault } from "../../core/records/vault.ts";

const names = rowsOfTable("sqlite_master");

/** One line for each column of each row: `table.column value`. */
export async function databaseText(db: Database, vault: Vault): Promise<string> {
  const tables = await db.query({
    sql: "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'",
  });
  const lines: string[] = [];
  for (const table of tables.map((row) => names.text(row, "name"))) {
    const keys = await db.query({
      sql: `select name from pragma_table_info('${table}') where pk > 0 order by pk`,
    });
    const key = keys.map((row) => names.text(row, "name"));
    for (const row of await db.query({ sql: `select * from ${table}` })) {
      lines.push(...linesOf(vault, table, key, row));
    }
  }
  return lines.join("\n");
}

function linesOf(vault: Vault, table: string, key: readonly string[], row: Row): string[] {
  const id = key.map((column) => String(row[column])).join("/");
  return Object.entries(row).map(([column, value]) => {
    if (!(value instanceof Uint8Array)) return `${table}.${column} ${value}`;
    // What is not ours to open is shown as it is, so that nothing is overlooked.
    const bytes = value.length === 0 ? value : vault.open({ table, column, row: id }, value);
    return `${table}.${column} ${new TextDecoder("latin1").decode(bytes)}`;
  });
}
