/**
 * Stark Bank (Brazil): dynamic BR codes, transfers by Pix or TED, signed events.
 * @module
 */
import { fromMinor } from "../money.ts";
import { ALNUM, type RailFit, statuses } from "./fit.ts";

const deposit = {
  id: "6306109539221504",
  amount: 40_000n,
  fee: 50n,
  name: "ANA SILVA",
  taxId: "390.533.447-05",
  accountNumber: "876543-2",
  tags: ["dynamic-brcode/901e71f2447c43c886f58366a5432c4b"],
  transactionIds: ["1", "2"],
  created: "2026-01-22T12:21:00Z",
};

/** The sketch. */
export const stark: RailFit = {
  name: "Stark Bank",
  declares: {
    currency: "BRL",
    countries: ["BRA"],
    methods: ["PIX", "TED"],
    minUnit: 100_000n,
    deposit: {
      address: "per_transaction",
      amount: "either",
      expires: true,
      // `allowedTaxIds`
      payerFilter: true,
      payer: { account: "full", nameTrusted: true },
      reference: null,
      refund: "none",
    },
    payout: {
      // A second transaction id of a transfer is its charge-back.
      finality: { kind: "returnable", returnableDays: 90 },
      key: { alphabet: ALNUM, length: 32 },
      fields: ["bank_number", "bank_branch_number", "bank_account_number", "bank_account_type"],
      optionalFields: ["first_name", "last_name", "tax_id"],
      reference: { alphabet: `${ALNUM} `, maxLength: 100 },
      beneficiaryCheck: "none",
    },
    news: { webhook: true, pollEverySeconds: 60, files: false },
    syncDecision: null,
    balance: "now",
  },
  calls: {
    "POST /webhook": "prepare",
    "POST /dynamic-brcode": "depositInstructions",
    "GET /deposit?after": "readStatement",
    "GET /deposit/{id}": "findInbound",
    "POST /transfer": "createPayout",
    "GET /transfer (externalId)": "findPayout",
    "GET /balance": "readBalance",
    "POST {webhook}": "readWebhook",
  },
  inbound: statuses(["created", "created, two transactionIds"], {
    "created": "booked",
    "created, two transactionIds": "reversed",
  }),
  payout: statuses(["processing", "success", "failed", "success, two transactionIds"], {
    "processing": { state: "sent", final: false },
    "success": { state: "completed", final: false },
    "failed": { state: "failed", final: true },
    "success, two transactionIds": { state: "returned", final: true },
  }),
  webhook: {
    proof: "verifySecp256k1",
    trust: "body",
    events: { deposit: "inbound", transfer: "payout", invoice: "untold" },
  },
  examples: {
    inbound: {
      id: deposit.id,
      state: "reversed",
      gross: fromMinor(deposit.amount, 2, "BRL"),
      fee: fromMinor(deposit.fee, 2, "BRL"),
      net: fromMinor(deposit.amount - deposit.fee, 2, "BRL"),
      bookedAt: Date.parse(deposit.created) / 1000,
      match: { instructionId: deposit.tags[0]?.replace("dynamic-brcode/", "") ?? "" },
      payer: {
        name: deposit.name,
        nameTrusted: true,
        identity: deposit.taxId,
        account: { value: deposit.accountNumber, kind: "full", trusted: true },
      },
      reversal: { kind: "bank_return" },
      revision: deposit.transactionIds.length,
    },
  },
};
