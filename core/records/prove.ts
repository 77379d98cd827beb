/**
 * What a process asks its database before it serves: in one query, since a cold start waits for it (DESIGN §10).
 * @module
 */
import type { Database, Statement } from "./database.ts";
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
  expected: {
    readonly migrations: readonly Migration[];
    readonly stamp: Stamp;
    /** Reads that each find a row in a database that is ready, and the problem where one does not. */
    readonly needed?: { readonly rows: readonly Statement[]; readonly problem: string };
  },
): Promise<string[]> {
  const unmigrated = "the database is not migrated: run the task migrate first";
  const { rows, problem } = expected.needed ?? { rows: [], problem: "" };
  try {
    const [applied = [], stamped = [], ...found] = await db.read([
      { sql: "select id from schema_migrations" },
      { sql: "select key, value from stamp" },
      ...rows,
    ]);
    const ids = new Set(applied.map((row) => rowsOfTable("schema_migrations").text(row, "id")));
    if (expected.migrations.some(({ id }) => !ids.has(id))) return [unmigrated];
    const stamp = rowsOfTable("stamp");
    const entries = stamped.map((row) => [stamp.text(row, "key"), stamp.text(row, "value")] as const);
    const differences = stampDifferences(Object.fromEntries(entries), expected.stamp);
    if (differences.length > 0) return differences;
    return found.some((none) => none.length === 0) ? [problem] : [];
  } catch (error) {
    if (error instanceof Error && error.message.includes("no such table: ")) return [unmigrated];
    throw error;
  }
}
