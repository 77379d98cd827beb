/**
 * What the sandbox bank is told when the account is made ready: the shape to play, and where its news goes.
 * @module
 */
import type { Ports } from "../../plugins/ports.ts";
import type { ReadOptions } from "./options.ts";

/** How the bank has to write its numbers, by the code that is made of them. */
const NUMBERS = { none: "plain", epc: "iban", pix: "pix" } as const;

/** The body of the set-up call. */
export function shapeOf(options: ReadOptions, ports: Ports) {
  return {
    shape: {
      currency: options.currency,
      decimals: options.decimals,
      address: options.address,
      numbers: NUMBERS[options.qr],
      amount: options.amount,
      payerFilter: options.payerFilter,
      payerAccount: options.payerAccount,
      payerNameTrusted: options.payerNameTrusted,
      refund: options.refund,
      inboundFee: options.inboundFee,
      payoutFee: options.payoutFee,
      payoutFields: options.payoutFields,
      payoutAfterSeconds: options.payoutAfterSeconds,
      returnableDays: options.returnableDays,
      returnsAs: options.returnsAs,
      beneficiaryCheck: options.beneficiaryCheck,
      balance: options.balance,
      webhook: options.webhook,
      decision: options.decision,
      openingBalance: options.openingBalance,
    },
    webhook: options.webhook === "none" ? null : { url: ports.webhookUrl, secret: options.webhookSecrets[0] },
  };
}
