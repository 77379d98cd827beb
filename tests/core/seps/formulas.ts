/**
 * The formulas that hold between the amounts of any transaction object.
 * @module
 */
import assert from "node:assert/strict";
import { parseUnits } from "../../../plugins/money.ts";

/** The amounts of a transaction object; `null` and absent mean the same. */
export interface ShownSums {
  readonly amount_in?: string | null | undefined;
  readonly amount_out?: string | null | undefined;
  readonly amount_fee?: string | undefined;
  readonly amount_fee_asset?: string | undefined;
  readonly fee_details?: { readonly total: string; readonly asset: string } | null | undefined;
  readonly refunds?: {
    readonly amount_refunded: string;
    readonly amount_fee: string;
    readonly payments: readonly { readonly amount: string; readonly fee: string }[];
  } | undefined;
}

const units = (text: string | null | undefined) => parseUnits(text ?? "0") ?? assert.fail("no decimal");

/** Asserts them. @param items of the fee, where it is itemized */
export function assertFormulas(shown: ShownSums, items?: readonly { readonly amount: string }[]): void {
  const { amount_in, amount_out, amount_fee, fee_details: fee, refunds } = shown;
  if (typeof amount_out === "string") {
    const back = units(refunds?.amount_refunded) + units(refunds?.amount_fee);
    assert.equal(units(amount_out), units(amount_in) - units(amount_fee) - back);
  }
  assert.equal(fee?.total, amount_fee);
  assert.equal(fee?.asset, shown.amount_fee_asset);
  if (items) assert.equal(items.reduce((sum, { amount }) => sum + units(amount), 0n), units(fee?.total));
  const sum = (pick: "amount" | "fee") =>
    (refunds?.payments ?? []).reduce((all, one) => all + units(one[pick]), 0n);
  assert.deepEqual([sum("amount"), sum("fee")], [
    units(refunds?.amount_refunded),
    units(refunds?.amount_fee),
  ]);
}
