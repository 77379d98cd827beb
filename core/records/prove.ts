/**
 * What a process asks its database before it serves: in one query, since a cold start waits for it (DESIGN §10).
 * @module
 */
import type { Database } from "./database.ts";
import type { Migration } from "./migrate.ts";
import { rowsOfTable } from "./rows.ts";
import { stampDifferences } from "./stamp.ts";
import type { Stamp } from "./stamp.ts";

/**
 * What keeps this process from using the database: one line each with what to do, empty when schema and stamp are as
 * they should be.
 * @throws {RecordsUnavailable} when the database cannot be reached
 */
export async function recordsProblems(
  db: Database,
  expected: { migrations: readonly Migration[]; stamp: Stamp },
): Promise<string[]> {
  const unmigrated = "the database is not migrated: run the task migrate first";
  try {
    const [applied = [], stamped = []] = await db.read([
      { sql: "select id from schema_migrations" },
      { sql: "select key, value from stamp" },
    ]);
    const ids = new Set(applied.map((row) => rowsOfTable("schema_migrations").text(row, "id")));
    if (expected.migrations.some(({ id }) => !ids.has(id))) return [unmigrated];
    const stamp = rowsOfTable("stamp");
    const entries = stamped.map((row) => [stamp.text(row, "key"), stamp.text(row, "value")] as const);
    return stampDifferences(Object.fromEntries(entries), expected.stamp);
  } catch (error) {
    if (error instanceof Error && /no such table: (schema_migrations|stamp)/.test(error.message)) {
      return [unmigrated];
    }
    throw error;
  }
}
