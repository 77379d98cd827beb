/**
 * How far each of our accounts' streams has been read: rows of `cursors`, moved by compare-and-set in the batch that
 * inserts what was read (M-9).
 * @module
 */
import { NOW_MS } from "../records/clock.ts";
import { repeatable } from "../records/database.ts";
import type { Database, Statement } from "../records/database.ts";
import { compareAndSet } from "../records/expect-changed.ts";
import { rowsOfTable } from "../records/rows.ts";
import { rememberFirst } from "./chain.ts";
import type { Horizon } from "./horizon.ts";
import { endOfLedger } from "./position.ts";

/** A stream's cursor. */
export interface LedgerCursor {
  readonly account: string;
  /** Everything up to here has been read. */
  readonly position: bigint;
  readonly version: bigint;
}

const cursors = rowsOfTable("cursors");

/** The row's name of an account's stream. */
export function cursorName(account: string): string {
  return `ledger:${account}`;
}

/**
 * Gives each account without a cursor the last ledger as its first one, to be stored before the first request is served
 * (M-10): what comes later is read, however long it takes until somebody reads. Cursors that are there stay.
 */
export async function firstCursor(
  db: Database,
  horizon: Horizon,
  accounts: readonly string[],
): Promise<void> {
  const missing: string[] = [];
  for (const account of accounts) {
    if (await readCursor(db, account) === null) missing.push(account);
  }
  if (missing.length === 0) return;
  const latest = await horizon.latestLedger();
  const position = endOfLedger(latest.sequence);
  const statements = missing.map((account): Statement => ({
    sql:
      `insert into cursors (name, value, version, moved_ms) values (?, ?, 1, ${NOW_MS}) on conflict do nothing`,
    args: [cursorName(account), position.toString()],
  }));
  await db.write([...statements, rememberFirst(latest)], repeatable);
}

/** A read that finds a row once an account has its first cursor: what a start asks, though Horizon may be away. */
export function cursorRow(account: string): Statement {
  return { sql: "select 1 from cursors where name = ?", args: [cursorName(account)] };
}

/** A stream's cursor; null before {@link firstCursor}. */
export async function readCursor(db: Database, account: string): Promise<LedgerCursor | null> {
  const [row] = await db.query({
    sql: "select value, version from cursors where name = ?",
    args: [cursorName(account)],
  });
  if (row === undefined) return null;
  return {
    account,
    position: BigInt(cursors.text(row, "value")),
    version: cursors.integer(row, "version"),
  };
}

/** A move of the cursor: statements for the batch, and the read that tells whether that very batch was committed. */
export function moveCursor(
  cursor: LedgerCursor,
  position: bigint,
): { statements: Statement[]; committed: Statement } {
  const args = { name: cursorName(cursor.account), before: cursor.version, value: position.toString() };
  return {
    statements: compareAndSet({
      sql: `update cursors set value = :value, version = version + 1, moved_ms = ${NOW_MS}
        where name = :name and version = :before`,
      args,
    }),
    // From one position to another there is one way only: who moved it there inserted the same operations.
    committed: {
      sql: "select 1 from cursors where name = :name and version = :before + 1 and value = :value",
      args,
    },
  };
}
