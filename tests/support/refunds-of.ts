/**
 * What a transaction says of what went back, checked by the formulas of SEP-6 and SEP-24.
 * @module
 */
import assert from "node:assert/strict";
import { z } from "zod";
import { parseUnits } from "../../plugins/money.ts";
import type { WalletTransaction } from "../../sandbox/wallet/mod.ts";
import { text } from "./customer.ts";

const refundsSchema = z.object({
  amount_refunded: z.string(),
  amount_fee: z.string(),
  payments: z.array(z.object({
    id: z.string(),
    id_type: z.enum(["stellar", "external"]),
    amount: z.string(),
    fee: z.string(),
  })),
});

/** The refunds of a transaction, once the formulas of SEP-6 have been found to hold for it. */
export function refundsOf(transaction: WalletTransaction) {
  const refunds = refundsSchema.parse(transaction["refunds"]);
  const units = (value: string) => parseUnits(value) ?? assert.fail(value);
  const sum = (pick: "amount" | "fee") =>
    refunds.payments.reduce((total, payment) => total + units(payment[pick]), 0n);
  assert.equal(units(refunds.amount_refunded), sum("amount"));
  assert.equal(units(refunds.amount_fee), sum("fee"));
  assert.equal(
    units(text(transaction, "amount_out")),
    units(text(transaction, "amount_in")) - units(text(transaction, "amount_fee")) -
      units(refunds.amount_refunded) - units(refunds.amount_fee),
  );
  return refunds;
}
