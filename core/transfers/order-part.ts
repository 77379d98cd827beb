/**
 * An operator's order to send a part of a transfer's money back (M-19). The rest stays with that operator, or is paid as
 * soon as the part is back; then all holds for it that holds for an order to pay.
 * @module
 */
import { wayBack } from "../bank/way-back.ts";
import type { RailOf } from "../bank/rails.ts";
import { expect } from "../records/expect-changed.ts";
import type { Statement } from "../records/database.ts";
import type { Vault } from "../records/vault.ts";
import type { RefundPart } from "./events.ts";
import { findTransfer } from "./find.ts";
import { type Ordering, type Payable, payableOf, type PayRefusal } from "./order-payout.ts";
import { type OrderRefusal, refusalOf } from "./order-refund.ts";
import { apply } from "./record.ts";
import { isRefundOpen, noPayoutOpen, noRefundOpen } from "./refund-conditions.ts";
import { nextReceipt } from "./refunds.ts";
import type { Transfer } from "./transfer.ts";

/** What an operator wants sent back, and of which version of the transfer. */
export interface WantedPart extends Pick<RefundPart, "amount" | "then"> {
  readonly version: number;
}

/**
 * Why it is not sent back, beside what speaks against all of it, and against paying the rest.
 * - `more_than_left`: no single receipt has as much left
 * - `part_step`: the rail cannot move this amount
 * - `rail_whole`: the rail sends back whole payments, and the payer's account cannot be paid
 */
export type PartRefusal = OrderRefusal | PayRefusal | "more_than_left" | "part_step" | "rail_whole";

/** What became of an order. */
export type PartOrdered =
  | { readonly kind: "ordered"; readonly transfer: Transfer }
  | { readonly kind: "refused"; readonly reason: PartRefusal };

/** What ordering needs. */
export interface PartOrdering extends Ordering {
  readonly railOf: RailOf;
  /** Opens who paid. */
  readonly vault: Vault;
}

const refused = (reason: PartRefusal): PartOrdered => ({ kind: "refused", reason });

/**
 * Records the order; the part goes back by an effect, which the running gateway performs.
 * @param extra statements for the batch of the order
 */
export async function orderPart(
  on: PartOrdering,
  transferId: string,
  wanted: WantedPart,
  extra: readonly Statement[] = [],
): Promise<PartOrdered> {
  const { db } = on.books;
  const transfer = await findTransfer(db, transferId);
  const rest = transfer === null ? "unknown" : await judge(on, transfer, wanted);
  if (transfer === null || typeof rest === "string") {
    return refused(typeof rest === "string" ? rest : "unknown");
  }
  const { amount, then } = wanted;
  const part = { amount, then, ...(rest === null ? {} : { tier: rest.clearance.tier }) };
  const applied = await apply(on.books, transfer.id, { type: "refund_ordered", part }, (current) => [
    // What was looked at is what is decided on: the version is that of the row before this batch.
    expect("? = ?", [current.version, transfer.version]),
    noPayoutOpen(current),
    noRefundOpen(current),
    ...rest?.conditions ?? [],
    ...extra,
  ]);
  return applied.kind === "recorded" ? { kind: "ordered", transfer: applied.transfer } : refused("changed");
}

/** On what paying the rest depends, `null` where it is not to be paid yet; or why the part does not go back. */
async function judge(
  on: PartOrdering,
  transfer: Transfer,
  { version, amount, then }: WantedPart,
): Promise<Payable | null | PartRefusal> {
  const { db } = on.books;
  if (transfer.version !== version) return "changed";
  const { kind, terms: { refundFee } } = transfer;
  const against = await refusalOf(db, transfer);
  if (against !== null) return against;
  if (await isRefundOpen(db, transfer)) return "refund_undecided";
  if (amount <= refundFee) return "fee";
  const side = kind === "deposit" ? "bank" : "ledger";
  const receipt = await nextReceipt(db, { ...transfer, backLeft: amount }, side);
  if (!receipt || receipt.left < amount) return "more_than_left";
  if (kind === "deposit") {
    const { declares } = on.railOf(receipt.place).rail;
    if (amount % declares.minUnit !== 0n) return "part_step";
    const way = wayBack({ declares }, on.vault, receipt, amount === receipt.gross);
    if (way.kind === "none") return "rail_whole";
  }
  if (then === "hold") return null;
  const payable = await payableOf(on, { ...transfer, refunded: transfer.refunded + amount });
  // Whoever has to tell more first is not paid by the way.
  return typeof payable !== "string" && payable.clearance.kind === "asks" ? "not_accepted" : payable;
}
