/**
 * Reviews that could not be read when there was news of them (M-22). Each is marked and asked about again by itself, ever more
 * rarely, so that one that the provider has lost, or tells in words that nobody knows, holds up no other's news.
 * @module
 */
import { alarmId } from "../records/alarms.ts";
import { NOW_MS } from "../records/clock.ts";
import { type Database, repeatable } from "../records/database.ts";

/** What passes by itself at most soon: the provider does not know the review, or says what its module does not. */
const LASTING: ReadonlySet<string> = new Set(["kyc.case_not_found", "kyc.not_found", "kyc.unknown_value"]);

/** An operator is told of it after ten minutes, and of what may pass by itself after half a day. */
const LASTING_MS = 600_000;
const PATIENCE_MS = 43_200_000;
/** The longest time between two askings. */
const RAREST_MS = 86_400_000;

const KIND = "kyc_unreadable";

/**
 * SQL over `kyc_cases` of what is due to be asked about again: at first after `:every` milliseconds, then after as long as it
 * has been unread.
 * @param asked SQL of when it was asked about last
 */
export function unreadIsDue(asked: string): string {
  return `unread_ms is not null
    and ${asked} + min(max(:every, ${asked} - unread_ms), ${RAREST_MS}) <= ${NOW_MS}`;
}

/** Marks a review as unread, and calls an operator once it is not to be hoped that it passes. @param error a code */
export async function markUnread(db: Database, caseId: string, error: string): Promise<void> {
  await db.write([
    {
      sql: `update kyc_cases set unread_ms = coalesce(unread_ms, ${NOW_MS}), unread_mark = ? where id = ?`,
      args: [crypto.randomUUID(), caseId],
    },
    {
      // One that a person has closed since the review is unread stays closed.
      sql: `insert into alarms (id, kind, subject, detail, raised_ms)
          select :alarm, :kind, id, :error, ${NOW_MS} from kyc_cases
          where id = :id and unread_ms + :patience <= ${NOW_MS}
        on conflict (id) do update set closed_ms = null, raised_ms = excluded.raised_ms
          where closed_ms <= (select unread_ms from kyc_cases where id = :id)`,
      args: {
        alarm: alarmId(KIND, caseId, error),
        kind: KIND,
        error,
        id: caseId,
        patience: LASTING.has(error) ? LASTING_MS : PATIENCE_MS,
      },
    },
  ], repeatable);
}

/**
 * Takes the mark away: the review has been read, or its news does not matter any more.
 * @param mark as it was before it was read: news that came since has another one
 */
export async function markRead(db: Database, caseId: string, mark: string): Promise<void> {
  await db.write([
    {
      sql: "update kyc_cases set unread_ms = null, unread_mark = null where id = ? and unread_mark = ?",
      args: [caseId, mark],
    },
    {
      sql: `update alarms set closed_ms = ${NOW_MS} where kind = :kind and subject = :id and closed_ms is null
        and not exists (select 1 from kyc_cases where id = :id and unread_mark is not null)`,
      args: { kind: KIND, id: caseId },
    },
  ], repeatable);
}
