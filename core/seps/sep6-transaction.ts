/**
 * What SEP-6 says of a transfer: the object of GET `/transaction`, of `/transactions`, and of callbacks.
 * @module
 */
import type { StoredInstructions } from "../bank/stored-instructions.ts";
import type { Transfer } from "../transfers/transfer.ts";
import { withoutAbsent } from "./absent.ts";
import { shownAmounts } from "./amounts.ts";
import { type Refund, refundsObject } from "./refunds.ts";
import { statusOf } from "./statuses.ts";
import { timesObject } from "./times.ts";
import type { TransferTexts } from "./transfer-texts.ts";

/** What stands beside the record. */
export interface Sep6Parts {
  /** Opened by the caller's own vault: given only while the user is to pay and afterwards (R-06-62). */
  readonly instructions: StoredInstructions | null;
  /** Where withdrawals are paid to, `G…`. */
  readonly receivingAccount: string;
  readonly refunds: readonly Refund[];
}

/** `{ name: { value, description } }` under SEP-9 financial names (R-06-60). */
export type Instructions = Readonly<Record<string, { readonly value: string; readonly description: string }>>;

/**
 * The transaction object of SEP-6, section 3.5. Absent keys are left out, so no wallet meets a null; but the Stellar side's
 * address is always there, as public checks demand it (trap 23), and `null` while nobody has paid.
 */
export function sep6Transaction(
  transfer: Transfer,
  parts: Sep6Parts,
  texts: TransferTexts,
): Record<string, unknown> {
  const status = statusOf("sep6", transfer.kind, transfer.state);
  const address = transfer.kind === "deposit" ? { to: transfer.destination } : { from: transfer.paidFrom };
  const known = withoutAbsent({
    id: transfer.id,
    kind: transfer.kind,
    status,
    ...amounts(transfer, texts),
    ...(transfer.kind === "deposit"
      ? depositParts(transfer, parts, texts)
      : withdrawalParts(transfer, parts)),
    ...timesObject(transfer, status),
    stellar_transaction_id: transfer.stellarTransactionId,
    external_transaction_id: transfer.externalTransactionId,
    message: transfer.message === null ? undefined : texts.message(transfer.message),
    refunds: refundsObject(parts.refunds),
  });
  return { ...known, ...address };
}

/** All of them once an amount is known, and none before. */
function amounts(transfer: Transfer, texts: TransferTexts): Record<string, unknown> {
  const { amountIn, assetIn, amountOut, assetOut, fee, items } = shownAmounts(transfer, texts.fee);
  if (amountIn === null) return {};
  return {
    amount_in: amountIn,
    amount_in_asset: assetIn,
    amount_out: amountOut,
    amount_out_asset: assetOut,
    amount_fee: fee,
    amount_fee_asset: fee === null ? undefined : assetIn,
    fee_details: fee === null ? undefined : withoutAbsent({
      total: fee,
      asset: assetIn,
      details: items.length === 0 ? undefined : items,
    }),
  };
}

function depositParts(
  transfer: Transfer,
  { instructions }: Sep6Parts,
  texts: TransferTexts,
): Record<string, unknown> {
  return {
    deposit_memo: transfer.memo?.value,
    deposit_memo_type: transfer.memo?.type,
    claimable_balance_id: transfer.claimableBalanceId,
    instructions: instructions ? instructionsObject(transfer.rail, instructions, texts) : undefined,
  };
}

function withdrawalParts(transfer: Transfer, { receivingAccount }: Sep6Parts): Record<string, unknown> {
  const isPayable = transfer.state !== "kyc";
  return {
    withdraw_anchor_account: isPayable ? receivingAccount : undefined,
    withdraw_memo: isPayable ? transfer.receiveMemo?.toString() : undefined,
    withdraw_memo_type: isPayable && transfer.receiveMemo !== null ? "id" : undefined,
  };
}

/** Instructions under their names, for `/deposit` and `/transaction` alike (R-06-63). */
export function instructionsObject(
  rail: string,
  { lines }: StoredInstructions,
  texts: TransferTexts,
): Instructions {
  return Object.fromEntries(
    lines.map(({ name, value, text }) => [name, { value, description: texts.line(rail, text) }]),
  );
}
