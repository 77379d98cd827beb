/**
 * An operator has an envelope decided that nobody could decide (M-2): what the operator names is looked up, and what the
 * ledger says of it is recorded as if it had said so before. Its source is free then, and its transfer goes on.
 * @module
 */
import { audited, plainOrHash } from "../records/audit.ts";
import { closeAlarms } from "../records/alarms.ts";
import type { Database, Statement } from "../records/database.ts";
import { unparkEffect } from "../records/outbox.ts";
import { rowsOfTable } from "../records/rows.ts";
import { clawbackRows } from "../stellar/clawback-settlement.ts";
import { errandOfId, recordErrand } from "../stellar/errands.ts";
import { judgeAgain, type Word } from "../stellar/judge-again.ts";
import { returnRows } from "../stellar/return-settlement.ts";
import { recordWord, type Settling } from "../stellar/settlement.ts";
import { envelopeOf } from "../stellar/stored-attempts.ts";
import { findAttemptById } from "../transfers/attempts.ts";
import { findTransfer } from "../transfers/find.ts";

/** An envelope that waits for an operator. */
export interface UndecidedEnvelope {
  readonly id: string;
  /** `null`: it serves our own accounts. */
  readonly transferId: string | null;
  readonly purpose: string;
  /** The account that it keeps from being used. */
  readonly source: string;
  readonly sequence: bigint;
  readonly hash: string;
  readonly atMs: number;
}

/** What became of it. `not_proven`: the ledger does not say. */
export type Decided =
  | { readonly kind: "decided"; readonly word: Word["kind"]; readonly transferId: string | null }
  | { readonly kind: "refused"; readonly reason: "unknown" | "not_proven" };

const envelopes = rowsOfTable("attempts and ledger_errands");
const effects = rowsOfTable("outbox");

const MOST = 200;

/** Those that wait, the oldest first. */
export async function undecidedEnvelopes(db: Database): Promise<UndecidedEnvelope[]> {
  const rows = await db.query({
    sql: `select id, transfer_id, purpose, place as source, sequence, key as hash, stored_ms from attempts
        where side = 'ledger' and state in ('stored', 'sent', 'undecidable') and state = 'undecidable'
      union all select id, null, 'errand', source, sequence, hash, stored_ms from ledger_errands
        where state = 'undecidable'
      limit ?`,
    args: [MOST],
  });
  return rows.map((row): UndecidedEnvelope => ({
    id: envelopes.text(row, "id"),
    transferId: envelopes.textOrNull(row, "transfer_id"),
    purpose: envelopes.text(row, "purpose"),
    source: envelopes.text(row, "source"),
    sequence: envelopes.integer(row, "sequence"),
    hash: envelopes.text(row, "hash"),
    atMs: envelopes.count(row, "stored_ms"),
  })).sort((one, other) => one.atMs - other.atMs);
}

/**
 * Asks the ledger about it and records what it says, with the entry in the audit log in the same batch.
 * @param named see {@link judgeAgain}
 * @throws {HorizonUnavailable}
 */
export async function decideEnvelope(
  { settling, actor }: { readonly settling: Settling; readonly actor: string },
  id: string,
  named: string | null,
): Promise<Decided> {
  const { books: { db }, horizon, marginSeconds } = settling;
  const attempt = await findAttemptById(db, id);
  const errand = attempt === null ? await errandOfId(db, id) : null;
  const isWaiting = attempt?.state === "undecidable" || errand?.state === "undecidable";
  const stored = attempt?.side === "ledger" ? envelopeOf(attempt) : errand;
  if (!isWaiting || stored === null) return { kind: "refused", reason: "unknown" };
  const word = await judgeAgain(db, horizon, stored, named, marginSeconds);
  if (word === null) return { kind: "refused", reason: "not_proven" };
  const transfer = attempt && await findTransfer(db, attempt.transferId);
  const resumed = transfer === null ? [] : await resumedBy(db, transfer.id);
  const act = {
    actor,
    action: "envelope.decide",
    subject: plainOrHash(id),
    detail: { word: word.kind, ...(named === null ? {} : { transaction: named }) },
  };
  await audited(db, "actions", act, async ({ statements }) => {
    if (errand) {
      await recordErrand(db, errand, word, [
        ...statements,
        ...await returnRows(db, errand, word),
        ...await clawbackRows(db, errand, word),
      ]);
    }
    if (attempt && transfer) {
      await recordWord(settling, transfer, attempt, word, [...resumed, ...statements]);
    }
  });
  const after = await findAttemptById(db, id) ?? await errandOfId(db, id);
  if (after?.state === "undecidable") return { kind: "refused", reason: "not_proven" };
  return { kind: "decided", word: word.kind, transferId: transfer?.id ?? null };
}

/** What was put before an operator because of it goes on. */
async function resumedBy(db: Database, transferId: string): Promise<Statement[]> {
  const rows = await db.query({
    sql: "select id from outbox where subject = ? and state = 'parked' and lane = 'work' limit 10",
    args: [transferId],
  });
  return rows.map((row) => effects.text(row, "id")).flatMap((id) => [
    unparkEffect(id),
    closeAlarms("effect_parked", id),
  ]);
}
