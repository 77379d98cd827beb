/**
 * What SEP-24 says of a transfer: the object of GET `/transaction`, of `/transactions`, and of callbacks.
 * @module
 */
import type { State } from "../transfers/states.ts";
import type { Transfer } from "../transfers/transfer.ts";
import { withoutAbsent } from "./absent.ts";
import { type ShownAmounts, shownAmounts } from "./amounts.ts";
import { type Refund, refundsObject } from "./refunds.ts";
import { type Status, statusOf } from "./statuses.ts";
import { timesObject } from "./times.ts";
import type { TransferTexts } from "./transfer-texts.ts";

/** What stands beside the record. */
export interface Sep24Parts {
  /** The page that says all about the transfer, for as long as it is kept. */
  readonly moreInfoUrl: string;
  /** Where withdrawals are paid to, `G…`. */
  readonly receivingAccount: string;
  /** The account that a withdrawal pays, masked; `null` until it is known. */
  readonly payoutAccount: string | null;
  readonly refunds: readonly Refund[];
}

/** Statuses in which a withdrawal is not to be paid, and was not: one that was paid ends in another one. */
const NOT_PAYABLE: ReadonlySet<Status> = new Set<Status>(["incomplete", "expired", "error"]);

/** Statuses that the customer's data is missing in: SEP-24 has no name for just that (trap 10). */
const LACKS_DATA: ReadonlySet<Status> = new Set<Status>(["incomplete", "pending_user"]);

/** States that nobody reaches without being accepted; where money goes back or a person decides, it cannot be said. */
const VERIFIED: ReadonlySet<State> = new Set<State>([
  "instructing",
  "waiting",
  "arriving",
  "funded",
  "trusting",
  "paying",
  "completed",
]);

/** Statuses that end a transfer whose money came (R-24-146). */
const COMPLETED: ReadonlySet<Status> = new Set<Status>(["completed", "refunded"]);

/**
 * The transaction object of SEP-24, section 3.3. What its table does not call optional is always there, and `null` until
 * it is known (R-24-135); so are the amounts, which public checks look for (traps 13 and 14). The rest is left out.
 */
export function sep24Transaction(
  transfer: Transfer,
  parts: Sep24Parts,
  texts: Pick<TransferTexts, "message" | "fee">,
): Record<string, unknown> {
  const { kind, state, message } = transfer;
  const status = statusOf("sep24", kind, state);
  const amounts = shownAmounts(transfer, texts.fee);
  const { completed_at, ...times } = timesObject(transfer, status);
  const always = {
    id: transfer.id,
    kind,
    status,
    more_info_url: parts.moreInfoUrl,
    amount_in: amounts.amountIn,
    amount_in_asset: amounts.assetIn,
    amount_out: amounts.amountOut,
    amount_out_asset: amounts.assetOut,
    fee_details: feeDetails(amounts),
    stellar_transaction_id: transfer.stellarTransactionId,
    ...(kind === "deposit" ? depositSides(transfer) : withdrawalSides(transfer, status, parts)),
  };
  const known = withoutAbsent({
    kyc_verified: kycVerified(transfer),
    // Deprecated, and still what many wallets read (R-24-150).
    amount_fee: amounts.fee,
    amount_fee_asset: amounts.fee === null ? undefined : amounts.assetIn,
    ...times,
    completed_at: COMPLETED.has(status) ? completed_at : undefined,
    external_transaction_id: transfer.externalTransactionId,
    message: message === null ? undefined : texts.message(message),
    refunded: status === "refunded",
    refunds: refundsObject(parts.refunds),
    ...(kind === "deposit" ? payoutMemo(transfer) : {}),
  });
  return { ...always, ...known };
}

/** Whether the customer is verified for this transfer; `undefined` where its state does not tell. */
export function kycVerified({ kind, state }: Pick<Transfer, "kind" | "state">): boolean | undefined {
  if (LACKS_DATA.has(statusOf("sep24", kind, state))) return false;
  return VERIFIED.has(state) ? true : undefined;
}

/** SEP-24 itemizes under `breakdown`, unlike all other SEPs (trap 1). */
function feeDetails({ fee, assetIn, items }: ShownAmounts): Record<string, unknown> | null {
  if (fee === null) return null;
  return { total: fee, asset: assetIn, ...(items.length === 0 ? {} : { breakdown: items }) };
}

/** The address on Stellar is told from the beginning (trap 13); the payer's account at a bank is nobody's business. */
function depositSides({ destination, account, claimableBalanceId }: Transfer): Record<string, unknown> {
  return { from: null, to: destination ?? account, claimable_balance_id: claimableBalanceId };
}

/**
 * Until the payment has come, it is expected from whom the wallet named, else from whoever asked. Where to pay shows once it
 * may be paid (R-24-103).
 */
function withdrawalSides(
  { paidFrom, payingAccount, account, receiveMemo }: Transfer,
  status: Status,
  { payoutAccount, receivingAccount }: Sep24Parts,
): Record<string, unknown> {
  const isPayable = receiveMemo !== null && !NOT_PAYABLE.has(status);
  return {
    from: paidFrom ?? payingAccount ?? account,
    to: payoutAccount,
    withdraw_anchor_account: isPayable ? receivingAccount : null,
    withdraw_memo: isPayable ? receiveMemo.toString() : null,
    withdraw_memo_type: isPayable ? "id" : null,
  };
}

function payoutMemo({ memo }: Transfer): Record<string, unknown> {
  return { deposit_memo: memo?.value, deposit_memo_type: memo?.type };
}
