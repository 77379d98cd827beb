/**
 * The alarm of a history that does not fit what we have read (M-10): operations may have been missed, or this is another
 * ledger. Watching and payouts stop until an operator has closed it.
 * @module
 */
import { raiseAlarmAnew } from "../records/alarms.ts";
import type { AlarmKind } from "../records/alarms.ts";
import { repeatable } from "../records/database.ts";
import type { Database, Statement } from "../records/database.ts";
import { expect } from "../records/expect-changed.ts";

const KIND: AlarmKind = "ledger_history";

/**
 * - `history_gone`: what we have read last is older than the history that Horizon keeps
 * - `history_shorter`: it is ahead of the latest ledger: a reset, or another network
 * - `history_other`: under the number of a ledger that we have read stands another one
 */
export type HistoryFault = "history_gone" | "history_shorter" | "history_other";

/**
 * Raises the alarm; again when it was closed and nothing else was done. The cursor stays where it is.
 * @param subject the account whose cursor does not fit, or `chain` for the ledger that we remember
 * @param version of what does not fit
 */
export async function raiseHistoryAlarm(
  db: Database,
  subject: string,
  fault: HistoryFault,
  version: bigint | number,
): Promise<void> {
  await db.write(raiseAlarmAnew(KIND, subject, `${fault}:${version}`), repeatable);
}

const IN_DOUBT = "select 1 from alarms where kind = ? and closed_ms is null";

/** True while such an alarm is open for any of our accounts: no payout may start, and no stream is read. */
export async function isHistoryInDoubt(db: Database): Promise<boolean> {
  return (await db.query({ sql: `${IN_DOUBT} limit 1`, args: [KIND] })).length > 0;
}

/** Makes the batch stale that stores a payout while it is so. */
export function historyHolds(): Statement {
  return expect(`not exists (${IN_DOUBT})`, [KIND]);
}
