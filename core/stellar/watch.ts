/**
 * Reads what happened on our accounts (M-9, M-10): operations and cursor move in one batch, any number of processes may
 * do it at once, and nothing is ever skipped in silence.
 * @module
 */
import { raiseAlarm } from "../records/alarms.ts";
import { NOW_MS } from "../records/clock.ts";
import { repeatable } from "../records/database.ts";
import type { Database, Statement } from "../records/database.ts";
import { keepAlias } from "../transfers/transaction-aliases.ts";
import { moveCursor, readCursor } from "./cursors.ts";
import type { LedgerCursor } from "./cursors.ts";
import { CHAIN, chainFault, rememberChain, TOLERATED_AHEAD } from "./chain.ts";
import { isHistoryInDoubt, raiseHistoryAlarm } from "./history-alarm.ts";
import type { HistoryFault } from "./history-alarm.ts";
import { HorizonUnavailable } from "./horizon.ts";
import type { Horizon, Root } from "./horizon.ts";
import { readPage } from "./operation-page.ts";
import type { PagedOperation } from "./operation-page.ts";
import { endOfLedger, ledgerOf } from "./position.ts";

/** How far one round may go. */
export interface WatchBudget {
  /** Full pages of 200 operations, over all accounts; the last page of each stream is always read. */
  readonly pages: number;
  /** Asked before each page: true ends the round. */
  readonly isSpent?: () => boolean;
}

/**
 * What a round came to.
 * - `read`: everything up to ledger `upTo` is in the database, for every account; `inserted` were new
 * - `more`: the budget ended the round; come again
 * - `stopped`: the history does not fit our cursors: an alarm is open, and no payout may start
 */
export type WatchResult =
  | { readonly kind: "read"; readonly upTo: number; readonly inserted: number }
  | { readonly kind: "more"; readonly inserted: number }
  | { readonly kind: "stopped" };

/** A stream without operations follows the head in steps of so many ledgers (about an hour), and stays so far behind. */
const QUIET_STEP = 720;
const QUIET_DISTANCE = 60;

/**
 * Reads all streams up to the ledger that is the latest when the round begins. A payout may start after it when it was
 * begun under the payout's lease and ended in `read` (M-14).
 * @param accounts see {@link watchedAccounts}; each has a cursor by `firstCursor`
 * @throws {HorizonUnavailable} what was read before is stored
 */
export async function readNew(
  db: Database,
  horizon: Horizon,
  accounts: readonly string[],
  budget: WatchBudget,
): Promise<WatchResult> {
  if (await isHistoryInDoubt(db)) return { kind: "stopped" };
  const root = await horizon.root();
  const other = await chainFault(db, horizon, root);
  if (other !== null) {
    await raiseHistoryAlarm(db, CHAIN, other.fault, other.version);
    return { kind: "stopped" };
  }
  let pages = budget.pages;
  let inserted = 0;
  for (const account of accounts) {
    const stream = await readStream(db, horizon, account, root, { ...budget, pages });
    inserted += stream.inserted;
    pages -= stream.fullPages;
    if (stream.end === "stopped") return { kind: "stopped" };
    if (stream.end === "more") return { kind: "more", inserted };
  }
  await rememberChain(db, horizon, root);
  return { kind: "read", upTo: root.latestLedger, inserted };
}

interface StreamRound {
  readonly end: "read" | "more" | "stopped";
  readonly inserted: number;
  readonly fullPages: number;
}

async function readStream(
  db: Database,
  horizon: Horizon,
  account: string,
  root: Root,
  { pages, isSpent }: WatchBudget,
): Promise<StreamRound> {
  let inserted = 0;
  let fullPages = 0;
  const ended = (end: StreamRound["end"]): StreamRound => ({ end, inserted, fullPages });
  async function stop(cursor: LedgerCursor, fault: HistoryFault): Promise<StreamRound> {
    await raiseHistoryAlarm(db, account, fault, cursor.version);
    return ended("stopped");
  }
  while (fullPages <= pages && !isSpent?.()) {
    // Read again for each page: another process may have moved it.
    const cursor = await readCursor(db, account);
    if (cursor === null) throw new Error(`Cannot watch ${account}: it has no first cursor`);
    const fault = await cursorFault(cursor, root, horizon);
    if (fault !== null) return await stop(cursor, fault);
    const page = await readPage(horizon, account, cursor.position, root.latestLedger);
    const next = page.isLast ? quietPosition(page.position, root) : page.position;
    const inserts = page.operations.flatMap((operation) => insert(account, operation));
    if (next === cursor.position) {
      // Records without a place move nothing; they are set aside all the same.
      if (inserts.length > 0) await db.write(inserts, repeatable);
      return ended("read");
    }
    // Forwards Horizon begins at its oldest ledger and says nothing of what is missing: had that ledger been forgotten
    // since the round began, the page would lack what was before.
    if (isBefore(cursor, await horizon.root())) return await stop(cursor, "history_gone");
    const move = moveCursor(cursor, next);
    const written = await db.write([...inserts, ...move.statements], { committed: move.committed });
    if (written.kind === "written") inserted += page.operations.length;
    if (written.kind === "written" && page.isLast) return ended("read");
    fullPages += 1;
  }
  return ended("more");
}

/**
 * Why a stream cannot be read on from its cursor, by the heights that the root names.
 * @throws {HorizonUnavailable} when Horizon lags behind the cursor
 */
export async function cursorFault(
  cursor: LedgerCursor,
  root: Root,
  horizon: Horizon,
): Promise<HistoryFault | null> {
  if (isBefore(cursor, root)) return "history_gone";
  const ledger = ledgerOf(cursor.position);
  if (ledger <= root.latestLedger) return null;
  // Ledgers close while pages are read, and other processes read them too: only a root that is asked for after the
  // cursor can say that the cursor is ahead.
  const { latestLedger } = await horizon.root();
  if (ledger > latestLedger + TOLERATED_AHEAD) return "history_shorter";
  if (ledger > latestLedger) throw new HorizonUnavailable("behind", "/");
  return null;
}

/** Whether what comes after the cursor is no longer kept. */
function isBefore({ position }: LedgerCursor, { elderLedger }: Root): boolean {
  const ledger = ledgerOf(position);
  // A cursor at the very end of a ledger needs only the next one.
  return (position === endOfLedger(ledger) ? ledger + 1 : ledger) < elderLedger;
}

/** Else a quiet account's cursor would fall behind the history that Horizon keeps, though nothing was missed. */
function quietPosition(position: bigint, root: Root): bigint {
  if (root.latestLedger - ledgerOf(position) < QUIET_STEP) return position;
  return endOfLedger(root.latestLedger - QUIET_DISTANCE);
}

/** An operation between two of our accounts stands in both streams and is kept once. */
function insert(account: string, operation: PagedOperation): Statement[] {
  const { id, position, hash, innerHash, record, fault } = operation;
  const row = {
    sql: `insert or ignore into ledger_operations
      (id, position, account, transaction_hash, record, state, reason, seen_ms)
      values (:id, :position, :account, :hash, :record, :state, :fault, ${NOW_MS})`,
    args: { id, position, account, hash, record, state: fault === null ? "new" : "set_aside", fault },
  };
  if (fault !== null) return [row, raiseAlarm("operation_set_aside", id, fault)];
  return [row, ...keepAlias(innerHash, hash)];
}
