/**
 * Increase (USA): one virtual account number per customer; an instance for each of ACH (returnable) and RTP, FedNow and
 * wire (final). This one is ACH.
 * @module
 */
import { fromMinor } from "../money.ts";
import { ALNUM, type RailFit, statuses } from "./fit.ts";

const transaction = {
  id: "transaction_uyrp7fld2ium70oa7oi",
  amount: 110_00n,
  route_id: "account_number_v18nkfqm6afpsrv82b2",
  created_at: "2026-01-22T12:21:00Z",
  source: {
    category: "inbound_ach_transfer",
    originator_company_name: "ANA SILVA",
    trace_number: "021000038461022",
  },
};

/** The sketch. */
export const increase: RailFit = {
  name: "Increase (ACH)",
  declares: {
    currency: "USD",
    countries: ["USA"],
    methods: ["ACH"],
    minUnit: 100_000n,
    deposit: {
      address: "per_customer",
      amount: "open",
      expires: false,
      payerFilter: false,
      payer: { account: "none", nameTrusted: false },
      reference: null,
      refund: "full",
    },
    payout: {
      finality: { kind: "returnable", returnableDays: 60 },
      // `Idempotency-Key` ≤ 200; lists filter by it.
      key: { alphabet: ALNUM, length: 32 },
      fields: ["bank_number", "bank_account_number"],
      optionalFields: ["bank_account_type", "first_name", "last_name"],
      reference: { alphabet: `${ALNUM} `, maxLength: 80 },
      beneficiaryCheck: "none",
    },
    news: { webhook: true, pollEverySeconds: 60, files: false },
    syncDecision: null,
    balance: "now",
  },
  calls: {
    "POST /event_subscriptions": "prepare",
    "POST /account_numbers": "depositInstructions",
    "PATCH /account_numbers/{id} disabled": "cancelInstructions",
    "GET /transactions?created_at.after": "readStatement",
    "GET /inbound_ach_transfers/{id}": "findInbound",
    "POST /inbound_ach_transfers/{id}/transfer_return": "refundInbound",
    "POST /ach_transfers": "createPayout",
    "GET /ach_transfers?idempotency_key": "findPayout",
    "GET /accounts/{id}/balance": "readBalance",
    "POST {webhook}": "readWebhook",
  },
  inbound: statuses([
    "ach/pending",
    "ach/declined",
    "ach/accepted",
    "ach/returned",
    "rtp/pending_confirming",
    "rtp/timed_out",
    "rtp/confirmed",
    "rtp/declined",
    "inbound_wire_transfer",
    "inbound_wire_reversal",
    "inbound_ach_transfer_return_intention",
    "fee_payment",
  ], {
    "ach/pending": "pending",
    "ach/declined": "rejected",
    "ach/accepted": "booked",
    "ach/returned": "returned",
    "rtp/pending_confirming": "pending",
    "rtp/timed_out": "rejected",
    "rtp/confirmed": "booked",
    "rtp/declined": "rejected",
    "inbound_wire_transfer": "booked",
    "inbound_wire_reversal": "reversed",
    "inbound_ach_transfer_return_intention": "returned",
    // A debit of the statement, `otherDebits`.
    "fee_payment": "untold",
  }),
  payout: statuses([
    "pending_approval",
    "pending_transfer_session_confirmation",
    "canceled",
    "pending_submission",
    "pending_reviewing",
    "requires_attention",
    "rejected",
    "submitted",
    "submitted, settled",
    "returned",
    "complete",
    "reversed",
    "pending_creating",
  ], {
    "pending_approval": { state: "in_review", final: false },
    "pending_transfer_session_confirmation": { state: "in_review", final: false },
    "canceled": { state: "failed", final: true },
    "pending_submission": { state: "accepted", final: false },
    "pending_reviewing": { state: "in_review", final: false },
    "requires_attention": { state: "in_review", final: false },
    "rejected": { state: "failed", final: true },
    "submitted": { state: "sent", final: false },
    "submitted, settled": { state: "completed", final: false },
    "returned": { state: "returned", final: true },
    "complete": { state: "completed", final: true },
    "reversed": { state: "returned", final: true },
    "pending_creating": { state: "accepted", final: false },
  }),
  webhook: {
    proof: "verifyStandardWebhook",
    // The signature covers the event, which names the object alone: what it says is fetched.
    trust: "body",
    events: {
      "transaction.created": "inbound",
      "inbound_ach_transfer.updated": "inbound",
      "ach_transfer.updated": "payout",
      "account.updated": "untold",
    },
  },
  examples: {
    inbound: {
      id: transaction.id,
      state: "booked",
      gross: fromMinor(transaction.amount, 2, "USD"),
      fee: fromMinor(0n, 2, "USD"),
      net: fromMinor(transaction.amount, 2, "USD"),
      bookedAt: Date.parse(transaction.created_at) / 1000,
      match: { instructionId: transaction.route_id },
      payer: {
        name: transaction.source.originator_company_name,
        nameTrusted: false,
        account: { kind: "none", trusted: false },
      },
      revision: 1,
    },
    payout: {
      key: "k".repeat(32),
      id: "ach_transfer_uoxatyh3lt5evrsdvo7q",
      state: "returned",
      final: true,
      amount: fromMinor(110_00n, 2, "USD"),
      fee: fromMinor(0n, 2, "USD"),
      bankReference: transaction.source.trace_number,
      reason: { code: "account_closed", fields: ["bank_account_number"], providerCode: "R02" },
      revision: 4,
    },
  },
};
