/**
 * Razorpay and RazorpayX (India): virtual accounts that refuse other payers, payouts by IMPS, NEFT, RTGS or UPI.
 * @module
 */
import { fromMinor } from "../money.ts";
import { ALNUM, type RailFit, statuses } from "./fit.ts";

const payout = {
  id: "pout_00000000000001",
  amount: 1_000_000n,
  fees: 590n,
  status: "reversed",
  created_at: 1_769_084_460,
};

/** The sketch. */
export const razorpay: RailFit = {
  name: "Razorpay",
  declares: {
    currency: "INR",
    countries: ["IND"],
    methods: ["IMPS", "UPI"],
    minUnit: 100_000n,
    deposit: {
      address: "per_transaction",
      amount: "either",
      expires: true,
      // `allowed_payers`
      payerFilter: true,
      payer: { account: "full", nameTrusted: true },
      reference: null,
      refund: "partial",
    },
    payout: {
      finality: { kind: "returnable", returnableDays: 5 },
      // X-Payout-Idempotency, 4 to 36 characters; `reference_id` holds it too, for the look-up.
      key: { alphabet: ALNUM, length: 32 },
      fields: ["bank_account_number", "bank_number"],
      optionalFields: ["first_name", "last_name"],
      reference: { alphabet: `${ALNUM} `, maxLength: 30 },
      beneficiaryCheck: "none",
    },
    news: { webhook: true, pollEverySeconds: 60, files: false },
    syncDecision: null,
    balance: "none",
  },
  calls: {
    "POST /virtual_accounts": "depositInstructions",
    "POST /virtual_accounts/{id}/close": "cancelInstructions",
    "GET /payments?from&skip": "readStatement",
    "GET /payments/{id}": "findInbound",
    "POST /payments/{id}/refund": "refundInbound",
    "POST /payouts": "createPayout",
    "GET /payouts?reference_id": "findPayout",
    "GET /refunds?receipt": "findPayout",
    "POST {webhook}": "readWebhook",
  },
  inbound: statuses(["created", "authorized", "captured", "refunded", "failed"], {
    created: "pending",
    authorized: "pending",
    captured: "booked",
    refunded: "returned",
    failed: "rejected",
  }),
  payout: statuses([
    "pending",
    "queued",
    "processing",
    "processed",
    "reversed",
    "failed",
    "rejected",
    "cancelled",
  ], {
    pending: { state: "in_review", final: false },
    queued: { state: "accepted", final: false },
    processing: { state: "sent", final: false },
    processed: { state: "completed", final: false },
    reversed: { state: "returned", final: true },
    failed: { state: "failed", final: true },
    rejected: { state: "failed", final: true },
    cancelled: { state: "failed", final: true },
  }),
  webhook: {
    proof: "verifyHmac",
    trust: "body",
    events: {
      "virtual_account.credited": "inbound",
      "payout.processed": "payout",
      "payout.reversed": "payout",
      "payout.failed": "payout",
      "payout.updated": "payout",
      "virtual_account.closed": "untold",
    },
  },
  examples: {
    payout: {
      key: "k".repeat(32),
      id: payout.id,
      state: "returned",
      final: true,
      amount: fromMinor(payout.amount, 2, "INR"),
      fee: fromMinor(payout.fees, 2, "INR"),
      reason: { code: "other", fields: ["bank_account_number"], providerCode: payout.status },
      revision: 4,
    },
  },
};
