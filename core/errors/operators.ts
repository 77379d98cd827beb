/**
 * Errors of the operators' routes.
 * @module
 */
import type { ErrorTable } from "./table.ts";

/** See the module's text. */
export const operatorErrors = {
  "operator.key": {
    status: 401,
    meaning: "No operator's key in `Authorization: Bearer`, or one that is not good.",
  },
  "operator.role": {
    status: 403,
    meaning: "The key's role may not do this; the text names the one that may.",
  },
  "operator.not_found": { status: 404, meaning: "No record of this id that waits for such a decision." },
  "operator.changed": {
    status: 409,
    meaning: "Version, amount or account are not what was to be approved (M-27).",
  },
  "operator.approved_already": {
    status: 409,
    meaning: "The same operator has approved this version; two approvals are two people (M-27).",
  },
  "operator.not_payable": {
    status: 409,
    meaning: "What is held for this reason is not paid by an order, or the bank took back some of it.",
  },
  "operator.too_little": { status: 409, meaning: "The fee would leave nothing of what is left to pay." },
  "operator.not_accepted": { status: 409, meaning: "The transfer's customer is not accepted now (M-22)." },
  "operator.above_limits": {
    status: 409,
    meaning: "More than the customer may move now; an admin may order it with `lift_limits` (M-18).",
  },
  "operator.going_back": {
    status: 409,
    meaning: "The transfer's money is on its way back, or has gone back.",
  },
  "operator.not_held": {
    status: 409,
    meaning: "The transfer waits neither for an operator nor, with its money here, for its customer.",
  },
  "operator.payout_open": {
    status: 409,
    meaning: "A payout of the transfer may have reached its receiver (M-15).",
  },
  "operator.refund_undecided": {
    status: 409,
    meaning: "It is not known whether an earlier refund reached the payer.",
  },
  "operator.nothing_left": { status: 409, meaning: "No money that came in for the transfer is left." },
  "operator.rail_cannot": { status: 409, meaning: "The rail cannot send back what came in." },
  "operator.more_than_left": {
    status: 409,
    meaning: "No single payment that came in has as much left: a part goes back to the payer of one.",
  },
  "operator.part_step": { status: 409, meaning: "The rail cannot move this amount: it has a smallest unit." },
  "operator.rail_whole": {
    status: 409,
    meaning: "The rail sends back whole payments only, and the payer's account cannot be paid (M-19).",
  },
  "operator.fee": { status: 409, meaning: "The refund's fee would leave nothing of it." },
  "operator.holds_money": {
    status: 409,
    meaning: "A transfer that was paid, is being paid, or is over, is not ended without its money (M-25).",
  },
  "operator.not_assignable": {
    status: 409,
    meaning: "Direction or asset differ, the transfer takes no money, or somebody else assigned it first.",
  },
  "operator.settles_not": {
    status: 409,
    meaning:
      "The money is another asset's or more than is owed, or the transfer is not where this way of settling fits (M-21).",
  },
  "operator.clawback_amount": { status: 409, meaning: "More than is still owed of the receivable (M-21)." },
  "operator.clawback_under_way": {
    status: 409,
    meaning:
      "Tokens are being clawed back for the receivable, or it is not known whether they were (M-2, M-21).",
  },
  "operator.clawback_not_paid": {
    status: 409,
    meaning:
      "What the receivable is for was not paid out on the ledger, so there is nothing to claw back (M-21).",
  },
  "operator.clawback_signer": {
    status: 409,
    meaning:
      "`AUTHORIZER_SECRET` is not set, or the asset's issuer does not give it the weight for a clawback (M-8, M-21).",
  },
  "operator.clawback_disabled": {
    status: 409,
    meaning: "The trustline of the account that was paid does not allow clawbacks (M-21).",
  },
  "operator.clawback_balance": {
    status: 409,
    meaning:
      "The account that was paid holds less of the asset than that, has not claimed it, or is gone (M-21).",
  },
  "operator.not_proven": {
    status: 409,
    meaning: "The ledger does not say what became of the envelope; nobody's word is taken for it (M-2).",
  },
  "operator.debit_unexplained": {
    status: 409,
    meaning: "What left without a stored attempt has to be explained first (M-14).",
  },
  "operator.debit_explained": { status: 409, meaning: "Somebody has explained the debit before." },
  "operator.debit_asset": {
    status: 409,
    meaning: "The debit is of another asset or rail than the transfer, or on its other side.",
  },
  "operator.debit_amount": { status: 409, meaning: "The debit is of another amount than the transfer owes." },
  "operator.debit_destination": {
    status: 409,
    meaning: "The debit went to another account, or with another memo, than the transfer's.",
  },
  "operator.debit_undecided": {
    status: 409,
    meaning: "Of an attempt of the transfer it is not known yet whether it paid (M-2, M-15).",
  },
  "operator.debit_not_owed": {
    status: 409,
    meaning: "The transfer has no money to be paid or sent back: it has not come, or is over.",
  },
  "operator.returning": { status: 409, meaning: "The unmatched money is on its way back to who sent it." },
  "operator.return_undecided": {
    status: 409,
    meaning: "It is not known whether the unmatched money has gone back (M-2).",
  },
  "operator.payer_unknown": {
    status: 409,
    meaning:
      "The account that paid is not known, or not in full and for certain, and the rail sends nothing back (M-19).",
  },
  "operator.own_account": { status: 409, meaning: "One of our own accounts paid it (M-13)." },
  "operator.not_stopped": { status: 409, meaning: "Nothing stops the payouts of the asset." },
} as const satisfies ErrorTable;
