/**
 * Refunds, on either side: one for each part of a receipt that goes back, stored before anything is sent (M-19, M-25). All
 * parts of a receipt together are never more than it. On the ledger the row outlives its envelopes: each try is an attempt
 * of its own, and `attemptId` names the last.
 * @module
 */
import { NOW_MS } from "../records/clock.ts";
import type { Database, Row, Statement } from "../records/database.ts";
import { compareAndSet } from "../records/expect-changed.ts";
import { rowsOfTable } from "../records/rows.ts";
import type { Transfer } from "./transfer.ts";

/** A refund as stored. Amounts in units of 10⁻⁷; together they are what leaves the receipt. */
export interface Refund {
  readonly id: string;
  readonly transferId: string;
  readonly receiptId: string;
  readonly attemptId: string | null;
  readonly side: "bank" | "ledger";
  /** Rail instance, or the account of ours that was paid. */
  readonly place: string;
  /** The rail's key; on the ledger the receipt's id, with a number from its second part on. */
  readonly key: string;
  readonly state: "stored" | "sent" | "completed" | "failed";
  readonly asset: string;
  /** What goes back. */
  readonly amount: bigint;
  /** What the customer bears. */
  readonly fee: bigint;
  readonly version: number;
}

/** A receipt whose money is to go back. */
export interface RefundableReceipt {
  readonly id: string;
  /** The rail's own id of the money, or the operation's. */
  readonly externalId: string;
  readonly place: string;
  readonly gross: bigint;
  /** What has not gone back of it. */
  readonly left: bigint;
  /** Sealed. */
  readonly payer: Uint8Array | null;
  /** Refunds of it that were ever stored: each used up its key (M-15). */
  readonly refunds: number;
}

const refunds = rowsOfTable("refunds");
const receipts = rowsOfTable("receipts");

function refundFrom(row: Row): Refund {
  return {
    id: refunds.text(row, "id"),
    transferId: refunds.text(row, "transfer_id"),
    receiptId: refunds.text(row, "receipt_id"),
    attemptId: refunds.textOrNull(row, "attempt_id"),
    side: refunds.oneOf(row, "side", ["bank", "ledger"]),
    place: refunds.text(row, "place"),
    key: refunds.text(row, "key"),
    state: refunds.oneOf(row, "state", ["stored", "sent", "completed", "failed"]),
    asset: refunds.text(row, "asset"),
    amount: refunds.integer(row, "amount"),
    fee: refunds.integer(row, "fee"),
    version: refunds.count(row, "version"),
  };
}

/** The refund of this key, or `null`. */
export async function findRefund(
  db: Database,
  side: Refund["side"],
  place: string,
  key: string,
): Promise<Refund | null> {
  const [row] = await db.query({
    sql: "select * from refunds where side = ? and place = ? and key = ?",
    args: [side, place, key],
  });
  return row ? refundFrom(row) : null;
}

/** The refund that an envelope is for, or `null`. */
export async function refundOfAttempt(
  db: Database,
  attempt: { readonly id: string; readonly transferId: string },
): Promise<Refund | null> {
  const [row] = await db.query({
    sql: "select * from refunds where transfer_id = ? and attempt_id = ?",
    args: [attempt.transferId, attempt.id],
  });
  return row ? refundFrom(row) : null;
}

/** SQL of what went back of a receipt. */
export const WENT_BACK = `(select coalesce(sum(amount + fee), 0) from refunds
  where receipt_id = receipts.id and state = 'completed')`;

/**
 * The receipt that goes back next, whole or in part, or `null` when nothing is left. One that the bank works on goes first,
 * and one that has as much left as is to go back before one that has not. What failed before, and what the fee would eat,
 * comes last: it would keep the others waiting for a person.
 */
export async function nextReceipt(
  db: Database,
  { id, terms, backLeft }: Pick<Transfer, "id" | "terms" | "backLeft">,
  side: Refund["side"],
): Promise<RefundableReceipt | null> {
  const [row] = await db.query({
    sql: `select * from (
            select id, external_id, place, gross, payer, at_ms, gross - ${WENT_BACK} as left_of_it,
              (select count(*) from refunds where receipt_id = receipts.id) as refunds,
              (select count(*) from refunds where receipt_id = receipts.id and state = 'failed') as failures,
              exists (select 1 from refunds where receipt_id = receipts.id and side = 'bank'
                and state in ('stored', 'sent')) as is_open
            from receipts where transfer_id = :transfer and side = :side and state = 'matched'
          ) where left_of_it > 0
          order by is_open desc, left_of_it < :wanted, failures,
            min(left_of_it, coalesce(:wanted, left_of_it)) <= :fee, at_ms, id limit 1`,
    args: { transfer: id, side, wanted: backLeft, fee: terms.refundFee },
  });
  return row ? refundableFrom(row) : null;
}

