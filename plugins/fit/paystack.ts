/**
 * Paystack (Nigeria): an account per customer that is issued later, fees out of the amount, recipients as objects.
 * @module
 */
import { fromMinor } from "../money.ts";
import { ALNUM, type RailFit, statuses } from "./fit.ts";

const charge = {
  id: 302961n,
  amount: 500_000n,
  fees: 7_500n,
  paid_at: "2026-01-22T12:21:00Z",
  authorization: { sender_name: "ANA SILVA", sender_bank_account_number: "XXXXXX4321" },
  metadata: { receiver_account_number: "9930000737" },
};

/**
 * The sketch. An account that is not issued yet is `unavailable` with `retryAfterMs`; core asks again. The recipient is
 * made inside `createPayout`.
 */
export const paystack: RailFit = {
  name: "Paystack",
  declares: {
    currency: "NGN",
    countries: ["NGA"],
    methods: ["NIP"],
    minUnit: 100_000n,
    deposit: {
      address: "per_customer",
      amount: "open",
      expires: false,
      payerFilter: false,
      payer: { account: "masked", nameTrusted: true },
      reference: null,
      refund: "none",
    },
    payout: {
      // `transfer.reversed` may follow a success.
      finality: { kind: "returnable", returnableDays: 7 },
      key: { alphabet: "abcdefghijklmnopqrstuvwxyz0123456789-_", length: 26 },
      fields: ["bank_account_number", "bank_number"],
      optionalFields: ["first_name", "last_name"],
      reference: { alphabet: `${ALNUM} `, maxLength: 100 },
      beneficiaryCheck: "name",
    },
    news: { webhook: true, pollEverySeconds: 60, files: false },
    syncDecision: null,
    balance: "now",
  },
  calls: {
    "POST /customer": "depositInstructions",
    "POST /dedicated_account/assign": "depositInstructions",
    "GET /transaction?use_cursor&next": "readStatement",
    "GET /transaction/{id}": "findInbound",
    "GET /bank/resolve": "checkBeneficiary",
    "POST /transferrecipient": "createPayout",
    "POST /transfer": "createPayout",
    "GET /transfer/verify/{reference}": "findPayout",
    "GET /balance": "readBalance",
    "POST {webhook}": "readWebhook",
  },
  inbound: statuses(["success", "failed", "abandoned", "reversed"], {
    success: "booked",
    failed: "rejected",
    abandoned: "untold",
    reversed: "reversed",
  }),
  payout: statuses(["pending", "success", "failed", "reversed", "otp"], {
    pending: { state: "accepted", final: false },
    success: { state: "completed", final: false },
    failed: { state: "failed", final: true },
    reversed: { state: "returned", final: true },
    // Somebody has to type a code: the operator must switch codes off at the provider.
    otp: { state: "in_review", final: false },
  }),
  webhook: {
    proof: "verifyHmac",
    trust: "body",
    events: {
      "charge.success": "inbound",
      "transfer.success": "payout",
      "transfer.failed": "payout",
      "transfer.reversed": "payout",
      "customeridentification.success": "untold",
      "customeridentification.failed": "untold",
      "dedicatedaccount.assign.success": "untold",
      "dedicatedaccount.assign.failed": "untold",
    },
  },
  examples: {
    inbound: {
      id: String(charge.id),
      state: "booked",
      gross: fromMinor(charge.amount, 2, "NGN"),
      fee: fromMinor(charge.fees, 2, "NGN"),
      net: fromMinor(charge.amount - charge.fees, 2, "NGN"),
      bookedAt: Date.parse(charge.paid_at) / 1000,
      match: { instructionId: charge.metadata.receiver_account_number },
      payer: {
        name: charge.authorization.sender_name,
        nameTrusted: true,
        account: { value: charge.authorization.sender_bank_account_number, kind: "masked", trusted: false },
      },
      revision: 1,
    },
  },
};
