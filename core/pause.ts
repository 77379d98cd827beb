/**
 * Named points between what is written and what is done. In production nobody stands there. A test does: it looks at the
 * records at a point, or kills the process at it and sees whether every unit is still in one place (M-1, M-25).
 * @module
 */

/**
 * All points. `begun`: it is written that this is to be done, and nothing has been done. `done`: it has been done, and nobody
 * has written so. `read`: news was read outside and is not written. `written`: any batch, committed, before what follows.
 */
export const POINTS = [
  "records.written",
  "effect.deposit_instructions.begun",
  "effect.deposit_instructions.done",
  "effect.ledger_payout.begun",
  "effect.ledger_payout.done",
  "effect.bank_payout.begun",
  "effect.bank_payout.done",
  "effect.bank_refund.begun",
  "effect.bank_refund.done",
  "effect.ledger_refund.begun",
  "effect.ledger_refund.done",
  "effect.bank_return.begun",
  "effect.bank_return.done",
  "effect.ledger_return.begun",
  "effect.ledger_return.done",
  "effect.ledger_clawback.begun",
  "effect.ledger_clawback.done",
  "effect.customer_review.begun",
  "effect.customer_review.done",
  "effect.kyc_review.begun",
  "effect.kyc_review.done",
  "effect.kyc_erase.begun",
  "effect.kyc_erase.done",
  "effect.customer_erased.begun",
  "effect.customer_erased.done",
  "effect.kyc_code.begun",
  "effect.kyc_code.done",
  "effect.transfer_callback.begun",
  "effect.transfer_callback.done",
  "effect.transfer_callback_once.begun",
  "effect.transfer_callback_once.done",
  "effect.customer_callback.begun",
  "effect.customer_callback.done",
  // An envelope, of a payout or a refund, is handed in.
  "ledger.submit.begun",
  "ledger.submit.done",
  // Operations on our accounts; the cursor stands where it was.
  "ledger.operations.read",
  "bank.instructions.begun",
  "bank.instructions.done",
  "bank.payout.begun",
  "bank.payout.done",
  "bank.refund.begun",
  "bank.refund.done",
  // A page of the statement; the cursor stands where it was.
  "bank.statement.read",
  // A review, step by step.
  "kyc.open.begun",
  "kyc.open.done",
  "kyc.fields.begun",
  "kyc.fields.done",
  "kyc.review.begun",
  "kyc.review.done",
  "kyc.case.read",
  // A webhook is kept and not answered; one that was kept is taken up and not read.
  "inbox.written",
  "inbox.begun",
  // Money is booked, and what follows from it not begun.
  "money.written",
  // A person has chosen on a page: nothing is written; it is written, and what follows not begun.
  "page.choice.begun",
  "page.choice.written",
] as const;

/** One of {@link POINTS}. */
export type Point = typeof POINTS[number];

/**
 * Called at each point and waited for. One that never ends stops what it was called from.
 * @param tables at `records.written`: those that the batch changed
 */
export type Pause = (point: Point, tables?: readonly string[]) => void | Promise<void>;
