/**
 * The stamp: which environment, network and accounts a database belongs to. A process with other settings would read
 * another anchor's money as its own, so it does not start.
 *
 * Table `stamp(key text primary key, value text not null)`. Values are public: names, a passphrase, account addresses.
 * @module
 */
import type { Database } from "./database.ts";
import { rowsOfTable } from "./rows.ts";

/** Setting → value, for example `environment`, `passphrase`, `account.distribution`; the same keys in each start. */
export type Stamp = Readonly<Record<string, string>>;

/**
 * Stamps a database that has no stamp, and proves the stamp of one that has.
 * @throws {Error} that lists every setting which differs
 */
export async function stampDatabase(db: Database, settings: Stamp): Promise<void> {
  const rows = Object.entries(settings);
  if (rows.length === 0) throw new Error("Cannot stamp the database: no settings are given");
  const places = rows.map(() => "(?, ?)").join(", ");
  await db.write([{
    sql:
      `insert into stamp (key, value) select * from (values ${places}) where not exists (select 1 from stamp)`,
    args: rows.flat(),
  }], { committed: { sql: "select 1 from stamp limit 1" } });
  await proveStamp(db, settings);
}

/**
 * Proves that the database carries exactly these settings.
 * @throws {Error} that lists every setting which differs, or says that the database has no stamp
 */
export async function proveStamp(db: Database, settings: Stamp): Promise<void> {
  const differences = stampDifferences(await readStamp(db), settings);
  if (differences.length === 0) return;
  throw new Error(`Cannot use this database, it belongs to other settings:\n${differences.join("\n")}`);
}

/**
 * What keeps these settings from migrating a database: how they differ from the stamp that it carries. Empty for one
 * without a stamp, and for one that nobody has migrated yet.
 */
export async function foreignStamp(db: Database, settings: Stamp): Promise<string[]> {
  const [table] = await db.query({
    sql: "select 1 from sqlite_schema where type = 'table' and name = 'stamp'",
  });
  const stamped = table === undefined ? {} : await readStamp(db);
  return Object.keys(stamped).length === 0 ? [] : stampDifferences(stamped, settings);
}

/** The database's stamp; empty when it has none. */
export async function readStamp(db: Database): Promise<Stamp> {
  const rows = await db.query({ sql: "select key, value from stamp" });
  const stamp = rowsOfTable("stamp");
  return Object.fromEntries(rows.map((row) => [stamp.text(row, "key"), stamp.text(row, "value")]));
}

/** One line for each setting that differs, with both values and what to do; empty when all agree. */
export function stampDifferences(stamped: Stamp, settings: Stamp): string[] {
  if (Object.keys(stamped).length === 0) return ["the database has no stamp: run the task migrate first"];
  const keys = [...new Set([...Object.keys(stamped), ...Object.keys(settings)])].sort();
  return keys.filter((key) => stamped[key] !== settings[key]).map((key) => {
    const there = stamped[key] === undefined ? "nothing" : `"${stamped[key]}"`;
    const here = settings[key] === undefined ? "nothing" : `"${settings[key]}"`;
    return `${key}: the database says ${there}, the settings say ${here}; set it back, or use another database`;
  });
}
