/**
 * An operator's order to pay what is held after all (M-18, M-19, M-21, M-22). Whatever the reason it is held for, nothing
 * is paid while money may have left already, while not all that came is here, or for a customer who is not accepted; and
 * what operators have to agree to, waits for them as any payout does (M-27).
 *
 * Amount rules give way to the order, and so does what is too small or too large for the service: the operator has seen
 * what came. Tiers and limits do not: they are judged anew, of all that is left of the transfer. Where the customer has to
 * tell more, the transfer asks; what is above every limit is paid only by an order that lifts them, which is an admin's.
 * @module
 */
import type { Database, Statement } from "../records/database.ts";
import { expect } from "../records/expect-changed.ts";
import { APPROVAL } from "./approvals.ts";
import type { Clearance } from "./events.ts";
import { findTransfer } from "./find.ts";
import type { Funding } from "./funding.ts";
import { MAY_BE_PAID } from "./may-be-paid.ts";
import { amountsOwed } from "./outcome.ts";
import { apply } from "./record.ts";
import {
  type Acceptance,
  isPayoutOpen,
  isRefundOpen,
  noPayoutOpen,
  noRefundOpen,
} from "./refund-conditions.ts";
import type { Transfer } from "./transfer.ts";

/**
 * Why it is not paid.
 * - `unknown`: no such transfer
 * - `not_held`: it does not wait for this; approving is what it may wait for
 * - `changed`: it is not what was seen any more
 * - `not_payable`: no order pays what is held for this reason, or the bank took back some of it
 * - `payout_open`, `refund_undecided`: money may have left already
 * - `too_little`: the fee leaves nothing of it
 * - `not_accepted`: the customer is not accepted
 * - `above_limits`: more than the customer may move, and the order lifts no limits
 */
export type PayRefusal =
  | "unknown"
  | "not_held"
  | "changed"
  | "not_payable"
  | "payout_open"
  | "refund_undecided"
  | "too_little"
  | "not_accepted"
  | "above_limits";

/** What became of an order. */
export type PayOrdered =
  | { readonly kind: "ordered"; readonly transfer: Transfer }
  | { readonly kind: "refused"; readonly reason: PayRefusal };

/** What ordering needs. */
export interface Ordering extends Funding, Acceptance {
  /** Whether the order holds beyond the customer's limits. */
  readonly liftsLimits: boolean;
}

/** What an order rests on, looked at before the batch and again within it. */
export interface Payable {
  readonly clearance: Exclude<Clearance, { readonly kind: "above" }>;
  readonly conditions: readonly Statement[];
}

/** Some of what came for the transfer is not here any more. */
const ALL_IS_HERE =
  `(select coalesce(sum(gross), 0) from receipts where transfer_id = ? and state = 'matched') = ?`;

const refused = (reason: PayRefusal): PayOrdered => ({ kind: "refused", reason });

/**
 * Records the order; it is paid by an effect, which the running gateway performs.
 * @param extra statements for the batch of the order
 */
export async function orderPayout(
  on: Ordering,
  transfer: Transfer,
  extra: readonly Statement[] = [],
): Promise<PayOrdered> {
  const payable = await payableOf(on, transfer);
  if (typeof payable === "string") return refused(payable);
  const { clearance, conditions } = payable;
  const applied = await apply(on.books, transfer.id, { type: "pay_ordered", clearance }, (current) => [
    // What was looked at is what is decided on: the version is that of the row before this batch.
    expect("? = ?", [current.version, transfer.version]),
    ...conditions,
    ...extra,
  ]);
  if (applied.kind === "recorded") return { kind: "ordered", transfer: applied.transfer };
  // Somebody was faster: what they did is the reason.
  const now = await findTransfer(on.books.db, transfer.id);
  return refused(now?.version === transfer.version ? await reasonNow(on, now) : "changed");
}

/** Whether what is left of a held transfer may be paid, and on which conditions; or why not. */
export async function payableOf(on: Ordering, transfer: Transfer): Promise<Payable | PayRefusal> {
  const { db } = on.books;
  const { message, state } = transfer;
  if (state !== "on_hold" || message === null || message === APPROVAL) return "not_held";
  if (!MAY_BE_PAID.has(message)) return "not_payable";
  if (await isPayoutOpen(db, transfer)) return "payout_open";
  if (await isRefundOpen(db, transfer)) return "refund_undecided";
  if (!await isAllHere(db, transfer)) return "not_payable";
  if (amountsOwed(transfer) === null) return "too_little";
  if (!await on.isAccepted(transfer)) return "not_accepted";
  // All that was received counts already, less what went back.
  const { clearance, unchanged } = await on.judge({ ...transfer, received: 0n }, leftOf(transfer));
  if (clearance.kind === "above" && !on.liftsLimits) return "above_limits";
  return {
    clearance: clearance.kind === "above" ? { kind: "cleared", tier: transfer.tier } : clearance,
    conditions: [
      noPayoutOpen(transfer),
      noRefundOpen(transfer),
      expect(ALL_IS_HERE, [transfer.id, transfer.received]),
      await on.accepted(transfer),
      ...unchanged,
    ],
  };
}

async function isAllHere(db: Database, { id, received }: Transfer): Promise<boolean> {
  return (await db.query({ sql: `select 1 where ${ALL_IS_HERE}`, args: [id, received] })).length > 0;
}

function leftOf({ received, refunded }: Transfer): bigint {
  return received - refunded;
}

/** What stood in the way of a batch that was not written though the transfer stands as it stood. */
async function reasonNow(on: Ordering, transfer: Transfer): Promise<PayRefusal> {
  const payable = await payableOf(on, transfer);
  return typeof payable === "string" ? payable : "changed";
}
