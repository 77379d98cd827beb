/**
 * For which reasons a transfer is held that an operator may have paid nevertheless (M-18, M-19, M-21, M-22). A table, and
 * what is not in it is never paid by an order: a reason that comes later has to be judged first.
 *
 * The reason alone lets nothing out. Whether a payout or refund may still arrive, whether all that came is still here,
 * whether the customer is accepted and how much they may move is looked at in the batch of the order, whatever the reason
 * (`order-payout.ts`). Not here: `approval`, which wants the agreement of others (M-27), and `money_taken_back`, whose
 * money is not with us.
 * @module
 */

/** Messages of a transfer on hold, below `transfer.message.` in the locales. */
export const MAY_BE_PAID: ReadonlySet<string> = new Set([
  // Another amount came than was announced: what came is paid.
  "amount_mismatch",
  "excess",
  "amount_too_small",
  "amount_too_large",
  // More came than the customer may move: it takes an admin, unless there is room by now.
  "above_limits",
  // The customer was not accepted, and is again.
  "customer_withdrawn",
  "customer_refused",
  // The account could not be paid: looked at again, and left alone again where it still cannot.
  "no_account",
  "no_trustline",
  "not_authorized",
  "line_full",
  "memo_required",
  // Paid by a next attempt, once the last one is finally failed, returned or absent.
  "payout_failed",
  "payout_returned",
  "payout_undecidable",
  // It could not go back, or a part of it did: the rest is paid.
  "refund_failed",
  "refund_partial",
  "refund_undecidable",
  "refund_fee",
  "payer_gone",
]);
