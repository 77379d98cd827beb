/**
 * The amounts of a transfer as SEP-6 and SEP-24 both say them: decimals, each with its asset in SEP-38 format. What the
 * keys are called, and what stands there while nothing is known, is each SEP's own.
 * @module
 */
import { z } from "zod";
import { formatUnits } from "../../plugins/money.ts";
import type { Transfer } from "../transfers/transfer.ts";

/** One item of the fee; `name` is for people. */
export interface ShownFeeItem {
  readonly name: string;
  readonly amount: string;
}

/** Amounts as text, `null` until they are known. */
export interface ShownAmounts {
  readonly amountIn: string | null;
  readonly assetIn: string;
  readonly amountOut: string | null;
  readonly assetOut: string;
  /**
   * The whole fee, `null` until there is an amount. It is taken out of what came in, so it is in that asset, and the
   * formulas hold in one unit (R-06-146, R-24-151).
   */
  readonly fee: string | null;
  /** What the fee consists of; they add up to it. */
  readonly items: readonly ShownFeeItem[];
}

const feeItems = z.array(z.object({ name: z.string(), amount: z.string() }));

/** The amounts of a transfer. @param nameOf what a fee item is called in the reader's language */
export function shownAmounts(transfer: Transfer, nameOf: (item: string) => string): ShownAmounts {
  const { kind, asset, currency, amountIn, amountOut, amountFee, feeDetails } = transfer;
  const token = `stellar:${asset}`;
  const fiat = `iso4217:${currency}`;
  // Which side is the token depends on the kind (R-06-145).
  const [assetIn, assetOut] = kind === "deposit" ? [fiat, token] : [token, fiat];
  const items = feeDetails === null ? [] : feeItems.parse(JSON.parse(feeDetails));
  return {
    amountIn: decimal(amountIn),
    assetIn,
    amountOut: decimal(amountOut),
    assetOut,
    fee: decimal(amountFee),
    items: items.map(({ name, amount }) => ({ name: nameOf(name), amount })),
  };
}

function decimal(units: bigint | null): string | null {
  return units === null ? null : formatUnits(units);
}
