/**
 * Alarms: what only a person can settle. They hold ids and codes, never values.
 * @module
 */
import { NOW_MS } from "./clock.ts";
import { type Database, repeatable, type Row, type Statement } from "./database.ts";
import { expectChanged } from "./expect-changed.ts";
import { rowsOfTable } from "./rows.ts";
import { sealedColumn } from "./sealed-column.ts";

/** What an alarm is about; the operator's guide says for each what to do. */
export type AlarmKind =
  | "clawback_failed"
  | "effect_parked"
  | "effect_waits"
  | "inbox_parked"
  | "kyc_risk"
  | "kyc_unreadable"
  | "ledger_history"
  | "ledger_skipped"
  | "operation_set_aside"
  | "payout_refused"
  | "payout_returned"
  | "payout_undecidable"
  | "payout_mismatch"
  | "receipt_unmatched"
  | "receipt_changed"
  | "receipt_reversed"
  | "signer_unavailable"
  | "source_unfit"
  | "reserve_difference"
  | "statement_debit"
  | "statement_gap"
  | "transfer_asking"
  | "transfer_on_hold"
  | "transfer_waiting"
  | "clock_differs";

/** An alarm's id, by what it says. */
export function alarmId(kind: AlarmKind, subject: string, detail: string): string {
  return `${kind}:${subject}:${detail}`;
}

/**
 * Raises an alarm, once for a subject and detail however often it is found: for what is told again and again though it
 * happens once (a line of a statement, an operation, an attempt), and stays settled once a person has settled it.
 * @param detail a code or an id
 */
export function raiseAlarm(kind: AlarmKind, subject: string, detail: string): Statement {
  return {
    sql: `insert into alarms (id, kind, subject, detail, raised_ms) values (?, ?, ?, ?, ${NOW_MS})
          on conflict (id) do nothing`,
    args: [alarmId(kind, subject, detail), kind, subject, detail],
  };
}

/** Raises an alarm, as {@link raiseAlarm} does, when a time of the database's clock has passed. */
export function raiseAlarmPast(untilMs: number, kind: AlarmKind, subject: string, detail: string): Statement {
  return {
    sql: `insert into alarms (id, kind, subject, detail, raised_ms)
          select ?, ?, ?, ?, ${NOW_MS} where ${NOW_MS} > ? on conflict (id) do nothing`,
    args: [`${kind}:${subject}:${detail}`, kind, subject, detail, untilMs],
  };
}

/**
 * Raises an alarm of something that has just happened, or that lasts: one that was closed when it happened before is open
 * again. Where it is told together with what happened, its batch compares that, so it is told once for each time.
 */
export function raiseAlarmAnew(kind: AlarmKind, subject: string, detail: string): Statement[] {
  return [
    raiseAlarm(kind, subject, detail),
    {
      sql: `update alarms set closed_ms = null, raised_ms = ${NOW_MS} where id = ? and closed_ms is not null`,
      args: [alarmId(kind, subject, detail)],
    },
  ];
}

/** Closes what is open of a kind about a subject: it has been settled otherwise. */
export function closeAlarms(kind: AlarmKind, subject: string): Statement {
  return {
    sql: `update alarms set closed_ms = ${NOW_MS} where kind = ? and subject = ? and closed_ms is null`,
    args: [kind, subject],
  };
}

/** Whether this very alarm is open. */
export async function isAlarmOpen(
  db: Database,
  kind: AlarmKind,
  subject: string,
  detail: string,
): Promise<boolean> {
  const rows = await db.query({
    sql: "select 1 from alarms where id = ? and closed_ms is null",
    args: [alarmId(kind, subject, detail)],
  });
  return rows.length > 0;
}

/** An alarm that nobody has closed. */
export interface OpenAlarm {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly detail: string;
  readonly raisedMs: number;
}

const alarms = rowsOfTable("alarms");

/** Why a person closed it. */
export const sealedNote = sealedColumn("alarms", "note", "id");

/** Open alarms, the oldest first. */
export async function openAlarms(db: Database, limit: number): Promise<OpenAlarm[]> {
  const rows = await db.query({
    sql: `select id, kind, subject, detail, raised_ms from alarms where closed_ms is null
          order by raised_ms, id limit ?`,
    args: [limit],
  });
  return rows.map(alarmFrom);
}

/** The alarm of this id if it is open, else `null`. */
export async function findOpenAlarm(db: Pick<Database, "query">, id: string): Promise<OpenAlarm | null> {
  const [row] = await db.query({
    sql: "select id, kind, subject, detail, raised_ms from alarms where id = ? and closed_ms is null",
    args: [id],
  });
  return row ? alarmFrom(row) : null;
}

function alarmFrom(row: Row): OpenAlarm {
  return {
    id: alarms.text(row, "id"),
    kind: alarms.text(row, "kind"),
    subject: alarms.text(row, "subject"),
    detail: alarms.text(row, "detail"),
    raisedMs: alarms.count(row, "raised_ms"),
  };
}

/** Keeps why an alarm was closed. @param note sealed at {@link sealedNote} */
export function keepNote(id: string, note: Uint8Array): Statement {
  return { sql: "update alarms set note = ? where id = ?", args: [note, id] };
}

/** What else is written when an alarm is closed. */
export interface Closing {
  /** Why, sealed at {@link sealedNote}. */
  readonly note?: Uint8Array;
  /** For the same batch, and by which it is found. */
  readonly statements?: readonly Statement[];
  readonly committed?: Statement;
}

/** Closes an alarm that a person has settled; what rested because of it goes on. @returns false when none is open */
export async function closeAlarm(db: Database, id: string, closing: Closing = {}): Promise<boolean> {
  if (await findOpenAlarm(db, id) === null) return false;
  const { note = null, statements = [], committed = repeatable.committed } = closing;
  const { kind } = await db.write([
    {
      sql: `update alarms set closed_ms = ${NOW_MS}, note = ? where id = ? and closed_ms is null`,
      args: [note, id],
    },
    // Alone it may be done twice with the same end.
    ...(statements.length === 0 ? [] : [expectChanged, ...statements]),
  ], { committed });
  return kind === "written";
}

/** Erases notes of alarms that were closed so long ago; a person wrote them, perhaps about one. @returns how many */
export async function eraseOldNotes(
  db: Database,
  { retentionMs, limit }: { readonly retentionMs: number; readonly limit: number },
): Promise<number> {
  const result = await db.write([{
    sql: `update alarms set note = null where id in (
        select id from alarms indexed by alarms_with_note where note is not null and closed_ms <= ${NOW_MS} - ?
        order by closed_ms limit ?
      ) returning id`,
    args: [retentionMs, limit],
  }], repeatable);
  return result.kind === "written" ? result.rows[0]?.length ?? 0 : 0;
}
