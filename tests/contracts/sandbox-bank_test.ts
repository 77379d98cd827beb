import { bankRailContract } from "../../plugins/contract-tests/bank-rail.ts";
import { sandboxRail, type Shape } from "./sandbox-bank-stand-in.ts";

/** One option at a time from the default. */
const SHAPES: Readonly<Record<string, Shape>> = {
  "default": {},
  "payouts at once": { payoutAfterSeconds: 0 },
  "address per transaction": { address: "per_transaction" },
  "address per customer": { address: "per_customer" },
  "exact amounts": { amount: "exact" },
  "open amounts": { amount: "open" },
  "payer filter": { payerFilter: true },
  "masked payers": { payerAccount: "masked" },
  "no payers": { payerAccount: "none" },
  "wake-ups": { webhook: "wake_up" },
  "no webhooks": { webhook: "none" },
  "webhooks alone": { pollEverySeconds: null },
  "no refunds": { refund: "none" },
  "full refunds": { refund: "full" },
  "fees": { inboundFee: "0.01", payoutFee: "0.25" },
  "returnable payouts": { returnableDays: 60 },
  "returns as credits": { returnableDays: 60, returnsAs: "credit" },
  "no decimals": { currency: "JPY", decimals: 0 },
  "seven decimals": { decimals: 7 },
  "accounts checked for existence": { beneficiaryCheck: "exists" },
  "accounts not checked": { beneficiaryCheck: "none" },
  "balance later": { balance: "later" },
  "no balance": { balance: "none" },
  "files": { files: true },
  "asks, keeps without answer": { decision: { deadlineMs: 200, otherwise: "keep" } },
  "asks, returns without answer": { decision: { deadlineMs: 200, otherwise: "return" } },
};

for (const [name, shape] of Object.entries(SHAPES)) {
  bankRailContract(`sandbox bank, ${name}`, sandboxRail(shape));
}
