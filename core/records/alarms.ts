/**
 * Alarms: what only a person can settle. They hold ids and codes, never values.
 * @module
 */
import { NOW_MS } from "./clock.ts";
import type { Statement } from "./database.ts";

/** What an alarm is about; the operator's guide says for each what to do. */
export type AlarmKind =
  | "effect_parked"
  | "inbox_parked"
  | "ledger_history"
  | "operation_set_aside"
  | "payout_refused"
  | "payout_returned"
  | "payout_undecidable"
  | "payout_mismatch"
  | "receipt_unmatched"
  | "receipt_changed"
  | "receipt_reversed"
  | "statement_debit"
  | "statement_gap"
  | "transfer_on_hold"
  | "clock_differs";

/**
 * Raises an alarm, once for a subject and detail however often it is found.
 * @param detail a code or an id
 */
export function raiseAlarm(kind: AlarmKind, subject: string, detail: string): Statement {
  return {
    sql: `insert into alarms (id, kind, subject, detail, raised_ms) values (?, ?, ?, ?, ${NOW_MS})
          on conflict (id) do nothing`,
    args: [`${kind}:${subject}:${detail}`, kind, subject, detail],
  };
}
