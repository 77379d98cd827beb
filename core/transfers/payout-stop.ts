/**
 * Payouts of an asset rest while something left our accounts that no stored attempt explains (M-14): a database that was
 * restored from a backup is found out before it pays twice.
 * @module
 */
import type { Database, Statement } from "../records/database.ts";
import { expect } from "../records/expect-changed.ts";
import { raiseAlarm } from "../records/alarms.ts";
import type { Transfer } from "./transfer.ts";

const UNEXPLAINED = `select 1 from alarms where kind = 'statement_debit' and closed_ms is null
  and detail in (?, ?)`;

/**
 * The alarm of such a debit.
 * @param subject where it was seen, and its id there
 * @param unit the asset (`CODE:ISSUER`) or currency whose payouts rest until an operator has closed the alarm
 */
export function raiseDebitAlarm(subject: string, unit: string): Statement {
  return raiseAlarm("statement_debit", subject, unit);
}

/** True while payouts of the transfer's asset rest. */
export async function isPayoutStopped(
  db: Database,
  { asset, currency }: Pick<Transfer, "asset" | "currency">,
): Promise<boolean> {
  return (await db.query({ sql: `${UNEXPLAINED} limit 1`, args: [asset, currency] })).length > 0;
}

/** Makes a batch stale while payouts of the transfer's asset rest. */
export function payoutsGoOn({ asset, currency }: Pick<Transfer, "asset" | "currency">): Statement {
  return expect(`not exists (${UNEXPLAINED})`, [asset, currency]);
}