/** All receipts of the transfer of which something is left. */
export async function receiptsLeft(
  db: Database,
  { id }: Pick<Transfer, "id">,
  side: Refund["side"],
): Promise<RefundableReceipt[]> {
  const rows = await db.query({
    sql: `select * from (
            select id, external_id, place, gross, payer, gross - ${WENT_BACK} as left_of_it,
              (select count(*) from refunds where receipt_id = receipts.id) as refunds
            from receipts where transfer_id = ? and side = ? and state = 'matched'
          ) where left_of_it > 0 limit 100`,
    args: [id, side],
  });
  return rows.map(refundableFrom);
}

function refundableFrom(row: Row): RefundableReceipt {
  return {
    id: receipts.text(row, "id"),
    externalId: receipts.text(row, "external_id"),
    place: receipts.text(row, "place"),
    gross: receipts.integer(row, "gross"),
    left: receipts.integer(row, "left_of_it"),
    payer: receipts.bytesOrNull(row, "payer"),
    refunds: receipts.count(row, "refunds"),
  };
}

/** How much of a receipt goes back now, what the customer bears of it included. */
export function shareOf(
  { backLeft }: Pick<Transfer, "backLeft">,
  { left }: Pick<RefundableReceipt, "left">,
): bigint {
  return backLeft !== null && backLeft < left ? backLeft : left;
}

/**
 * The refund of a receipt that is gone on with instead of beginning another one, or `null`: one of whose end the bank has
 * told nothing yet, whatever is to go back by now; else one of the same amounts that was never taken, whose key is good for
 * another try (M-15).
 */
export async function refundToGoOn(
  db: Database,
  receiptId: string,
  { side, amount, fee }: Pick<Refund, "side" | "amount" | "fee">,
): Promise<Refund | null> {
  const [row] = await db.query({
    sql: `select * from refunds where receipt_id = :receipt and side = :side and external_id is null and (
            (side = 'bank' and state in ('stored', 'sent'))
            or (state <> 'completed' and amount = :amount and fee = :fee)
          ) order by state = 'failed', at_ms limit 1`,
    args: { receipt: receiptId, side, amount, fee },
  });
  return row ? refundFrom(row) : null;
}

/** The transfer's refund at a bank of whose end the bank has told nothing yet, with the rail's own id of what it sends back; or `null`. */
export async function openBankRefund(
  db: Database,
  { id }: Pick<Transfer, "id">,
): Promise<{ readonly place: string; readonly key: string; readonly inboundId: string } | null> {
  const [row] = await db.query({
    sql:
      `select refunds.place, refunds.key, receipts.external_id from refunds join receipts on receipts.id = refunds.receipt_id
          where refunds.transfer_id = ? and refunds.side = 'bank' and (refunds.state in ('stored', 'sent')
            or (refunds.state = 'failed' and refunds.external_id is null))
          order by refunds.state = 'failed', refunds.at_ms desc limit 1`,
    args: [id],
  });
  if (!row) return null;
  return {
    place: refunds.text(row, "place"),
    key: refunds.text(row, "key"),
    inboundId: receipts.text(row, "external_id"),
  };
}

/** Stores a refund. Two processes that store the same one: one batch is a duplicate. */
export function insertRefund(refund: Omit<Refund, "state" | "version">): Statement {
  return {
    sql:
      `insert into refunds (id, transfer_id, receipt_id, attempt_id, side, place, key, asset, amount, fee, state,
            version, at_ms) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'stored', 1, ${NOW_MS})`,
    args: [
      refund.id,
      refund.transferId,
      refund.receiptId,
      refund.attemptId,
      refund.side,
      refund.place,
      refund.key,
      refund.asset,
      refund.amount,
      refund.fee,
    ],
  };
}

/** Moves a refund on, by version; what has completed stays so. */
export function updateRefund(
  { id, version }: Pick<Refund, "id" | "version">,
  to: { readonly state: Refund["state"]; readonly externalId?: string; readonly attemptId?: string },
): Statement[] {
  return compareAndSet({
    sql: `update refunds set state = ?, external_id = coalesce(?, external_id),
            attempt_id = coalesce(?, attempt_id), version = version + 1
          where id = ? and version = ? and state <> 'completed'`,
    args: [to.state, to.externalId ?? null, to.attemptId ?? null, id, version],
  });
}
