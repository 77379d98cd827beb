/**
 * The alarm of a history that does not fit our cursor (M-10): operations may have been missed, or this is another
 * ledger. Watching and payouts stop until an operator has closed it.
 * @module
 */
import { NOW_MS } from "../records/clock.ts";
import { repeatable } from "../records/database.ts";
import type { Database } from "../records/database.ts";
import { cursorName } from "./cursors.ts";
import type { LedgerCursor } from "./cursors.ts";

/** `alarms.kind` of it. */
export const LEDGER_HISTORY_ALARM = "ledger_history";

/**
 * - `history_gone`: the cursor is older than the history that Horizon keeps
 * - `history_shorter`: the cursor is ahead of the latest ledger: a reset, or another network
 */
export type HistoryFault = "history_gone" | "history_shorter";

/** Raises the alarm; again when it had been closed and nothing was done. The cursor stays where it is. */
export async function raiseHistoryAlarm(
  db: Database,
  cursor: LedgerCursor,
  fault: HistoryFault,
): Promise<void> {
  await db.write([{
    sql: `insert into alarms (id, kind, subject, detail, raised_ms) values (?, ?, ?, ?, ${NOW_MS})
      on conflict (id) do update set closed_ms = null, raised_ms = excluded.raised_ms where closed_ms is not null`,
    args: [
      `${cursorName(cursor.account)}:${cursor.version}:${fault}`,
      LEDGER_HISTORY_ALARM,
      cursor.account,
      `${fault} cursor=${cursor.position}`,
    ],
  }], repeatable);
}

/** True while such an alarm is open for any of our accounts: no payout may start, and no stream is read. */
export async function isHistoryInDoubt(db: Database): Promise<boolean> {
  const rows = await db.query({
    sql: "select 1 from alarms where kind = ? and closed_ms is null limit 1",
    args: [LEDGER_HISTORY_ALARM],
  });
  return rows.length > 0;
}
