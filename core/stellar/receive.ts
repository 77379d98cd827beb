/**
 * Takes in what the ledger shows of our accounts (M-11, M-12, M-13): receipts go to the withdrawal whose memo they carry,
 * everything else that is money goes to suspense with an alarm. Nothing is credited by guess and nothing is dropped.
 * @module
 */
import { insertReceipt, type NewReceipt } from "../bank/receipts.ts";
import { move, type Posting, postingStatements } from "../money/postings.ts";
import { raiseAlarm } from "../records/alarms.ts";
import { repeatable, type Statement } from "../records/database.ts";
import type { Vault } from "../records/vault.ts";
import { debitId, noteDebit } from "../transfers/debits.ts";
import { newId } from "../transfers/id.ts";
import { fund, type Funding } from "../transfers/funding.ts";
import { raiseDebitAlarm } from "../transfers/payout-stop.ts";
import { type Transfer, transferFrom } from "../transfers/transfer.ts";
import { isErrand } from "./errands.ts";
import type { PaymentHappening } from "./happening.ts";
import { isMemoId } from "./memo.ts";
import type { UnderstoodOperation } from "./observed.ts";
import { attemptOfTransaction } from "../transfers/attempts.ts";
import { markProcessed, setAside, type UnprocessedTransaction } from "./unprocessed.ts";

/** What taking in operations needs. */
export interface LedgerReceiving extends Funding {
  readonly vault: Vault;
  /** `G…` that withdrawals are paid to. */
  readonly receivingAccount: string;
  /** Assets (`CODE:ISSUER`) that we anchor. */
  readonly anchored: ReadonlySet<string>;
}

type Payment = UnderstoodOperation & PaymentHappening;

/** Why money on the ledger belongs to no transfer. */
type UnmatchedReason =
  | "no_memo"
  | "unknown_memo"
  | "memo_conflict"
  | "memo_type"
  | "other_asset"
  | "other_account"
  | "not_waiting";

/** To whom a payment belongs, with the transfer that an operator should look at first. */
type LedgerMatch =
  | { readonly kind: "transfer"; readonly transfer: Transfer }
  | { readonly kind: "unmatched"; readonly reason: UnmatchedReason; readonly likely?: Transfer };

/** Takes in the operations of one transaction on one account of ours. @returns ids of transfers that moved */
export async function takeTransaction(
  on: LedgerReceiving,
  transaction: UnprocessedTransaction,
): Promise<string[]> {
  const payments: Payment[] = [];
  for (const operation of transaction.operations) {
    if (operation.kind === "payment" && operation.direction === "in") payments.push(operation);
    else await takeOther(on, transaction.account, operation);
  }
  const moved: string[] = [];
  // Receipts of one transaction with the same memo are added up before the amount rule (M-11).
  const groups = Map.groupBy(
    payments,
    ({ toMuxedId, memo, asset }) => `${toMuxedId ?? memo?.value ?? ""} ${asset}`,
  );
  for (const group of groups.values()) {
    const id = await takePayments(on, transaction.account, group);
    if (id !== null) moved.push(id);
  }
  return moved;
}

async function takePayments(
  on: LedgerReceiving,
  account: string,
  group: readonly Payment[],
): Promise<string | null> {
  const [first] = group;
  if (!first) return null;
  const amount = group.reduce((sum, payment) => sum + payment.amount, 0n);
  const match = await matchPayment(on, account, first);
  if (match.kind === "transfer") {
    const { transfer } = match;
    const applied = await fund(on, transfer.id, {
      amount,
      kept: 0n,
      place: account,
      stellarTransactionId: first.hash,
      paidFrom: first.fromMuxed ?? first.from,
    }, () => group.flatMap((payment) => receiptStatements(on, account, payment, match)));
    if (applied.kind === "recorded") return transfer.id;
    if (applied.kind === "duplicate") return null;
    await keepUnmatched(on, account, group, { kind: "unmatched", reason: "not_waiting", likely: transfer });
    return null;
  }
  await keepUnmatched(on, account, group, match);
  return null;
}

async function matchPayment(on: LedgerReceiving, account: string, payment: Payment): Promise<LedgerMatch> {
  if (account !== on.receivingAccount) return { kind: "unmatched", reason: "other_account" };
  const { memo, toMuxedId } = payment;
  const byMuxed = toMuxedId === null ? null : await withMemo(on, toMuxedId);
  const byMemo = memo !== null && isMemoId(memo.value) ? await withMemo(on, memo.value) : null;
  const likely = byMuxed ?? byMemo;
  const unmatched = (reason: UnmatchedReason): LedgerMatch => ({
    kind: "unmatched",
    reason,
    ...(likely ? { likely } : {}),
  });
  if (memo === null && toMuxedId === null) return unmatched("no_memo");
  // A memo of another type than the one that was given is no match, even if its text reads the same (M-12).
  if (memo !== null && memo.type !== "id") return unmatched("memo_type");
  if (memo !== null && toMuxedId !== null && memo.value !== toMuxedId) return unmatched("memo_conflict");
  if (!likely) return unmatched("unknown_memo");
  if (payment.asset !== likely.asset) return unmatched("other_asset");
  if (likely.state !== "waiting") return unmatched("not_waiting");
  return { kind: "transfer", transfer: likely };
}

async function withMemo(on: LedgerReceiving, digits: string): Promise<Transfer | null> {
  // Memos that we give lie below 2⁵³; a greater number is nobody's and does not fit the column either.
  if (BigInt(digits) >= 1n << 53n) return null;
  const [row] = await on.books.db.query({
    sql: "select * from transfers where receive_memo = ?",
    args: [BigInt(digits)],
  });
  return row ? transferFrom(row) : null;
}

