/**
 * Sends back on the ledger what came and belongs to no transfer, whichever asset it is: to the source of the operation,
 * with its memo (M-19). The discipline is that of refunds: look at the payer's account, store an envelope, hand it in, and
 * take the ledger's word for what became of it (M-1, M-2, M-4); every step can be repeated, and by two processes (M-30).
 * @module
 */
import type { Performance } from "../effects.ts";
import { repeatable, type Statement } from "../records/database.ts";
import { expect } from "../records/expect-changed.ts";
import type { Vault } from "../records/vault.ts";
import { payoutsGoOn } from "../transfers/payout-stop.ts";
import type { Transfer } from "../transfers/transfer.ts";
import { findReturn, isToBeSent, type Return, updateReturn } from "../unmatched/returns.ts";
import { findUnmatched } from "../unmatched/unmatched.ts";
import type { Order } from "./build.ts";
import type { DestinationRules } from "./check-destination.ts";
import { type Errand, errandOfReceipt, settleErrand, storeErrand } from "./errands.ts";
import { historyHolds } from "./history-alarm.ts";
import { stepBack } from "./refund-step.ts";
import { type RefundTarget, refundTarget } from "./refund-target.ts";
import { returnRows } from "./return-settlement.ts";
import { choiceOf, lookAgain, restOf, type Sending, SOON_MS, withHorizon } from "./sending.ts";

/** What sending back on the ledger needs. */
export interface LedgerReturning extends Sending {
  /** Opens who paid. */
  readonly vault: Vault;
  /** What the config says of destinations of an asset (M-8). */
  readonly destinationRules: (asset: string) => DestinationRules;
  /** An asset with the currency that stands behind it; itself where there is none. */
  readonly unitOf: (asset: string) => Pick<Transfer, "asset" | "currency">;
}

/** Performs the effect `ledger_return` one step further. */
export function returnOnLedger(on: LedgerReturning, receiptId: string): Promise<Performance> {
  return withHorizon(() => returnStep(on, receiptId));
}

async function returnStep(on: LedgerReturning, receiptId: string): Promise<Performance> {
  const { db } = on.books;
  const one = await findReturn(db, receiptId);
  if (one?.side !== "ledger") return { kind: "done" };
  const receipt = await findUnmatched(db, receiptId);
  const errand = await errandOfReceipt(db, receiptId);
  if (errand?.isOpen) return await settleReturn(on, one, errand);
  if (one.state !== "ordered") return { kind: "done" };
  // Another process has told its end between the looks.
  if (errand) return { kind: "again", afterMs: SOON_MS };
  const unit = on.unitOf(one.asset);
  const rest = await restOf(on, unit);
  if (rest) return rest;
  const target = receipt && await refundTarget({ db, vault: on.vault }, { refundMemo: null }, receipt);
  if (!receipt || !target) return await giveUp(on, one, "payer_unknown");
  const step = await stepBack(on, one.asset, target, one.amount);
  switch (step.kind) {
    case "order":
      return await store(on, one, target, step.order);
    case "refuse":
      return await giveUp(on, one, step.reason);
    case "wait":
      if (one.reason !== step.reason) {
        await db.write(updateReturn(one, { state: "ordered", reason: step.reason }), repeatable);
      }
      return lookAgain(on, { statusMs: one.orderedMs });
  }
}

/** An operator sees why among the unmatched, unless another process has stored an envelope meanwhile. */
async function giveUp(on: LedgerReturning, one: Return, reason: string): Promise<Performance> {
  const { kind } = await on.books.db.write([
    noEnvelope(one),
    ...updateReturn(one, { state: "failed", reason }),
  ], repeatable);
  return kind === "written" ? { kind: "done" } : { kind: "again", afterMs: SOON_MS };
}

/** Takes a source and stores the envelope in a batch that holds only while the money is to go back (M-1, M-4). */
async function store(
  on: LedgerReturning,
  one: Return,
  { memo }: RefundTarget,
  order: Order,
): Promise<Performance> {
  const { books: { db }, horizon, sources } = on;
  const idle = sources.idle();
  const errand = await storeErrand({ ...on, db }, {
    payer: on.payer,
    sources: [...sources.signers.values()].filter(({ account }) => idle.includes(account)),
    orders: [order],
    choice: choiceOf(on, await horizon.latestLedger()),
    serves: {
      receiptId: one.receiptId,
      memo,
      conditions: [isToBeSent(one), noEnvelope(one), payoutsGoOn(on.unitOf(one.asset)), historyHolds()],
    },
    ...(on.signTimeoutMs === undefined ? {} : { signTimeoutMs: on.signTimeoutMs }),
  });
  // Every source is taken, or what was looked at has changed.
  if (!errand) return { kind: "again", afterMs: SOON_MS };
  return await settleReturn(on, one, errand);
}

async function settleReturn(on: LedgerReturning, one: Return, errand: Errand): Promise<Performance> {
  const { db } = on.books;
  const finding = await settleErrand({ ...on, db }, errand, (word) => returnRows(db, errand, word));
  if (finding.judgement.kind === "undecided") {
    return { kind: "again", afterMs: finding.isBumped ? 0 : finding.retryAfterMs ?? SOON_MS };
  }
  const now = await findReturn(db, one.receiptId);
  return now?.state === "ordered" ? { kind: "again", afterMs: 0 } : { kind: "done" };
}

/** Makes a batch stale while an envelope of the return may have sent it, or still may (M-2). */
export function noEnvelope({ receiptId }: Pick<Return, "receiptId">): Statement {
  return expect(
    `not exists (select 1 from ledger_errands where receipt_id = ? and state in ('stored', 'completed', 'undecidable'))`,
    [receiptId],
  );
}
