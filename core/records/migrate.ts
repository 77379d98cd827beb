/**
 * The runner of migrations: numbered, each one atomic batch, safe when several instances start at once.
 * @module
 */
import type { Database, Statement } from "./database.ts";
import { rowsOfTable } from "./rows.ts";

/** One step of the schema; never changed once it has been released. */
export interface Migration {
  /** Four digits and a name, `0001-first`; migrations run in the order of their ids. */
  readonly id: string;
  /** Plain SQL, one statement each. */
  readonly up: readonly string[];
}

/**
 * Applies what is missing, in order, and returns the ids that this call applied (another instance may have won some).
 * @throws {Error} when the list is out of order, or a statement is refused; what was applied before it stays
 */
export async function migrate(db: Database, migrations: readonly Migration[]): Promise<string[]> {
  refuseDisorder(migrations);
  await db.write(
    [{
      sql:
        "create table if not exists schema_migrations (id text primary key, applied_by text not null) strict",
    }],
    { committed: SCHEMA_TABLE },
  );
  const missing = await missingMigrations(db, migrations);
  const applied: string[] = [];
  for (const { id, up } of missing) {
    // The row of the history is the batch's write id; who lost the race finds the winner's row and goes on.
    const run = crypto.randomUUID();
    const history: Statement = {
      sql: "insert into schema_migrations (id, applied_by) values (?, ?)",
      args: [id, run],
    };
    const isApplied: Statement = { sql: "select applied_by from schema_migrations where id = ?", args: [id] };
    const result = await db.write([history, ...up.map((sql) => ({ sql }))], { committed: isApplied });
    if (result.kind !== "written") throw new Error(`Cannot migrate: ${id} is ${result.kind}`);
    const [row] = await db.query(isApplied);
    if (row !== undefined && rowsOfTable("schema_migrations").text(row, "applied_by") === run) {
      applied.push(id);
    }
  }
  return applied;
}

async function missingMigrations(db: Database, migrations: readonly Migration[]): Promise<Migration[]> {
  const rows = await db.query({ sql: "select id from schema_migrations" });
  const applied = new Set(rows.map((row) => rowsOfTable("schema_migrations").text(row, "id")));
  return migrations.filter(({ id }) => !applied.has(id));
}

const SCHEMA_TABLE: Statement = {
  sql: "select 1 from sqlite_schema where type = 'table' and name = 'schema_migrations'",
};

function refuseDisorder(migrations: readonly Migration[]): void {
  migrations.forEach(({ id }, position) => {
    const before = migrations[position - 1]?.id;
    if (/^\d{4}-[a-z0-9-]+$/.test(id) && (before === undefined || before.slice(0, 4) < id.slice(0, 4))) {
      return;
    }
    throw new Error(
      `Cannot migrate: "${id}" is not a number of four digits above the one before it, and a name`,
    );
  });
}
