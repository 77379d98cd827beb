/**
 * Payouts of an asset rest while something left our accounts that no stored attempt explains (M-14): a database that was
 * restored from a backup is found out before it pays twice. They rest too while the reserve has a difference that nobody
 * has explained, where the config says so (M-26).
 * @module
 */
import type { Database, Statement } from "../records/database.ts";
import { expect } from "../records/expect-changed.ts";
import { raiseAlarm, raiseAlarmAnew } from "../records/alarms.ts";
import { NOW_MS } from "../records/clock.ts";
import type { Transfer } from "./transfer.ts";

const STOPS = "kind in ('statement_debit', 'reserve_difference') and closed_ms is null and detail in (?, ?)";

/** SQL of an alarm that stops payouts of an asset or its currency. */
export const STOPPED = `select 1 from alarms where ${STOPS}`;

/**
 * The alarm of such a debit.
 * @param subject where it was seen, and its id there
 * @param unit the asset (`CODE:ISSUER`) or currency whose payouts rest until an operator has closed the alarm
 */
export function raiseDebitAlarm(subject: string, unit: string): Statement {
  return raiseAlarm("statement_debit", subject, unit);
}

/**
 * The alarm of a lasting difference between the books and a bank or the ledger, open again where it had been closed.
 * @param place where it was found
 * @param stops whether payouts of the asset rest until an operator has closed it
 */
export function raiseReserveAlarm(asset: string, place: string, stops: boolean): Statement[] {
  return raiseAlarmAnew("reserve_difference", `${asset}:${place}`, stops ? asset : "told");
}

/** True while payouts of the transfer's asset rest. */
export async function isPayoutStopped(
  db: Database,
  { asset, currency }: Pick<Transfer, "asset" | "currency">,
): Promise<boolean> {
  return (await db.query({ sql: `${STOPPED} limit 1`, args: [asset, currency] })).length > 0;
}

/** Makes a batch stale while payouts of the transfer's asset rest. */
export function payoutsGoOn({ asset, currency }: Pick<Transfer, "asset" | "currency">): Statement {
  return expect(`not exists (${STOPPED})`, [asset, currency]);
}

/** Closes every such alarm: an operator has explained what left. */
export function releasePayouts({ asset, currency }: Pick<Transfer, "asset" | "currency">): Statement {
  return {
    sql: `update alarms set closed_ms = ${NOW_MS} where ${STOPS}`,
    args: [asset, currency],
  };
}
