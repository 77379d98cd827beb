/**
 * An operator's order to send a transfer's money back where it came from (M-19, M-22). It is refused where the money may
 * have left already, or cannot go back at all.
 * @module
 */
import type { Database, Statement } from "../records/database.ts";
import { expect } from "../records/expect-changed.ts";
import { findTransfer } from "./find.ts";
import { apply, type Books } from "./record.ts";
import { isPayoutOpen, isRefundUndecided, noPayoutOpen } from "./refund-conditions.ts";
import { nextReceipt } from "./refunds.ts";
import { MAY_BE_SENT_BACK } from "./states.ts";
import type { Transfer } from "./transfer.ts";

/**
 * Why money is not sent back.
 * - `unknown`: no such transfer
 * - `going_back`: it is on its way, or has gone back
 * - `not_held`: the transfer waits neither for an operator nor, with its money here, for its customer
 * - `payout_open`: a payout may have reached its receiver
 * - `refund_undecided`: it is not known whether an earlier refund reached the payer
 * - `nothing_left`: no money of it is left that came in
 * - `rail_cannot`: the rail cannot send back what came in
 * - `fee`: the refund's fee would leave nothing
 */
export type OrderRefusal =
  | "unknown"
  | "going_back"
  | "not_held"
  | "payout_open"
  | "refund_undecided"
  | "nothing_left"
  | "rail_cannot"
  | "fee";

/** What became of an order. */
export type Ordered =
  | { readonly kind: "ordered"; readonly transfer: Transfer }
  | { readonly kind: "refused"; readonly reason: OrderRefusal; readonly transfer: Transfer | null };

/**
 * Records the order; the money goes back by an effect, which the running gateway performs.
 * @param extra statements for the batch of the order
 */
export async function orderRefund(
  books: Books,
  transferId: string,
  extra: readonly Statement[] = [],
): Promise<Ordered> {
  const { db } = books;
  const transfer = await findTransfer(db, transferId);
  const reason = transfer === null ? "unknown" : await refusalOf(db, transfer);
  if (transfer === null || reason !== null) return { kind: "refused", reason: reason ?? "unknown", transfer };
  const { version } = transfer;
  const applied = await apply(books, transfer.id, { type: "refund_ordered" }, (current) => [
    // What was looked at is what is decided on: the version is that of the row before this batch.
    expect("? = ?", [current.version, version]),
    noPayoutOpen(current),
    ...extra,
  ]);
  if (applied.kind === "recorded") return { kind: "ordered", transfer: applied.transfer };
  // Somebody was faster: what they did is the reason.
  const now = await findTransfer(db, transferId) ?? transfer;
  return { kind: "refused", reason: await refusalOf(db, now) ?? "not_held", transfer: now };
}

/** What speaks against sending any of it back; `null`: nothing. */
export async function refusalOf(db: Database, transfer: Transfer): Promise<OrderRefusal | null> {
  const { state, kind, terms } = transfer;
  if (state === "refunding" || state === "refunded") return "going_back";
  if (!MAY_BE_SENT_BACK.includes(state)) return "not_held";
  if (await isPayoutOpen(db, transfer)) return "payout_open";
  if (await isRefundUndecided(db, transfer)) return "refund_undecided";
  if (kind === "deposit" && !terms.railRefunds) return "rail_cannot";
  const receipt = await nextReceipt(db, transfer, kind === "deposit" ? "bank" : "ledger");
  if (!receipt) return "nothing_left";
  return receipt.left <= terms.refundFee ? "fee" : null;
}
