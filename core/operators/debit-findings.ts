/**
 * Whether a debit can be what a transfer owed, and what follows for the transfer if it is (M-14): the same asset, the very
 * amount, on the ledger the very account and memo, and nothing of the transfer under way.
 * @module
 */
import { keyOwner } from "../bank/forgotten.ts";
import { payoutKey } from "../bank/key.ts";
import type { RailOf } from "../bank/rails.ts";
import type { Statement } from "../records/database.ts";
import type { Vault } from "../records/vault.ts";
import { balanceIdOf, paidBy, wentTo } from "../stellar/paid.ts";
import { refundTarget } from "../stellar/refund-target.ts";
import { attemptsOf, findAttempt, insertFoundAttempt } from "../transfers/attempts.ts";
import type { Debit } from "../transfers/debits.ts";
import type { TransferEvent } from "../transfers/events.ts";
import { newId } from "../transfers/id.ts";
import type { Books } from "../transfers/record.ts";
import { isPayoutOpen, isRefundOpen } from "../transfers/refund-conditions.ts";
import {
  insertRefund,
  receiptsLeft,
  type RefundableReceipt,
  refundToGoOn,
  updateRefund,
} from "../transfers/refunds.ts";
import { MAY_HAVE_BEEN_PAID } from "../transfers/states.ts";
import type { Transfer } from "../transfers/transfer.ts";

/**
 * Why a debit is not a transfer's.
 * - `debit_asset`: another asset, rail or direction
 * - `debit_undecided`: of an attempt of the transfer it is not known whether it paid
 * - `debit_not_owed`: the transfer has no money to be paid or sent back, or not any more; no unmatched money of this id
 * - `debit_amount`: another amount than is owed
 * - `debit_destination`: another account or memo, or by its key another transfer's
 */
export type DebitMisfit =
  | "debit_asset"
  | "debit_undecided"
  | "debit_not_owed"
  | "debit_amount"
  | "debit_destination";

/** What is told to the transfer, and the rows of the forgotten attempt. */
export interface Finding {
  readonly event: TransferEvent;
  readonly rows: readonly Statement[];
}

/** What looking needs. */
export interface Looking {
  readonly books: Pick<Books, "db">;
  /** Opens who paid. */
  readonly vault: Vault;
  readonly railOf: RailOf;
  readonly passphrase: string;
}

/** The debit as the transfer's payout. */
export async function payoutFound(
  { books: { db }, railOf, passphrase }: Looking,
  debit: Debit,
  transfer: Transfer,
): Promise<Finding | DebitMisfit> {
  const misfit = await misfitOf(db, debit, transfer, transfer.kind === "deposit" ? "ledger" : "bank");
  if (misfit !== null) return misfit;
  const { amount, place, fee } = debit;
  const { destination, amountOut } = transfer;
  if (amountOut === null) return "debit_not_owed";
  if (amount !== amountOut) return "debit_amount";
  if (debit.side === "bank") {
    const owner = await keyOwner(db, railOf(place), debit);
    if (owner !== null && owner.transferId !== transfer.id) return "debit_destination";
    return {
      event: { type: "payout_found", amount, place, railFee: fee, externalTransactionId: debit.externalId },
      rows: await attemptRows(db, debit, transfer, "payout", debit.externalId, { number: owner?.number }),
    };
  }
  const paid = await paidBy(db, debit.externalId);
  if (paid === null || destination === null || !wentTo(paid, destination, transfer.memo)) {
    return "debit_destination";
  }
  const balance = balanceIdOf(paid, passphrase);
  return {
    event: {
      type: "payout_found",
      amount,
      place,
      stellarTransactionId: paid.hash,
      ...(balance === null ? {} : { claimableBalanceId: balance }),
    },
    rows: await attemptRows(db, debit, transfer, "payout", paid.hash),
  };
}

/** The debit as the refund of one of the transfer's receipts. */
export async function refundFound(
  on: Looking,
  debit: Debit,
  transfer: Transfer,
): Promise<Finding | DebitMisfit> {
  const { db } = on.books;
  const misfit = await misfitOf(db, debit, transfer, transfer.kind === "deposit" ? "bank" : "ledger");
  if (misfit !== null) return misfit;
  const left = await receiptsLeft(db, transfer, debit.side);
  if (left.length === 0) return "debit_not_owed";
  // Of a receipt a part may have gone back.
  const share = shareOf(debit, transfer);
  const fitting = left.filter((receipt) => receipt.place === debit.place && share <= receipt.left);
  if (fitting.length === 0) return "debit_amount";
  return debit.side === "bank"
    ? bankRefund(on, debit, transfer, fitting)
    : await ledgerRefund(on, debit, transfer, fitting);
}

