/**
 * Which story leads to a point: whoever plays it passes the point for certain, so that a gateway that is to die there does.
 * @module
 */
import { type Point, POINTS } from "../../core/pause.ts";
import type { StoryName } from "./stories/mod.ts";

/** Nobody leads there: an operator's order to send unmatched money back is no story yet. */
const NOT_LED = /^effect\.(bank|ledger)_return\./;

/** Points that somebody leads to. */
export const LED_POINTS: readonly Point[] = POINTS.filter((point) => !NOT_LED.test(point));

/** Each of {@link LED_POINTS} has one. */
export const LEADS: Readonly<Partial<Record<Point, StoryName>>> = {
  "records.written": "deposit",
  "effect.deposit_instructions.begun": "deposit",
  "effect.deposit_instructions.done": "standingAddress",
  "effect.ledger_payout.begun": "trustsLater",
  "effect.ledger_payout.done": "claimable",
  "effect.bank_payout.begun": "withdrawal",
  "effect.bank_payout.done": "approved",
  "effect.bank_refund.begun": "tooLittlePaidIn",
  "effect.bank_refund.done": "refusedWithMoney",
  "effect.ledger_refund.begun": "tooFewTokens",
  "effect.ledger_refund.done": "returnedLate",
  "effect.customer_review.begun": "asksMore",
  "effect.customer_review.done": "asksMore",
  "effect.kyc_review.begun": "deposit",
  "effect.kyc_review.done": "hostedDeposit",
  "effect.kyc_erase.begun": "erased",
  "effect.kyc_erase.done": "erased",
  "effect.customer_erased.begun": "erased",
  "effect.customer_erased.done": "erased",
  "effect.kyc_code.begun": "verified",
  "effect.kyc_code.done": "verified",
  "effect.transfer_callback.begun": "hostedDeposit",
  "effect.transfer_callback.done": "hostedWithdrawal",
  "effect.transfer_callback_once.begun": "hostedDeposit",
  "effect.transfer_callback_once.done": "hostedWithdrawal",
  "effect.customer_callback.begun": "askedAgain",
  "effect.customer_callback.done": "askedAgain",
  "ledger.submit.begun": "deposit",
  "ledger.submit.done": "twoDeposits",
  "ledger.operations.read": "withdrawal",
  "bank.instructions.begun": "deposit",
  "bank.instructions.done": "standingAddress",
  "bank.payout.begun": "withdrawal",
  "bank.payout.done": "hostedWithdrawal",
  "bank.refund.begun": "tooLittlePaidIn",
  "bank.refund.done": "tooLittlePaidIn",
  "bank.statement.read": "announced",
  "kyc.open.begun": "deposit",
  "kyc.open.done": "deposit",
  "kyc.fields.begun": "askedAgain",
  "kyc.fields.done": "askedAgain",
  "kyc.review.begun": "deposit",
  "kyc.review.done": "deposit",
  "kyc.case.read": "askedAgain",
  "inbox.written": "toldByWebhook",
  "inbox.begun": "toldByWebhook",
  "money.written": "wrongMemo",
  "page.choice.begun": "hostedDeposit",
  "page.choice.written": "hostedWithdrawal",
};
