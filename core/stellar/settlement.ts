/**
 * Hands stored envelopes in and records what the ledger says of them (M-1, M-2): the attempt's end, its source freed, the
 * transfer's next state and the network's fee, all in one batch.
 * @module
 */
import type { Performance } from "../effects.ts";
import { move, postingStatements } from "../money/postings.ts";
import { raiseAlarm, raiseAlarmAnew } from "../records/alarms.ts";
import { repeatable, type Statement } from "../records/database.ts";
import { type Attempt, failuresWith, stillUndecided } from "../transfers/attempts.ts";
import { apply, type Books } from "../transfers/record.ts";
import type { Transfer } from "../transfers/transfer.ts";
import { claimableBalanceIdOf } from "./build.ts";
import { mayBeOtherChain } from "./chain.ts";
import type { Judgement } from "./decided.ts";
import { decidedStatements } from "./decided-statements.ts";
import { type Bumping, settleBumped } from "./fee-bumps.ts";
import type { Horizon } from "./horizon.ts";
import type { PayoutFinding } from "./pay.ts";
import { recordRefund } from "./refund-settlement.ts";
import { NEEDS_A_PERSON, remedyOf } from "./remedies.ts";
import { envelopeOf } from "./stored-attempts.ts";

/** What settling needs. */
export interface Settling {
  readonly books: Books;
  readonly horizon: Horizon;
  readonly passphrase: string;
  /** Seconds after an envelope's bound before its absence can be proven (M-2). */
  readonly marginSeconds?: number;
  /** Who pays fee bumps; absent: an envelope that offers too little waits until it is proven absent. */
  readonly bumping?: Bumping;
  /** How long to wait for Horizon's answer to a submission, in milliseconds. */
  readonly submitTimeoutMs?: number;
}

/** What a ledger says, or has nothing to say of for good. */
type Word = Exclude<Judgement, { kind: "undecided" }>;

const SOON_MS = 1_000;
/** What is stored is handed in at once. */
const AT_ONCE_MS = 0;
/** Nothing is taken for absent while the history is in doubt (M-10). */
const REST_MS = 60_000;

/** One round for an undecided attempt; safe at any point, and by two at once (M-30). */
export async function settleAttempt(
  on: Settling,
  transfer: Transfer,
  attempt: Attempt,
): Promise<Performance> {
  const finding = await settleBumped({ ...on, db: on.books.db }, attempt.id, envelopeOf(attempt));
  const { judgement } = finding;
  if (judgement.kind === "undecided") {
    if (finding.isBumped) return { kind: "again", afterMs: AT_ONCE_MS };
    await tellRefusal(on, attempt, finding);
    return { kind: "again", afterMs: finding.retryAfterMs ?? SOON_MS };
  }
  const isByLack = judgement.kind === "absent" || judgement.kind === "undecidable";
  // Another network holds none of our envelopes: what was paid on ours would be paid again.
  if (isByLack && await mayBeOtherChain(on.books.db, on.horizon)) return { kind: "again", afterMs: REST_MS };
  return await recordWord(on, transfer, attempt, judgement);
}

/** Records what the ledger says of an envelope. @param also statements for the same batch */
export async function recordWord(
  on: Settling,
  transfer: Transfer,
  attempt: Attempt,
  word: Word,
  also: readonly Statement[] = [],
): Promise<Performance> {
  switch (attempt.purpose) {
    case "create_account":
      return await recordCreation(on, transfer, attempt, word, also);
    case "payout":
      return await recordPayout(on, transfer, attempt, word, also);
    case "refund":
      return await recordRefund(on.books, transfer, attempt, word, also);
  }
}

/** A refusal at the door decides nothing (M-6), but one that more of the same will not mend is told to a person at once. */
async function tellRefusal(
  { books: { db } }: Settling,
  { id }: Attempt,
  { submission }: PayoutFinding,
): Promise<void> {
  if (submission?.kind !== "refused") return;
  const remedy = remedyOf(submission.codes);
  if (!NEEDS_A_PERSON.has(remedy)) return;
  // What another process has settled meanwhile needs nobody any more.
  await db.write([stillUndecided(id), raiseAlarm("payout_refused", id, remedy)], repeatable);
}

async function recordPayout(
  on: Settling,
  transfer: Transfer,
  attempt: Attempt,
  word: Word,
  also: readonly Statement[],
): Promise<Performance> {
  const rows = () => [...decidedStatements(attempt, word), ...also];
  switch (word.kind) {
    case "succeeded": {
      const balance = claimableBalanceIdOf(attempt.envelope ?? "", on.passphrase);
      await apply(on.books, transfer.id, {
        type: "payout_completed",
        amount: attempt.amount,
        place: attempt.place,
        stellarTransactionId: word.hash,
        ...(balance === null ? {} : { claimableBalanceId: balance }),
      }, rows);
      break;
    }
    case "undecidable":
      await apply(on.books, transfer.id, { type: "payout_undecidable" }, rows);
      break;
    case "absent":
      await apply(on.books, transfer.id, { type: "payout_failed", again: true }, rows);
      break;
    case "failed": {
      const remedy = remedyOf(word.codes);
      const again = !NEEDS_A_PERSON.has(remedy) &&
        await failuresWith(on.books.db, attempt) < transfer.terms.maxAttempts;
      await apply(on.books, transfer.id, { type: "payout_failed", again }, () => [
        ...rows(),
        ...(again ? [] : raiseAlarmAnew("payout_refused", transfer.id, remedy)),
      ]);
    }
  }
  return { kind: "done" };
}

/** An account that cannot be created for want of XLM, or for a reason that nobody knows, waits for a person. */
async function recordCreation(
  on: Settling,
  transfer: Transfer,
  attempt: Attempt,
  judgement: Word,
  also: readonly Statement[],
): Promise<Performance> {
  const spent = judgement.kind === "succeeded"
    ? postingStatements(`attempt:${attempt.id}`, move("native", attempt.amount, "costs", "bank:stellar"))
    : [];
  const rows = () => [...decidedStatements(attempt, judgement), ...spent, ...also];
  if (judgement.kind === "failed") {
    const remedy = remedyOf(judgement.codes);
    const isStuck = remedy !== "pay_account" &&
      (NEEDS_A_PERSON.has(remedy) ||
        await failuresWith(on.books.db, attempt) >= transfer.terms.maxAttempts);
    const refuse = () => [...rows(), ...raiseAlarmAnew("payout_refused", transfer.id, remedy)];
    const applied = isStuck &&
      await apply(on.books, transfer.id, { type: "destination_refuses", reason: "no_account" }, refuse);
    if (applied && applied.kind !== "ignored") return { kind: "done" };
  }
  await on.books.db.write(rows(), repeatable);
  if (judgement.kind === "undecidable") return { kind: "park", error: "undecidable" };
  return { kind: "again", afterMs: 0 };
}
