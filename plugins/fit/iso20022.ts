/**
 * ISO 20022 files (SEPA and others): camt.052, .053 and .054 come in, pain.001 goes out, pain.002 answers.
 * @module
 */
import { type Money, parseUnits } from "../money.ts";
import { type RailFit, statuses, UPPER_ALNUM } from "./fit.ts";

const eur = (text: string): Money => ({ units: parseUnits(text) ?? 0n, currency: "EUR" });

/** `Ntry` with one `TxDtls`, a payout that came back. */
const entry = {
  AcctSvcrRef: "2026012200001",
  Amt: "85.20",
  Sts: "BOOK",
  BookgDt: "2026-01-22",
  EndToEndId: "K".repeat(30),
  Dbtr: "BANK AG",
  DbtrAcct: "DE89370400440532013000",
  Ustrd: "RETURN AC04",
};

/**
 * The sketch. There is no look-up by call: `findPayout` reads the folders, where a payment file that still waits says
 * "accepted" and the bank's answers say the rest; it never says "never seen" of a key that stood in a file.
 */
export const iso20022: RailFit = {
  name: "ISO 20022 files",
  declares: {
    currency: "EUR",
    countries: ["DEU"],
    methods: ["SEPA", "SEPA_INSTANT"],
    minUnit: 100_000n,
    deposit: {
      address: "shared_with_reference",
      amount: "open",
      expires: false,
      payerFilter: false,
      payer: { account: "full", nameTrusted: true },
      // What follows the four characters of an ISO 11649 reference, which the module adds.
      reference: { alphabet: UPPER_ALNUM, length: 16 },
      refund: "none",
    },
    payout: {
      finality: { kind: "returnable", returnableDays: 30 },
      // EndToEndId ≤ 35
      key: { alphabet: UPPER_ALNUM, length: 30 },
      fields: ["bank_account_number"],
      payerField: "bank_account_number",
      optionalFields: ["first_name", "last_name", "bank_number"],
      reference: { alphabet: `${UPPER_ALNUM} `, maxLength: 140 },
      beneficiaryCheck: "none",
    },
    news: { webhook: false, pollEverySeconds: null, files: true },
    syncDecision: null,
    balance: "none",
  },
  calls: {
    "IBAN and RF reference": "depositInstructions",
    "pain.001, registered": "createPayout",
    "pain.001, written": "writeFile",
    "camt.052, camt.053, camt.054, pain.002": "readFile",
    "folders": "findPayout",
  },
  inbound: statuses(["BOOK", "PDNG", "INFO", "BOOK RvslInd"], {
    "BOOK": "booked",
    "PDNG": "pending",
    "INFO": "untold",
    "BOOK RvslInd": "reversed",
  }),
  payout: statuses(["RJCT", "PDNG", "ACTC", "ACCP", "ACSP", "ACSC", "ACCC", "PART"], {
    RJCT: { state: "failed", final: true },
    PDNG: { state: "in_review", final: false },
    ACTC: { state: "accepted", final: false },
    ACCP: { state: "accepted", final: false },
    ACSP: { state: "sent", final: false },
    // Done on the debtor's side; a return comes later, as a credit.
    ACSC: { state: "completed", final: false },
    ACCC: { state: "completed", final: false },
    // Of a group: the transactions in it say each what became of it.
    PART: { state: "accepted", final: false },
  }),
  webhook: null,
  examples: {
    inbound: {
      id: entry.AcctSvcrRef,
      state: "booked",
      gross: eur(entry.Amt),
      fee: eur("0"),
      net: eur(entry.Amt),
      bookedAt: Date.parse(entry.BookgDt) / 1000,
      match: { remittance: entry.Ustrd },
      payer: {
        name: entry.Dbtr,
        nameTrusted: true,
        account: { value: entry.DbtrAcct, kind: "full", trusted: true },
      },
      original: { payoutKey: entry.EndToEndId },
      revision: 2,
    },
    payout: {
      key: entry.EndToEndId,
      state: "completed",
      final: false,
      amount: eur("85.20"),
      fee: eur("0"),
      returnableUntil: 1_771_700_000,
      revision: 5,
    },
  },
};
