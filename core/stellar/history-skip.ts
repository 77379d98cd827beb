/**
 * How reading goes on after a history that does not fit (M-10). Nothing here happens by itself: an operator looks first,
 * and what is skipped stays on record as an alarm of its own until somebody has compared the books by hand.
 * @module
 */
import { closeAlarms, raiseAlarmAnew } from "../records/alarms.ts";
import { audited } from "../records/audit.ts";
import type { Database } from "../records/database.ts";
import { beginChain, CHAIN, chainFault, rememberAnew } from "./chain.ts";
import { type LedgerCursor, moveCursor, readCursor } from "./cursors.ts";
import type { HistoryFault } from "./history-alarm.ts";
import type { Horizon, Root } from "./horizon.ts";
import { endOfLedger, ledgerOf } from "./position.ts";
import { cursorFault } from "./watch.ts";

/** What is read of an account, and what is wrong with that. */
export interface WatchedPlace {
  readonly cursor: LedgerCursor;
  /** Everything up to this ledger has been read. */
  readonly ledger: number;
  readonly fault: HistoryFault | null;
}

/** How the history that Horizon shows fits what we have read. */
export interface HistoryReport {
  readonly root: Root;
  /** Whether the ledgers are those that we know. */
  readonly chain: HistoryFault | null;
  readonly places: readonly WatchedPlace[];
  /** The ledger after which reading could go on; null when everything fits. */
  readonly goesOnAfter: number | null;
}

/** Compares; changes nothing. @throws {HorizonUnavailable} */
export async function reportHistory(
  db: Database,
  horizon: Horizon,
  accounts: readonly string[],
): Promise<HistoryReport> {
  const root = await horizon.root();
  const chain = (await chainFault(db, horizon, root))?.fault ?? null;
  const places: WatchedPlace[] = [];
  for (const account of accounts) {
    const cursor = await readCursor(db, account);
    if (cursor === null) continue;
    // Of another chain no place is ours, whatever its number.
    const fault = isOther(chain) ? chain : await cursorFault(cursor, root, horizon);
    places.push({ cursor, ledger: ledgerOf(cursor.position), fault });
  }
  const faults = [chain, ...places.map(({ fault }) => fault)];
  const isGone = faults.includes("history_gone");
  const goesOnAfter = faults.some(isOther) ? root.latestLedger : isGone ? root.elderLedger - 1 : null;
  return { root, chain, places, goesOnAfter };
}

function isOther(fault: HistoryFault | null): boolean {
  return fault === "history_other" || fault === "history_shorter";
}

/**
 * What skipping came to: the alarms that say what was left out; or it was refused, because everything fits, another ledger
 * was named than the report's, or somebody else was at it.
 */
export type Skipped =
  | { readonly kind: "skipped"; readonly alarms: number }
  | { readonly kind: "fits" | "other_ledger" | "stale" };

/**
 * Goes on after a ledger, in one batch: the cursors that do not fit move there, the alarms that stopped everything are
 * closed, and one is raised for each account that says which ledgers nobody has read; the audit log says by whom.
 * @param ledger as the operator has read it in the report: nobody skips what was not shown
 * @param actor who says so
 * @throws {HorizonUnavailable}
 */
export async function skipHistory(
  db: Database,
  horizon: Horizon,
  accounts: readonly string[],
  ledger: number,
  actor: string,
): Promise<Skipped> {
  const { root, chain, places, goesOnAfter } = await reportHistory(db, horizon, accounts);
  if (goesOnAfter === null) return { kind: "fits" };
  // Ledgers that closed since the report are read; those that Horizon has forgotten since are not skipped unseen.
  if (ledger > goesOnAfter || ledger < root.elderLedger - 1) return { kind: "other_ledger" };
  const moved = places.filter(({ fault }) => fault !== null);
  const position = endOfLedger(ledger);
  const moves = moved.map(({ cursor }) => moveCursor(cursor, position));
  const statements = [
    ...moves.flatMap(({ statements }) => statements),
    rememberAnew(await horizon.latestLedger()),
    ...([chain, ...places.map(({ fault }) => fault)].some(isOther) ? [beginChain()] : []),
    ...[CHAIN, ...accounts].map((subject) => closeAlarms("ledger_history", subject)),
    ...moved.flatMap((place) =>
      raiseAlarmAnew("ledger_skipped", place.cursor.account, `${place.fault}:${place.ledger}-${ledger}`)
    ),
  ];
  const act = { actor, action: "history.skip", subject: `ledger:${ledger}` };
  const written = await audited(
    db,
    "actions",
    act,
    (entering) => db.write([...statements, ...entering.statements], { committed: entering.committed }),
  );
  return written.kind === "written" ? { kind: "skipped", alarms: moved.length } : { kind: "stale" };
}