async function keepUnmatched(
  on: LedgerReceiving,
  account: string,
  group: readonly Payment[],
  match: Extract<LedgerMatch, { kind: "unmatched" }>,
): Promise<void> {
  for (const payment of group) {
    if (payment.amount === 0n) {
      await write(on, payment, []);
      continue;
    }
    await write(on, payment, [
      ...receiptStatements(on, account, payment, match).filter((_, index) => index === 0),
      raiseAlarm("receipt_unmatched", payment.id, match.reason),
    ], move(payment.asset, payment.amount, heldIn(on, payment.asset), "suspense"));
  }
}

function receiptStatements(
  on: LedgerReceiving,
  account: string,
  payment: Payment,
  match: LedgerMatch,
): Statement[] {
  const receipt: NewReceipt = {
    id: newId(),
    side: "ledger",
    place: account,
    externalId: payment.id,
    state: match.kind === "transfer" ? "matched" : "unmatched",
    asset: payment.asset,
    gross: payment.amount,
    fee: 0n,
    net: payment.amount,
    detail: payment.hash,
    revision: 1,
    payer: {
      nameTrusted: false,
      account: { value: payment.fromMuxed ?? payment.from, kind: "full", trusted: true },
    },
    ...(match.kind === "transfer"
      ? { transferId: match.transfer.id, customerId: match.transfer.customerId }
      : { reason: match.reason, ...(match.likely ? { likelyTransferId: match.likely.id } : {}) }),
  };
  return [insertReceipt(on.vault, receipt), ...markProcessed(payment.id)];
}

/** What is no incoming payment. What we did not store ourselves is posted to suspense and raises an alarm (M-13). */
async function takeOther(
  on: LedgerReceiving,
  account: string,
  operation: UnprocessedTransaction["operations"][number],
): Promise<void> {
  if (operation.kind === "unreadable") {
    await on.books.db.write([
      ...setAside(operation.id, operation.reason),
      raiseAlarm("operation_set_aside", operation.id, operation.reason),
    ], repeatable);
    return;
  }
  const isUnknown = operation.direction === "out" && !await isAttempt(on, operation) &&
    !await isErrand(on.books.db, operation);
  if (!isUnknown) return await write(on, operation, alarmsOf(account, operation));
  const { id: externalId, hash, innerHash } = operation;
  const { asset, amount } = whatLeft(on, operation);
  if (asset === null || amount === 0n) {
    return await write(on, operation, [
      raiseDebitAlarm(debitId("ledger", externalId), asset ?? operation.kind),
    ]);
  }
  const key = innerHash ?? hash;
  const debit = { side: "ledger", place: account, externalId, key, asset, amount, fee: 0n } as const;
  await write(on, operation, noteDebit(debit), move(asset, amount, "suspense", heldIn(on, asset)));
}

/** One that was taken for absent or failed is in no books: what was paid by it may have been paid once more. */
async function isAttempt(
  { books: { db } }: LedgerReceiving,
  operation: UnderstoodOperation,
): Promise<boolean> {
  const attempt = await attemptOfTransaction(db, operation);
  return attempt !== null && attempt.state !== "absent" && attempt.state !== "failed";
}

/** What moves nothing yet, or takes the right to move something, is told to an operator all the same. */
function alarmsOf(account: string, operation: UnderstoodOperation): Statement[] {
  const { kind, direction, id } = operation;
  const isForUs = (kind === "claimable_balance_created" || kind === "claimable_balance_claimed") &&
    direction === "in";
  if (isForUs) return [raiseAlarm("receipt_unmatched", id, kind)];
  // Offers, pools and contracts change balances by amounts that their records do not tell.
  if (kind === "other" && operation.value) {
    const isOwn = operation.source === account;
    return [
      isOwn
        ? raiseDebitAlarm(debitId("ledger", id), operation.type)
        : raiseAlarm("receipt_unmatched", id, operation.type),
    ];
  }
  const isDeauthorized = kind === "authorization_changed" && operation.trustor === account &&
    operation.authorized === false;
  return isDeauthorized ? [raiseDebitAlarm(debitId("ledger", id), kind)] : [];
}

/** What left us by an operation that nobody stored, and of which asset payouts rest. */
function whatLeft(
  on: LedgerReceiving,
  operation: UnderstoodOperation,
): { readonly asset: string | null; readonly amount: bigint } {
  switch (operation.kind) {
    case "payment":
      return operation.spent ?? operation;
    case "claimable_balance_created":
      return operation;
    case "clawback": {
      const { asset, amount } = operation;
      // Clawed back tokens are gone: there is less supply, and as much less with us, so none more in others' hands.
      return { asset, amount: on.anchored.has(asset) ? 0n : amount };
    }
    default:
      return { asset: null, amount: 0n };
  }
}

/** A token of ours that moves changes what is outstanding; anything else is a holding like money at a bank. */
function heldIn(on: LedgerReceiving, asset: string): Posting["account"] {
  return on.anchored.has(asset) ? "outstanding" : "bank:stellar";
}

async function write(
  on: LedgerReceiving,
  operation: UnderstoodOperation,
  statements: readonly Statement[],
  postings: readonly Posting[] = [],
): Promise<void> {
  // The operation's id names the batch, so it is posted once, whoever takes it in.
  const batch = `operation:${operation.id}`;
  await on.books.db.write(
    [...markProcessed(operation.id), ...statements, ...postingStatements(batch, postings)],
    repeatable,
  );
}
