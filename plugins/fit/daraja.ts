/**
 * M-Pesa Daraja 3.0 (Kenya): a shared number with a reference, a question before booking, answers that come by callback.
 * @module
 */
import { parseUnits } from "../money.ts";
import { LOWER_ALNUM, type RailFit, statuses, UPPER_ALNUM } from "./fit.ts";

const confirmation = {
  TransID: "RKTQDM7W6S",
  TransTime: "20260122122100",
  TransAmount: "5000",
  BillRefNumber: "KX7QH2M4TP",
  MSISDN: "2547 ***** 126",
  FirstName: "ANA",
};
const kes = (text: string) => ({ units: parseUnits(text) ?? 0n, currency: "KES" });

/**
 * The sketch. Status and balance are asked by call and answered by an unsigned callback. The call carries a random id
 * that `ports.store` keeps; `readWebhook` keeps the callback that names it there too and wakes up core, whose next
 * `findPayout` or `readBalance` reads it. `ports.store` also holds the one access token.
 */
export const daraja: RailFit = {
  name: "M-Pesa Daraja",
  declares: {
    currency: "KES",
    countries: ["KEN"],
    methods: ["MPESA"],
    // Whole shillings.
    minUnit: 10_000_000n,
    deposit: {
      address: "shared_with_reference",
      amount: "open",
      expires: false,
      payerFilter: false,
      payer: { account: "masked", nameTrusted: true },
      reference: { alphabet: UPPER_ALNUM, length: 10 },
      refund: "full",
    },
    payout: {
      finality: { kind: "final" },
      key: { alphabet: LOWER_ALNUM, length: 32 },
      fields: ["mobile_money_number"],
      optionalFields: ["mobile_money_provider"],
      reference: { alphabet: `${LOWER_ALNUM} `, maxLength: 100 },
      beneficiaryCheck: "none",
    },
    news: { webhook: true, pollEverySeconds: 300, files: false },
    // Registered as `Completed`: without our answer the money is kept.
    syncDecision: { deadlineMs: 8000, otherwise: "keep" },
    balance: "later",
  },
  calls: {
    "POST /mpesa/c2b/v1/registerurl": "prepare",
    "POST /pulltransactions/v1/register": "prepare",
    "paybill and BillRefNumber": "depositInstructions",
    "POST /pulltransactions/v1/query": "readStatement",
    "POST /mpesa/transactionstatus/v1/query (TransactionID)": "findInbound",
    "POST /mpesa/reversal/v1/request": "refundInbound",
    "POST /mpesa/b2c/v3/paymentrequest": "createPayout",
    "POST /mpesa/transactionstatus/v1/query (OriginatorConversationID)": "findPayout",
    "POST /mpesa/accountbalance/v1/query": "readBalance",
    "POST {webhook}/confirmation": "readWebhook",
    "POST {webhook}/result": "readWebhook",
    "POST {webhook}/timeout": "readWebhook",
    "POST {webhook}/validation": "answerDecision",
  },
  inbound: statuses(["confirmation", "pulled", "stk 0", "stk 1", "stk 1032", "stk 1037", "stk 2001"], {
    "confirmation": "booked",
    "pulled": "booked",
    "stk 0": "booked",
    "stk 1": "rejected",
    "stk 1032": "rejected",
    "stk 1037": "rejected",
    "stk 2001": "rejected",
  }),
  payout: statuses(["accepted (ResponseCode 0)", "0", "1", "2001", "2040", "timeout"], {
    "accepted (ResponseCode 0)": { state: "accepted", final: false },
    "0": { state: "completed", final: true },
    "1": { state: "failed", final: true },
    "2001": { state: "failed", final: true },
    "2040": { state: "failed", final: true },
    // QueueTimeOutURL: nobody knows yet, the status query is asked.
    "timeout": { state: "accepted", final: false },
  }),
  webhook: {
    proof: "none",
    trust: "wake_up",
    events: {
      confirmation: "inbound",
      validation: "decision",
      "result of B2C": "payout",
      "result of status": "payout",
      "result of balance": "balance",
      timeout: "payout",
    },
  },
  examples: {
    inbound: {
      id: confirmation.TransID,
      state: "booked",
      gross: kes(confirmation.TransAmount),
      fee: kes("0"),
      net: kes(confirmation.TransAmount),
      // Nairobi, UTC+3.
      bookedAt: Date.parse("2026-01-22T12:21:00+03:00") / 1000,
      match: { reference: confirmation.BillRefNumber },
      payer: {
        name: confirmation.FirstName,
        nameTrusted: true,
        account: { value: confirmation.MSISDN, kind: "masked", trusted: false },
      },
      revision: 1,
    },
    payout: {
      key: "k".repeat(32),
      id: "AG_20260122_2010759fd5662ef6d054",
      state: "failed",
      final: true,
      amount: kes("10"),
      fee: kes("0"),
      reason: { code: "other", fields: ["mobile_money_number"], providerCode: "2040" },
      revision: 2,
    },
  },
};
