/**
 * Judges the plans by which the database runs a statement: what takes longer the more is over, fails the test that ran it.
 *
 * The planner has no statistics (nobody gathers any), so a plan depends on the text and the indexes alone, and an empty
 * database shows what one with a million transfers would do.
 * @module
 */
import { createClient } from "@libsql/client";
import type { Database, Statement } from "../../core/records/database.ts";
import { localLibrary } from "../../core/records/local-connection.ts";
import { bind, type BoundStatement } from "../../core/records/statement.ts";
import { EXCEPTIONS } from "./query-plan-exceptions.ts";

/** Tables that stay small: a row for each setting, place, account of ours, job. */
const SMALL = [
  "schema_migrations",
  "stamp",
  "vault_keys",
  "test_clock",
  "stellar_sources",
  "audit_heads",
  "sqlite_schema",
  "sqlite_master",
];

/** What reads all that there is: the proof of the books, rekey, the bench. No request and no job runs it. */
const OF_ALL = /core\/(money\/equation|keys\/)|tasks\/bench\//;

/** Columns of which many rows have the same value, whatever the database holds. */
const WIDE = new Set([
  ..."state side kind purpose lane contract instance place rail kyc type protocol asset currency role ended"
    .split(" "),
  ..."closed_ms expires_ms due_ms done_ms funded_ms status_ms at_ms raised_ms".split(" "),
]);

/** What is wrong with a plan, line by line; empty when it stays as fast as it is. */
export function faultsOf(plan: readonly string[], partial: ReadonlySet<string>): string[] {
  // The members of a union are put in order to find what is double: of each no more than its own line reads.
  const isUnion = plan.some((line) => line.startsWith("MERGE (UNION)"));
  return plan.filter((line) => {
    if (/USE TEMP B-TREE/.test(line)) return !isUnion;
    const [, verb, table = "", index, columns] =
      /^(SCAN|SEARCH) (\w+)(?: USING (?:COVERING )?INDEX (\w+)(?: \((.*)\))?)?/.exec(line) ?? [];
    if (verb === undefined || /CONSTANT ROW|VALUES CLAUSE|VIRTUAL TABLE|INTEGER PRIMARY KEY/.test(line)) {
      return false;
    }
    // A partial index holds what is under way, which is the work that there is.
    if (SMALL.includes(table) || (index !== undefined && partial.has(index))) return false;
    if (/AUTOMATIC/.test(line)) return true;
    if (verb === "SCAN") return true;
    const named = [...(columns ?? "").matchAll(/(?:^| AND )\(?(\w+|<expr>)/g)].map(([, column]) =>
      column ?? ""
    );
    return named.every((column) => WIDE.has(column));
  });
}

/** A database that judges each statement which core runs before it runs it. */
export function judging(db: Database, plans: Plans): Database {
  return {
    ...db,
    async query(statement) {
      await plans.judge([statement]);
      return await db.query(statement);
    },
    async read(statements) {
      await plans.judge(statements);
      return await db.read(statements);
    },
    async write(statements, options) {
      await plans.judge([...statements, options.committed]);
      return await db.write(statements, options);
    },
  };
}

/** The judge. */
export interface Plans {
  /** @throws {Error} that shows the plan of the first statement which is not an exception and does not pass */
  readonly judge: (
    statements: readonly Statement[],
    /** Whether a call counts, by its stack; those of core alone do when absent. */
    counts?: (stack: string) => boolean,
  ) => Promise<void>;
}

/** One SQLite that has a plan for a statement. */
interface Planner {
  readonly run: (statement: BoundStatement) => Promise<readonly Readonly<Record<string, unknown>>[]>;
}

/** The one that files are kept by, and the older one of the library that speaks for a libSQL server. */
async function planners(): Promise<Planner[]> {
  const file = (await localLibrary())(":memory:", 0);
  const server = createClient({ url: ":memory:" });
  return [
    { run: (statement) => Promise.resolve(file.run(statement)) },
    { run: async (statement) => (await server.execute(statement)).rows },
  ];
}

/** Judges by the tables that these migrations make. */
export async function plansBy(migrations: readonly { readonly up: readonly string[] }[]): Promise<Plans> {
  const both = await planners();
  const tables = [
    "create table schema_migrations (id text primary key, applied_by text not null) strict",
    ...migrations.flatMap(({ up }) => [...up]),
  ];
  const partial = new Set<string>();
  for (const { run } of both) {
    for (const sql of tables) await run({ sql, args: [] });
    const sql = "select name from sqlite_schema where type = 'index' and sql like '%where%'";
    for (const { name } of await run({ sql, args: [] })) partial.add(String(name));
  }
  const judged = new Set<string>();
  return {
    async judge(statements, counts = isOfCore) {
      const fresh = statements.filter(({ sql }) => !judged.has(sql));
      if (fresh.length === 0 || !counts(new Error().stack ?? "")) return;
      for (const statement of fresh) {
        const { sql, args } = bind(statement);
        judged.add(sql);
        if (!/^\s*(select|with|insert|update|delete)/i.test(sql) || isException(sql)) continue;
        for (const { run } of both) {
          const rows = await run({ sql: `explain query plan ${sql}`, args });
          const plan = rows.map(({ detail }) => String(detail));
          const faults = faultsOf(plan, partial);
          if (faults.length === 0) continue;
          throw new Error(
            `Takes longer the more is over: ${sql}\n- ${plan.join("\n- ")}\nbecause of\n- ${
              faults.join("\n- ")
            }`,
          );
        }
      }
    },
  };
}

function isException(sql: string): boolean {
  const flat = sql.replace(/\s+/g, " ");
  return EXCEPTIONS.some(({ says }) => flat.includes(says));
}

/** Tests ask and prepare what they like; what counts is who asks the database first. */
function isOfCore(stack: string): boolean {
  const caller = stack.split("\n").find((line) => !/^Error|support\/query-plans/.test(line)) ?? "";
  return /\/(core|routes|tasks|main)\b[^()]*\.ts/.test(caller) && !/\/tests\//.test(caller) &&
    !OF_ALL.test(caller);
}
