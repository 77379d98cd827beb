/**
 * An operator closes an alarm and says why; what rested because of it goes on: payouts that were stopped, an effect that had
 * failed too often, a webhook that could not be read.
 * @module
 */
import { type AlarmKind, closeAlarm, findOpenAlarm, type OpenAlarm, sealedNote } from "../records/alarms.ts";
import { audited, plainOrHash, sha256 } from "../records/audit.ts";
import type { Database, Statement } from "../records/database.ts";
import { unparkRequest } from "../records/inbox.ts";
import { unparkEffect } from "../records/outbox.ts";
import type { Vault } from "../records/vault.ts";
import { isNoDebit, isUnexplained } from "../transfers/debits.ts";
import type { OperatorRole } from "./operators.ts";

/** Alarms behind which money rests: closing one lets it move, so it takes who may move money. */
const STOPS_MONEY: ReadonlySet<string> = new Set<AlarmKind>([
  "effect_parked",
  "ledger_history",
  "payout_refused",
  "payout_undecidable",
  "payout_mismatch",
  "reserve_difference",
  "statement_debit",
  "statement_gap",
]);

/** Who closes it, and with what the note is sealed; without a vault there is no note. */
export interface Settling {
  readonly db: Database;
  readonly actor: string;
  readonly vault?: Pick<Vault, "sealJson">;
}

/** The role that it takes to close an alarm. @param id `kind:subject:detail` */
export function roleToClose(id: string): OperatorRole {
  return STOPS_MONEY.has(id.split(":")[0] ?? "") ? "approver" : "support";
}

/**
 * What became of it. `unexplained`: it is of a debit, which has to be explained first (M-14); `undecided`: of an envelope,
 * whose source stays taken until the ledger has decided it (M-2).
 */
export type Settled = "closed" | "unknown" | "unexplained" | "undecided";

/**
 * Closes it. The note is sealed beside the alarm, with a salt; the audit log gets the hash of both, which tells nothing to
 * whoever cannot open the note.
 */
export async function settleAlarm({ db, actor, vault }: Settling, id: string, note = ""): Promise<Settled> {
  const alarm = await findOpenAlarm(db, id);
  if (alarm === null) return "unknown";
  const isDebit = alarm.kind === "statement_debit";
  if (isDebit && await isUnexplained(db, alarm.subject)) return "unexplained";
  if (alarm.kind === "payout_undecidable" && await isUndecided(db, alarm)) return "undecided";
  const salted = { salt: crypto.randomUUID(), note };
  const act = {
    actor,
    action: "alarm.close",
    subject: plainOrHash(id),
    ...(vault ? { detail: { note: hashOfNote(salted) } } : {}),
  };
  const isClosed = await audited(db, "actions", act, ({ statements, committed }) =>
    closeAlarm(db, id, {
      statements: [...(isDebit ? [isNoDebit(alarm.subject)] : []), ...goesOn(alarm), ...statements],
      committed,
      ...(vault ? { note: vault.sealJson(sealedNote.place(id), salted) } : {}),
    }));
  return isClosed ? "closed" : "unknown";
}

/** Whether nobody knows yet what became of the envelope, of an attempt or of an errand. */
async function isUndecided(db: Database, { subject, detail }: OpenAlarm): Promise<boolean> {
  const rows = await db.query({
    sql: `select 1 from attempts where id = ? and state = 'undecidable'
      union all select 1 from ledger_errands where id = ? and state = 'undecidable'`,
    args: [detail, subject],
  });
  return rows.length > 0;
}

/** What was put before an operator is due again; all else that rests looks whether its alarm is open. */
function goesOn({ kind, subject }: OpenAlarm): readonly Statement[] {
  if (kind === "effect_parked") return [unparkEffect(subject)];
  return kind === "inbox_parked" ? [unparkRequest(subject)] : [];
}

/** What the audit log holds of a note. @param salted as it was sealed */
export function hashOfNote(salted: { readonly salt: string; readonly note: string }): string {
  return `sha256:${sha256(`${salted.salt} ${salted.note}`)}`;
}
