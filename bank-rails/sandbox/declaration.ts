/**
 * What the sandbox rail says of itself, read off its options.
 * @module
 */
import type { RailDeclaration } from "../../plugins/bank-rail.ts";
import type { ReadOptions } from "./options.ts";

const CAPITALS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const TEXT = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 -";
const LOWER_BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

/** The declaration that follows from the options. */
export function declarationOf(options: ReadOptions): RailDeclaration {
  return {
    currency: options.currency,
    countries: options.countries,
    methods: options.methods,
    minUnit: 10n ** BigInt(7 - options.decimals),
    deposit: {
      address: options.address,
      amount: options.amount,
      expires: options.expires,
      payerFilter: options.payerFilter,
      payer: { account: options.payerAccount, nameTrusted: options.payerNameTrusted },
      reference: options.address === "shared_with_reference" ? { alphabet: CAPITALS, length: 10 } : null,
      refund: options.refund,
    },
    payout: {
      finality: options.returnableDays === 0
        ? { kind: "final" }
        : { kind: "returnable", returnableDays: options.returnableDays },
      key: { alphabet: LOWER_BASE32, length: 30 },
      fields: options.payoutFields,
      ...payerFieldOf(options),
      optionalFields: ["first_name", "last_name", "bank_name", "bank_number"],
      reference: { alphabet: TEXT, maxLength: 35 },
      beneficiaryCheck: options.beneficiaryCheck,
    },
    news: {
      webhook: options.webhook !== "none",
      pollEverySeconds: options.pollEverySeconds,
      files: options.files,
    },
    syncDecision: options.decision,
    balance: options.balance,
  };
}

/** An account that is told in full can be paid where its number is all that a payout needs. */
function payerFieldOf({ payerAccount, payoutFields }: ReadOptions): { readonly payerField?: string } {
  const [only, ...others] = payoutFields;
  return only !== undefined && others.length === 0 && payerAccount === "full" ? { payerField: only } : {};
}
