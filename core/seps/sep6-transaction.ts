/**
 * What SEP-6 says of a transfer: the object of GET `/transaction`, of `/transactions`, and of callbacks.
 * @module
 */
import { z } from "zod";
import { formatUnits } from "../../plugins/money.ts";
import type { StoredInstructions } from "../bank/instructions.ts";
import type { Transfer } from "../transfers/transfer.ts";
import { statusOf, WAITS_FOR_USER } from "./statuses.ts";

/** Texts for people, in the language of the answer. */
export interface Sep6Texts {
  /** Of a message key below `transfer.message.`; `{ reason }` may be ignored. */
  readonly message: (key: string) => string;
  /** Name of a fee item. */
  readonly fee: (name: string) => string;
  /** What an instruction line is. */
  readonly line: (rail: string, key: string) => string;
}

/** What stands beside the record. */
export interface Sep6Parts {
  /** Opened by the caller's own vault: given only while the user is to pay and afterwards (R-06-62). */
  readonly instructions: StoredInstructions | null;
  /** Where withdrawals are paid to, `G…`. */
  readonly receivingAccount: string;
  readonly refunds: readonly {
    readonly id: string;
    readonly idType: "stellar" | "external";
    readonly amount: bigint;
    readonly fee: bigint;
  }[];
}

/** `{ name: { value, description } }` under SEP-9 financial names (R-06-60). */
export type Instructions = Readonly<Record<string, { readonly value: string; readonly description: string }>>;

const feeItems = z.array(z.object({ name: z.string(), amount: z.string() }));

/**
 * The transaction object of SEP-6, section 3.5. Absent keys are left out, so no wallet meets a null; but the Stellar side's
 * address is always there, as public checks demand it (trap 23), and `null` while nobody has paid.
 */
export function sep6Transaction(
  transfer: Transfer,
  parts: Sep6Parts,
  texts: Sep6Texts,
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
    started_at: isoTime(transfer.startedMs),
    updated_at: isoTime(transfer.statusMs),
    completed_at: transfer.completedMs === null ? undefined : isoTime(transfer.completedMs),
    user_action_required_by: transfer.expiresMs !== null && WAITS_FOR_USER.has(status)
      ? isoTime(transfer.expiresMs)
      : undefined,
    stellar_transaction_id: transfer.stellarTransactionId,
    external_transaction_id: transfer.externalTransactionId,
    message: transfer.message === null ? undefined : texts.message(transfer.message),
    refunds: refundsOf(parts),
  });
  return { ...known, ...address };
}

/** In SEP-38 format (R-06-145): which side is the token depends on the kind. */
function amounts(transfer: Transfer, texts: Sep6Texts): Record<string, unknown> {
  const token = `stellar:${transfer.asset}`;
  const fiat = `iso4217:${transfer.currency}`;
  const [assetIn, assetOut] = transfer.kind === "deposit" ? [fiat, token] : [token, fiat];
  if (transfer.amountIn === null) return {};
  // The fee is taken out of what came in, so it is in its asset, and the formula holds in one unit (R-06-146).
  const fee = transfer.amountFee === null ? undefined : formatUnits(transfer.amountFee);
  const details = transfer.feeDetails === null ? [] : feeItems.parse(JSON.parse(transfer.feeDetails));
  return {
    amount_in: formatUnits(transfer.amountIn),
    amount_in_asset: assetIn,
    amount_out: transfer.amountOut === null ? undefined : formatUnits(transfer.amountOut),
    amount_out_asset: assetOut,
    amount_fee: fee,
    amount_fee_asset: fee === undefined ? undefined : assetIn,
    fee_details: fee === undefined ? undefined : withoutAbsent({
      total: fee,
      asset: assetIn,
      details: details.length === 0
        ? undefined
        : details.map(({ name, amount }) => ({ name: texts.fee(name), amount })),
    }),
  };
}

function depositParts(
  transfer: Transfer,
  { instructions }: Sep6Parts,
  texts: Sep6Texts,
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
  texts: Sep6Texts,
): Instructions {
  return Object.fromEntries(
    lines.map(({ name, value, text }) => [name, { value, description: texts.line(rail, text) }]),
  );
}

function refundsOf({ refunds }: Sep6Parts): Record<string, unknown> | undefined {
  if (refunds.length === 0) return undefined;
  const sum = (pick: (refund: Sep6Parts["refunds"][number]) => bigint) =>
    formatUnits(refunds.reduce((total, refund) => total + pick(refund), 0n));
  return {
    amount_refunded: sum(({ amount }) => amount),
    amount_fee: sum(({ fee }) => fee),
    payments: refunds.map(({ id, idType, amount, fee }) => ({
      id,
      id_type: idType,
      amount: formatUnits(amount),
      fee: formatUnits(fee),
    })),
  };
}

/** UTC, ISO 8601, ending in `Z` (R-06-138). */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

function withoutAbsent(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== null),
  );
}
