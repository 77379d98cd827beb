/**
 * Option sets that make the sandbox play the shape of a known kind of rail.
 * @module
 */
import type { Preset } from "./options.ts";

/** The shapes by name: `sandboxBank({ url, ...presets.pix })`. */
export const presets = {
  /** Brazil's Pix: an address with an exact amount and a code for each transaction, wake-up news, refunds in parts. */
  pix: {
    currency: "BRL",
    countries: ["BRA"],
    methods: ["PIX"],
    address: "per_transaction",
    amount: "exact",
    qr: "pix",
    expires: true,
    payerAccount: "none",
    payerNameTrusted: false,
    refund: "partial",
    payoutAfterSeconds: null,
    beneficiaryCheck: "none",
    webhook: "wake_up",
    pollEverySeconds: 60,
  },
  /** Mexico's SPEI through Bitso: one address per customer, masked payers, payouts that come back as credits. */
  bitso: {
    currency: "MXN",
    countries: ["MEX"],
    methods: ["SPEI"],
    address: "per_customer",
    amount: "open",
    payerAccount: "masked",
    payerNameTrusted: false,
    refund: "none",
    payoutFields: ["clabe_number"],
    payoutAfterSeconds: null,
    returnableDays: 30,
    returnsAs: "credit",
    beneficiaryCheck: "none",
    webhook: "wake_up",
    pollEverySeconds: 60,
  },
  /** Kenya's M-Pesa through Daraja: a shared number with a reference, a question before booking, a late balance. */
  daraja: {
    currency: "KES",
    decimals: 0,
    countries: ["KEN"],
    methods: ["MPESA"],
    address: "shared_with_reference",
    amount: "open",
    payerAccount: "masked",
    payerNameTrusted: true,
    refund: "full",
    payoutFields: ["mobile_money_number"],
    payoutAfterSeconds: null,
    beneficiaryCheck: "none",
    balance: "later",
    webhook: "wake_up",
    pollEverySeconds: 60,
    decision: { deadlineMs: 8000, otherwise: "keep" },
  },
  /** A euro account with ISO 20022 files and no webhooks: codes to pay by, camt in, pain out, returns as credits. */
  camt: {
    currency: "EUR",
    countries: ["DEU"],
    methods: ["SEPA"],
    address: "shared_with_reference",
    amount: "either",
    qr: "epc",
    refund: "none",
    payoutFields: ["bank_account_number"],
    payoutAfterSeconds: null,
    returnableDays: 14,
    returnsAs: "credit",
    beneficiaryCheck: "none",
    balance: "none",
    webhook: "none",
    pollEverySeconds: null,
    files: true,
  },
} as const satisfies Readonly<Record<string, Preset>>;
