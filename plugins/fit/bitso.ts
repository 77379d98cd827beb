/**
 * Bitso Business (Mexico, SPEI): one CLABE per customer, a growing nonce, payouts that come back as deposits.
 * @module
 */
import { type Money, parseUnits } from "../money.ts";
import { ALNUM, type RailFit, statuses } from "./fit.ts";

const mxn = (text: string): Money => ({ units: parseUnits(text) ?? 0n, currency: "MXN" });

/** A line of `GET /spei/v2/deposits` that is a withdrawal of ours which came back. */
const compensatory = {
  clave_rastreo: "NU39KO5MT3G1ITDMIUDKQ5FDQ1I4",
  amount: "100.00",
  created_at: "2026-01-22T12:21:00Z",
  receiver_clabe: "710969000000401104",
  sender_name: "ANA SILVA",
  sender_clabe: "****9719",
  refunded_withdrawal: { wid: "w1", origin_id: "k".repeat(26) },
};

/**
 * The sketch. `ports.store` holds the nonce (compare-and-swap) and which customer has which CLABE, for the call that
 * makes one has no key of ours. Webhooks are signed in part and lack the receiving CLABE, so they only wake up.
 */
export const bitso: RailFit = {
  name: "Bitso (SPEI)",
  declares: {
    currency: "MXN",
    countries: ["MEX"],
    methods: ["SPEI"],
    minUnit: 100_000n,
    deposit: {
      address: "per_customer",
      amount: "open",
      expires: false,
      payerFilter: false,
      payer: { account: "masked", nameTrusted: false },
      reference: null,
      refund: "none",
    },
    payout: {
      finality: { kind: "returnable", returnableDays: 30 },
      key: { alphabet: ALNUM, length: 32 },
      fields: ["clabe_number"],
      optionalFields: ["first_name", "last_name", "tax_id"],
      reference: { alphabet: `${ALNUM} `, maxLength: 40 },
      beneficiaryCheck: "none",
    },
    news: { webhook: true, pollEverySeconds: 60, files: false },
    syncDecision: null,
    balance: "now",
  },
  calls: {
    "POST /api/v3/webhooks": "prepare",
    "POST /spei/v1/clabes": "depositInstructions",
    "GET /spei/v2/deposits (cursor)": "readStatement",
    "GET /v3/withdrawals?marker": "readStatement",
    "GET /spei/v2/deposits?tracking_key": "findInbound",
    "POST /v3/withdrawals": "createPayout",
    "GET /v3/withdrawals?origin_ids": "findPayout",
    "GET /v3/balance": "readBalance",
    "POST {webhook}": "readWebhook",
  },
  inbound: statuses(["pending", "complete", "failed"], {
    pending: "pending",
    complete: "booked",
    failed: "rejected",
  }),
  payout: statuses(["pending", "processing", "complete", "failed"], {
    pending: { state: "accepted", final: false },
    processing: { state: "sent", final: false },
    // It may still come back, as a deposit with `refunded_withdrawal`.
    complete: { state: "completed", final: false },
    failed: { state: "failed", final: true },
  }),
  webhook: {
    proof: "verifyRsaSha256",
    trust: "wake_up",
    events: {
      funding: "inbound",
      withdrawal: "payout",
      dynamic_qr_code: "untold",
      spei_payment: "inbound",
      payin: "untold",
      payout: "untold",
      payin_intent: "untold",
    },
  },
  examples: {
    inbound: {
      id: compensatory.clave_rastreo,
      state: "booked",
      gross: mxn(compensatory.amount),
      fee: mxn("0"),
      net: mxn(compensatory.amount),
      bookedAt: Date.parse(compensatory.created_at) / 1000,
      match: { instructionId: compensatory.receiver_clabe },
      payer: {
        name: compensatory.sender_name,
        nameTrusted: false,
        account: { value: compensatory.sender_clabe, kind: "masked", trusted: false },
      },
      original: {
        payoutKey: compensatory.refunded_withdrawal.origin_id,
        payoutId: compensatory.refunded_withdrawal.wid,
      },
      revision: 1,
    },
    payout: {
      key: compensatory.refunded_withdrawal.origin_id,
      id: compensatory.refunded_withdrawal.wid,
      state: "completed",
      final: false,
      amount: mxn("100.00"),
      fee: mxn("0"),
      bankReference: compensatory.clave_rastreo,
      revision: 3,
    },
  },
};
