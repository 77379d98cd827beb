/**
 * Sends withdrawals back on the ledger, a receipt or a part of one at a time, with the discipline of payouts: look at the payer's account,
 * store an envelope, hand it in, and take the ledger's word for what became of it (M-1, M-2, M-4, M-19). Every step can be
 * repeated after any crash and by two processes at once (M-30).
 * @module
 */
import type { Performance } from "../effects.ts";
import type { Vault } from "../records/vault.ts";
import type { RefundReason } from "../transfers/events.ts";
import { endedBy } from "../transfers/ended-by.ts";
import { findTransfer } from "../transfers/find.ts";
import { newId } from "../transfers/id.ts";
import { apply } from "../transfers/record.ts";
import { type Acceptance, heldBack, mayGoBack, noRefundOpen } from "../transfers/refund-conditions.ts";
import {
  insertRefund,
  nextReceipt,
  type RefundableReceipt,
  refundToGoOn,
  shareOf,
  updateRefund,
} from "../transfers/refunds.ts";
import type { Transfer } from "../transfers/transfer.ts";
import type { Order } from "./build.ts";
import type { DestinationRules } from "./check-destination.ts";
import { stepBack } from "./refund-step.ts";
import { type RefundTarget, refundTarget } from "./refund-target.ts";
import {
  lookAgain,
  type Prepared,
  restOf,
  sendEnvelope,
  type Sending,
  SOON_MS,
  undecidedAttempt,
  withHorizon,
} from "./sending.ts";
import { settleAttempt } from "./settlement.ts";

/** What sending back on the ledger needs. */
export interface LedgerRefunding extends Sending, Acceptance {
  /** Opens who paid. */
  readonly vault: Vault;
  /** What the config says of destinations of an asset (M-8). */
  readonly destinationRules: (asset: string) => DestinationRules;
}

/** Performs the effect `ledger_refund` one step further. */
export function refundOnLedger(on: LedgerRefunding, transferId: string): Promise<Performance> {
  return withHorizon(() => refundStep(on, transferId));
}

async function refundStep(on: LedgerRefunding, transferId: string): Promise<Performance> {
  const { db } = on.books;
  const transfer = await findTransfer(db, transferId);
  if (!transfer || transfer.kind !== "withdrawal") return { kind: "done" };
  // Whatever became of the transfer meanwhile, an envelope that was stored is settled, or its source stays taken.
  const undecided = await undecidedAttempt(db, transfer.id);
  if (undecided) return await settleAttempt(on, transfer, undecided);
  if (transfer.state !== "refunding") return { kind: "done" };
  const wait = await restOf(on, transfer) ?? await heldBack(on, transfer);
  if (wait) return wait;
  const receipt = await nextReceipt(db, transfer, "ledger");
  const target = receipt && await refundTarget({ db, vault: on.vault }, transfer, receipt);
  if (!receipt || !target) return await giveUp(on, transfer);
  const amount = shareOf(transfer, receipt) - transfer.terms.refundFee;
  if (amount <= 0n) return await giveUp(on, transfer, "refund_fee");
  const step = await stepBack(on, transfer.asset, target, amount);
  switch (step.kind) {
    case "order":
      return await store(on, transfer, receipt, { ...target, order: step.order, amount });
    case "refuse":
      return await giveUp(on, transfer, step.reason);
    case "wait":
      if (transfer.message !== step.reason) {
        await apply(on.books, transfer.id, { type: "refund_waits", reason: step.reason });
      }
      return lookAgain(on, transfer);
  }
}

/** A person has to decide, unless another process has stored an envelope meanwhile. */
async function giveUp(on: LedgerRefunding, transfer: Transfer, reason?: RefundReason): Promise<Performance> {
  const event = { type: "refund_failed", again: false, ...(reason ? { reason } : {}) } as const;
  return endedBy(await apply(on.books, transfer.id, event, () => [noRefundOpen(transfer)]));
}

/** What is sent back, and to whom. */
type Return = RefundTarget & { readonly order: Order; readonly amount: bigint };

/** Takes a source and stores envelope and refund in the batch that decides; only then is it handed in (M-1, M-4). */
async function store(
  on: LedgerRefunding,
  transfer: Transfer,
  receipt: RefundableReceipt,
  { order, memo, amount }: Return,
): Promise<Performance> {
  const { asset } = transfer;
  const what = { purpose: "refund", order, memo, asset, amount } as const;
  const sent = await sendEnvelope(
    on,
    transfer.id,
    what,
    (prepared) => storeRefund(on, transfer, receipt, amount, prepared),
  );
  return sent ?? { kind: "again", afterMs: SOON_MS };
}

async function storeRefund(
  on: LedgerRefunding,
  transfer: Transfer,
  { id: receiptId, place, refunds }: RefundableReceipt,
  amount: bigint,
  { attemptId, statements }: Prepared,
): Promise<boolean> {
  const { refundFee: fee } = transfer.terms;
  const known = await refundToGoOn(on.books.db, receiptId, { side: "ledger", amount, fee });
  const refund = {
    id: newId(),
    transferId: transfer.id,
    receiptId,
    attemptId,
    side: "ledger",
    place,
    key: refunds === 0 ? receiptId : `${receiptId}:${refunds + 1}`,
    asset: transfer.asset,
    amount,
    fee,
  } as const;
  const conditions = await mayGoBack(on, transfer, receiptId, amount + fee);
  const applied = await apply(on.books, transfer.id, { type: "refund_stored" }, () => [
    ...conditions,
    ...(known ? updateRefund(known, { state: "stored", attemptId }) : [insertRefund(refund)]),
    ...statements,
  ]);
  return applied.kind === "recorded";
}
