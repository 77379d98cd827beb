/**
 * The alarm of a history that does not fit our cursor (M-10): operations may have been missed, or this is another
 * ledger. Watching and payouts stop until an operator has closed it.
 * @module
 */
import { raiseAlarmAnew } from "../records/alarms.ts";
import type { AlarmKind } from "../records/alarms.ts";
import { repeatable } from "../records/database.ts";
import type { Database } from "../records/database.ts";
import type { LedgerCursor } from "./cursors.ts";

const KIND: AlarmKind = "ledger_history";

/**
 * - `history_gone`: the cursor is older than the history that Horizon keeps
 * - `history_shorter`: the cursor is ahead of the latest ledger: a reset, or another network
 */
export type HistoryFault = "history_gone" | "history_shorter";

/** Raises the alarm; again when it was closed and nothing else was done. The cursor stays where it is. */
export async function raiseHistoryAlarm(
  db: Database,
  cursor: LedgerCursor,
  fault: HistoryFault,
): Promise<void> {
  const detail = `${fault}:${cursor.version}`;
  await db.write(raiseAlarmAnew(KIND, cursor.account, detail), repeatable);
}

/** True while such an alarm is open for any of our accounts: no payout may start, and no stream is read. */
export async function isHistoryInDoubt(db: Database): Promise<boolean> {
  const rows = await db.query({
    sql: "select 1 from alarms where kind = ? and closed_ms is null limit 1",
    args: [KIND],
  });
  return rows.length > 0;
}
