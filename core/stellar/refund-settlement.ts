/**
 * What the ledger's word on an envelope means for the refund that it carries (M-2, M-19).
 * @module
 */
import type { Performance } from "../effects.ts";
import { raiseAlarmAnew } from "../records/alarms.ts";
import { type Database, repeatable, type Statement } from "../records/database.ts";
import { type Attempt, failuresWith } from "../transfers/attempts.ts";
import { endedBy } from "../transfers/ended-by.ts";
import type { TransferEvent } from "../transfers/events.ts";
import type { Books } from "../transfers/record.ts";
import { type Refund, refundOfAttempt, updateRefund } from "../transfers/refunds.ts";
import { tellRefund } from "../transfers/tell-refund.ts";
import type { Transfer } from "../transfers/transfer.ts";
import type { Judgement } from "./decided.ts";
import { decidedStatements } from "./decided-statements.ts";
import { NEEDS_A_PERSON, remedyOf } from "./remedies.ts";

/** A judgement that says something. */
type Decided = Exclude<Judgement, { kind: "undecided" }>;

/** The refund's row ends with its envelope, or waits for the next one. @param also statements for the same batch */
export async function recordRefund(
  books: Books,
  transfer: Transfer,
  attempt: Attempt,
  judgement: Decided,
  also: readonly Statement[] = [],
): Promise<Performance> {
  const refund = await refundOfAttempt(books.db, attempt);
  if (!refund) return { kind: "park", error: "refund_missing" };
  // Another process heard the same, and recorded it since the attempt was read.
  if (refund.state === "completed") return endedBy({ kind: "duplicate", key: "refunds" });
  const meaning = await meaningOf(books.db, transfer, attempt, refund, judgement);
  const rows = () => [...decidedStatements(attempt, judgement), ...meaning.rows, ...also];
  const applied = await tellRefund(books, refund, meaning.event, rows);
  // Whatever became of the transfer meanwhile, the ledger's word on the envelope is kept and its source freed.
  if (applied.kind === "ignored") await books.db.write(rows(), repeatable);
  return endedBy(applied);
}

async function meaningOf(
  db: Database,
  transfer: Transfer,
  attempt: Attempt,
  refund: Refund,
  judgement: Decided,
): Promise<{ readonly event: TransferEvent; readonly rows: readonly Statement[] }> {
  switch (judgement.kind) {
    case "undecidable":
      return { event: { type: "refund_undecidable" }, rows: [] };
    case "absent":
      return { event: { type: "refund_failed", again: true }, rows: [] };
    case "succeeded": {
      const { amount, fee } = refund;
      const { hash: id } = judgement;
      return {
        event: { type: "refund_completed", id, idType: "stellar", amount, fee, place: attempt.place },
        rows: updateRefund(refund, { state: "completed", externalId: id }),
      };
    }
    case "failed": {
      const remedy = remedyOf(judgement.codes);
      const again = !NEEDS_A_PERSON.has(remedy) &&
        await failuresWith(db, attempt) < transfer.terms.maxAttempts;
      return {
        event: { type: "refund_failed", again },
        rows: again ? [] : [
          ...updateRefund(refund, { state: "failed" }),
          ...raiseAlarmAnew("payout_refused", transfer.id, remedy),
        ],
      };
    }
  }
}