/** By the key of a part of the receipt, else of all that is left of it: a bank does not say to whom it went. */
function bankRefund(
  { railOf }: Looking,
  debit: Debit,
  transfer: Transfer,
  receipts: readonly RefundableReceipt[],
): Finding | DebitMisfit {
  const { amount, place, fee: railFee, externalId, key } = debit;
  const { payout } = railOf(place).rail.declares;
  const receipt =
    receipts.find(({ id, refunds }) => payout && key === payoutKey("refund", id, refunds + 1, payout.key)) ??
      receipts.find(({ left }) => left === shareOf(debit, transfer));
  if (receipt === undefined) return "debit_amount";
  const refund = refundRow(debit, transfer, receipt, key ?? externalId, null);
  return {
    event: {
      type: "refund_found",
      id: externalId,
      idType: "external",
      amount,
      fee: transfer.terms.refundFee,
      railFee,
      place,
    },
    rows: [
      insertRefund(refund),
      ...updateRefund({ id: refund.id, version: 1 }, { state: "completed", externalId }),
    ],
  };
}

async function ledgerRefund(
  { books: { db }, vault }: Looking,
  debit: Debit,
  transfer: Transfer,
  receipts: readonly RefundableReceipt[],
): Promise<Finding | DebitMisfit> {
  const paid = await paidBy(db, debit.externalId);
  if (paid === null) return "debit_destination";
  const { amount, place } = debit;
  const { refundFee: fee } = transfer.terms;
  for (const receipt of receipts) {
    const target = await refundTarget({ db, vault }, transfer, receipt);
    if (target === null || !wentTo(paid, target.payer, target.memo)) continue;
    const known = await refundToGoOn(db, receipt.id, { side: "ledger", amount, fee });
    const attemptId = newId();
    const key = receipt.refunds === 0 ? receipt.id : `${receipt.id}:${receipt.refunds + 1}`;
    const refund = refundRow(debit, transfer, receipt, key, attemptId);
    const to = { state: "completed", externalId: paid.hash, attemptId } as const;
    return {
      event: { type: "refund_found", id: paid.hash, idType: "stellar", amount, fee, place },
      rows: [
        ...await attemptRows(db, debit, transfer, "refund", paid.hash, { id: attemptId }),
        ...(known
          ? updateRefund(known, to)
          : [insertRefund(refund), ...updateRefund({ id: refund.id, version: 1 }, to)]),
      ],
    };
  }
  return "debit_destination";
}

/** What left the receipt by it: what the customer bears is left out of what was sent. */
function shareOf({ amount }: Debit, { terms }: Transfer): bigint {
  return amount + terms.refundFee;
}

function refundRow(
  { side, place, amount }: Debit,
  { id: transferId, asset, terms }: Transfer,
  { id: receiptId }: RefundableReceipt,
  key: string,
  attemptId: string | null,
): Parameters<typeof insertRefund>[0] {
  return {
    id: newId(),
    transferId,
    receiptId,
    attemptId,
    side,
    place,
    key,
    asset,
    amount,
    fee: terms.refundFee,
  };
}

async function misfitOf(
  db: Books["db"],
  { side, asset, place }: Debit,
  transfer: Transfer,
  wanted: Debit["side"],
): Promise<DebitMisfit | null> {
  const isIts = side === "ledger"
    ? asset === transfer.asset
    : asset === transfer.currency && place === transfer.rail;
  if (side !== wanted || !isIts) return "debit_asset";
  if (await isPayoutOpen(db, transfer) || await isRefundOpen(db, transfer)) {
    return transfer.state === "completed" ? "debit_not_owed" : "debit_undecided";
  }
  return MAY_HAVE_BEEN_PAID.includes(transfer.state) ? null : "debit_not_owed";
}

async function attemptRows(
  db: Books["db"],
  { side, place, key, externalId, amount }: Debit,
  { id: transferId, asset }: Transfer,
  purpose: "payout" | "refund",
  told: string,
  known: { readonly id?: string; readonly number?: number | undefined } = {},
): Promise<Statement[]> {
  const [latest] = await attemptsOf(db, transferId);
  const { id = newId(), number = (latest?.number ?? 0) + 1 } = known;
  // An envelope that was taken for absent keeps its hash.
  const isTaken = side === "ledger" && key !== null && await findAttempt(db, side, place, key) !== null;
  const attempt = {
    id,
    transferId,
    number,
    purpose,
    side,
    place,
    key: isTaken || key === null ? externalId : key,
    amount,
    asset,
  };
  return insertFoundAttempt(attempt, told);
}
