/**
 * Errors of SEP-6: what a transfer is refused for.
 * @module
 */
import type { ErrorTable } from "./table.ts";

/** See the module's text. */
export const transferErrors = {
  "transfer.unknown_asset": {
    status: 400,
    meaning: "The asset is none that this anchor serves in this direction.",
  },
  "transfer.unknown_method": { status: 400, meaning: "`funding_method` is none of the asset's." },
  "transfer.method_needed": { status: 400, meaning: "The asset has several methods and none is named." },
  "transfer.method_conflict": { status: 400, meaning: "`funding_method` and the older `type` differ." },
  "transfer.country_not_served": {
    status: 400,
    meaning: "No service of the asset and method serves this country.",
  },
  "transfer.amount_needed": {
    status: 400,
    meaning: "`amount` is missing where the rail takes exact amounts only, or for a withdrawal on a page.",
  },
  "transfer.amount_invalid": {
    status: 400,
    meaning: "Not a positive decimal of at most 7 decimals; nothing is rounded.",
  },
  "transfer.amount_too_small": {
    status: 400,
    meaning: "Below the least amount, or nothing would be left after the fee.",
  },
  "transfer.balance_too_small": {
    status: 400,
    meaning:
      "The account that is to pay a withdrawal holds less of the asset. Pages alone ask; the API never refuses for it.",
  },
  "transfer.amount_too_large": {
    status: 400,
    meaning: "Above the most that one transfer may move.",
  },
  "transfer.limit_reached": {
    status: 400,
    meaning:
      "With what the customer has moved in the last day or 30 days, it would be above a tier or limit.",
  },
  "transfer.customer_unknown": {
    status: 400,
    meaning: "`customer_id` is none that this token may speak for, or none at all; both answer alike.",
  },
  "transfer.amount_step": { status: 400, meaning: "No multiple of the smallest amount that the rail moves." },
  "transfer.account_invalid": { status: 400, meaning: "Not a `G…` or `M…` address." },
  "transfer.contract_account": {
    status: 400,
    meaning: "A `C…` address; contract accounts are not served yet.",
  },
  "transfer.own_account": { status: 400, meaning: "The account is one of the anchor's own." },
  "transfer.destination_missing": {
    status: 400,
    meaning: "The account is not on the ledger and the anchor creates none.",
  },
  "transfer.destination_memo": {
    status: 400,
    meaning: "The account asks for a memo (SEP-29) and none was given.",
  },
  "transfer.memo_pair": { status: 400, meaning: "A memo without its type, or the reverse." },
  "transfer.memo_invalid": { status: 400, meaning: "The memo does not fit its type." },
  "transfer.memo_with_muxed": { status: 400, meaning: "A memo beside an `M…` destination." },
  "transfer.customer_rejected": {
    status: 400,
    meaning: "The KYC provider has refused this customer for good.",
  },
  "transfer.customer_frozen": {
    status: 400,
    meaning:
      "A bank took back what the customer had paid in and been paid for; an operator lifts that (M-21).",
  },
  "transfer.deposit_open": { status: 400, meaning: "Another open deposit could not be told from this one." },
  "transfer.other_account": { status: 400, meaning: "`account` is not the account of the token." },
  "transfer.paging_unknown": { status: 400, meaning: "`paging_id` is none of the caller's transfers." },
  "transfer.time_invalid": { status: 400, meaning: "Not an ISO 8601 time." },
  "transfer.id_needed": { status: 400, meaning: "None of the three identifiers was given." },
  "transfer.update_not_asked": {
    status: 400,
    meaning: "PATCH of a transfer of which no information was asked for; data is asked through SEP-12 alone.",
  },
  "transfer.not_found": { status: 404, meaning: "No such transfer, or another user's; both answer alike." },
} as const satisfies ErrorTable;
