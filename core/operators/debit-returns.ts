/**
 * Whether a debit can be unmatched money that went back to whoever sent it, and what follows if it is (M-14, M-19): all that
 * came in, on the ledger to the very account and memo, and nothing of it under way.
 * @module
 */
import { keyOwner } from "../bank/forgotten.ts";
import { move } from "../money/postings.ts";
import type { Database, Statement } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import { errandOfReceipt } from "../stellar/errands.ts";
import { paidBy, wentTo } from "../stellar/paid.ts";
import { refundTarget } from "../stellar/refund-target.ts";
import { noEnvelope } from "../stellar/returns.ts";
import type { Debit } from "../transfers/debits.ts";
import { completeReturn, findReturn, insertOrder } from "../unmatched/returns.ts";
import { unmatchedFrom, type UnmatchedReceipt } from "../unmatched/unmatched.ts";
import type { DebitMisfit, Looking as LookingAll } from "./debit-findings.ts";

/** What looking needs. */
type Looking = Omit<LookingAll, "passphrase">;

/** So many may fit one debit before an operator has to look them up. */
const MOST = 10;
/** Unmatched money of one amount that is looked through. */
const LOOKED_AT = 100;

const receipts = rowsOfTable("receipts");

/** The debit as the return of this money: what is written of it, debit and audit log apart. */
export async function returnFound(
  on: Looking,
  debit: Debit,
  receipt: UnmatchedReceipt,
): Promise<readonly Statement[] | DebitMisfit> {
  const { db } = on.books;
  const { id: receiptId } = receipt;
  const before = await findReturn(db, receiptId);
  // Nobody knows yet whether what was stored has sent it: the debit may be something else.
  const isOpen = before?.state === "stored" || before?.state === "undecidable" ||
    await errandOfReceipt(db, receiptId) !== null;
  if (isOpen) return "debit_undecided";
  const misfit = await misfitOf(on, debit, receipt);
  if (misfit !== null) return misfit;
  const { side, place, amount, fee } = debit;
  const sentAs = side === "ledger" ? (await paidBy(db, debit.externalId))?.hash : debit.externalId;
  const isOrdered = before?.state === "ordered";
  const version = isOrdered ? before.version : (before?.version ?? 0) + 1;
  return [
    noEnvelope({ receiptId }),
    ...(isOrdered ? [] : insertOrder(receipt, before, false)),
    ...completeReturn(
      { receiptId, version },
      receipt,
      sentAs ?? debit.externalId,
      // What left the ledger was taken out of suspense when it was found.
      side === "ledger" ? [] : [
        ...move(receipt.asset, amount, "suspense", `bank:${place}`),
        ...move(receipt.asset, fee, "costs", `bank:${place}`),
      ],
    ),
  ];
}

/** Unmatched money that it may have been, the oldest first; what an operator says is judged anew. */
export async function returnsLike(on: Looking, debit: Debit): Promise<readonly string[]> {
  const rows = await on.books.db.query({
    // Other unmatched money is looked through as well: there is never much of it.
    sql:
      `select * from receipts indexed by receipts_unmatched where state = 'unmatched' and side = ? and gross = ?
          and not exists (select 1 from returns
            where receipt_id = receipts.id and state in ('stored', 'undecidable'))
          order by at_ms, id limit ?`,
    args: [debit.side, debit.amount, LOOKED_AT],
  });
  const fitting: string[] = [];
  for (const row of rows) {
    if (fitting.length === MOST) break;
    if (await misfitOf(on, debit, unmatchedFrom(row)) === null) fitting.push(receipts.text(row, "id"));
  }
  return fitting;
}

async function misfitOf(
  { books: { db }, vault, railOf }: Looking,
  debit: Debit,
  receipt: UnmatchedReceipt,
): Promise<DebitMisfit | null> {
  const { side, place, asset, amount } = debit;
  if (side !== receipt.side || place !== receipt.place) return "debit_asset";
  const isAsset = side === "ledger"
    ? asset === receipt.asset
    : asset === railOf(place).rail.declares.currency;
  if (!isAsset) return "debit_asset";
  if (amount !== receipt.gross) return "debit_amount";
  return await isItsPayer({ db, vault, railOf }, debit, receipt) ? null : "debit_destination";
}

/** A bank does not say to whom it went; but what its key calls another's is not sent back. */
async function isItsPayer(
  { db, vault, railOf }: Pick<Looking, "vault" | "railOf"> & { readonly db: Database },
  debit: Debit,
  receipt: UnmatchedReceipt,
): Promise<boolean> {
  if (debit.side === "bank") return await keyOwner(db, railOf(debit.place), debit) === null;
  const paid = await paidBy(db, debit.externalId);
  const target = await refundTarget({ db, vault }, { refundMemo: null }, receipt);
  return paid !== null && target !== null && wentTo(paid, target.payer, target.memo);
}
