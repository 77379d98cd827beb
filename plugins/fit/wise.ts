/**
 * Wise (payouts): quote, recipient, transfer, funding; bounces up to weeks later, and states that roll back.
 * @module
 */
import { type Money, parseUnits } from "../money.ts";
import { ALNUM, type RailFit, statuses } from "./fit.ts";

const eur = (text: string): Money => ({ units: parseUnits(text) ?? 0n, currency: "EUR" });

/** `transfers#state-change` */
const change = {
  data: { resource: { id: 16521632 }, current_state: "bounced_back", occurred_at: "2026-01-22T12:21:00Z" },
};

/**
 * The sketch. Quote and recipient are made inside `createPayout`, before the transfer; only the funding moves money, and
 * `customerTransactionId` (our key, written as a UUID) holds the four calls together.
 */
export const wise: RailFit = {
  name: "Wise",
  declares: {
    currency: "EUR",
    countries: "*",
    methods: ["SEPA"],
    minUnit: 100_000n,
    deposit: null,
    payout: {
      finality: { kind: "returnable", returnableDays: 45 },
      key: { alphabet: "0123456789abcdef", length: 32 },
      fields: ["bank_account_number"],
      optionalFields: ["first_name", "last_name", "bank_number"],
      reference: { alphabet: `${ALNUM} `, maxLength: 35 },
      beneficiaryCheck: "none",
    },
    news: { webhook: true, pollEverySeconds: null, files: false },
    syncDecision: null,
    balance: "none",
  },
  calls: {
    "POST /v3/profiles/{p}/quotes": "createPayout",
    "POST /v1/accounts": "createPayout",
    "POST /v1/transfers": "createPayout",
    "POST /v3/profiles/{p}/transfers/{t}/payments": "createPayout",
    "GET /v1/transfers": "findPayout",
    "POST {webhook}": "readWebhook",
  },
  inbound: null,
  payout: statuses([
    "incoming_payment_waiting",
    "incoming_payment_initiated",
    "processing",
    "funds_converted",
    "outgoing_payment_sent",
    "bounced_back",
    "cancelled",
    "funds_refunded",
  ], {
    incoming_payment_waiting: { state: "accepted", final: false },
    incoming_payment_initiated: { state: "accepted", final: false },
    processing: { state: "in_review", final: false },
    funds_converted: { state: "in_review", final: false },
    outgoing_payment_sent: { state: "completed", final: false },
    // It has left the other bank and is not ours yet.
    bounced_back: { state: "returned", final: false },
    cancelled: { state: "failed", final: true },
    funds_refunded: { state: "returned", final: true },
  }),
  webhook: {
    proof: "verifyRsaSha256",
    trust: "wake_up",
    events: { "transfers#state-change": "payout", "incoming-transfer#credited": "untold" },
  },
  examples: {
    payout: {
      key: "0".repeat(32),
      id: String(change.data.resource.id),
      state: "returned",
      final: false,
      amount: eur("70.00"),
      fee: eur("0.41"),
      reason: { code: "other", fields: ["bank_account_number"], providerCode: change.data.current_state },
      // States may roll back, so the order is the provider's clock, in milliseconds.
      revision: Date.parse(change.data.occurred_at),
    },
  },
};
