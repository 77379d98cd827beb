/**
 * Receipts: money that arrived, on either side, one row for one receipt however often it is told (M-18).
 * @module
 */
import type { Payer } from "../../plugins/bank-rail.ts";
import { NOW_MS } from "../records/clock.ts";
import type { Database, Statement } from "../records/database.ts";
import { compareAndSet } from "../records/expect-changed.ts";
import { rowsOfTable } from "../records/rows.ts";
import { sealedColumn } from "../records/sealed-column.ts";
import type { Vault } from "../records/vault.ts";
import { NOT_GOING_BACK } from "../unmatched/returns.ts";

/** Where a receipt stands. */
export const RECEIPT_STATES = [
  "pending",
  "matched",
  "unmatched",
  "internal",
  "returned",
  "reversed",
  "rejected",
] as const;

/** One of {@link RECEIPT_STATES}. */
export type ReceiptState = typeof RECEIPT_STATES[number];

/** A receipt as stored. Amounts in units of 10⁻⁷. */
export interface Receipt {
  readonly id: string;
  readonly state: ReceiptState;
  readonly transferId: string | null;
  readonly asset: string;
  readonly gross: bigint;
  readonly net: bigint;
  readonly revision: number;
  readonly version: number;
}

/** A receipt to be written. */
export interface NewReceipt {
  readonly id: string;
  readonly side: "bank" | "ledger";
  /** Rail instance, or our account. */
  readonly place: string;
  /** The rail's own id of the money, or the operation's id. */
  readonly externalId: string;
  readonly state: ReceiptState;
  readonly asset: string;
  readonly gross: bigint;
  readonly fee: bigint;
  readonly net: bigint;
  readonly transferId?: string;
  readonly likelyTransferId?: string;
  readonly customerId?: string;
  readonly reason?: string;
  readonly payer?: Payer;
  /** Ids that a person needs to find the money, for example the transaction's hash. */
  readonly detail?: string;
  readonly revision: number;
}

const receipts = rowsOfTable("receipts");

/** Who paid; null where nobody knows, and once nobody needs it. */
export const sealedPayer = sealedColumn("receipts", "payer", "id");

/** The receipt of this money, or `null`. */
export async function findReceipt(
  db: Database,
  side: NewReceipt["side"],
  place: string,
  externalId: string,
): Promise<Receipt | null> {
  const [row] = await db.query({
    sql: `select id, state, transfer_id, asset, gross, net, revision, version from receipts
          where side = ? and place = ? and external_id = ?`,
    args: [side, place, externalId],
  });
  if (!row) return null;
  return {
    id: receipts.text(row, "id"),
    state: receipts.oneOf(row, "state", RECEIPT_STATES),
    transferId: receipts.textOrNull(row, "transfer_id"),
    asset: receipts.text(row, "asset"),
    gross: receipts.integer(row, "gross"),
    net: receipts.integer(row, "net"),
    revision: receipts.count(row, "revision"),
    version: receipts.count(row, "version"),
  };
}

/** Inserts a receipt; told again, the batch is a duplicate of `receipts`. */
export function insertReceipt(vault: Vault, receipt: NewReceipt): Statement {
  const { id, payer } = receipt;
  return {
    sql: `insert into receipts (id, side, place, external_id, state, asset, gross, fee, net, transfer_id,
            likely_transfer_id, customer_id, reason, payer, detail, revision, version, at_ms)
          values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ${NOW_MS})`,
    args: [
      id,
      receipt.side,
      receipt.place,
      receipt.externalId,
      receipt.state,
      receipt.asset,
      receipt.gross,
      receipt.fee,
      receipt.net,
      receipt.transferId ?? null,
      receipt.likelyTransferId ?? null,
      receipt.customerId ?? null,
      receipt.reason ?? null,
      payer === undefined ? null : vault.sealJson(sealedPayer.place(id), payer),
      receipt.detail ?? null,
      receipt.revision,
    ],
  };
}

/** To whom a receipt belongs. */
export type Belonging = Pick<NewReceipt, "transferId" | "likelyTransferId" | "customerId" | "reason">;

/**
 * Moves a receipt on, by version; stale when another process did.
 * @param to without `belongs` and `amounts` these stay as they were
 */
export function updateReceipt(
  { id, version }: Receipt,
  to: {
    readonly state: ReceiptState;
    readonly revision: number;
    readonly belongs?: Belonging;
    readonly amounts?: Pick<NewReceipt, "gross" | "fee" | "net">;
  },
): Statement[] {
  const sets = ["state = ?", "revision = ?", "version = version + 1"];
  const args: (string | number | bigint | null)[] = [to.state, to.revision];
  if (to.belongs) {
    const { transferId, likelyTransferId, customerId, reason } = to.belongs;
    sets.push("transfer_id = ?", "likely_transfer_id = ?", "customer_id = ?", "reason = ?");
    args.push(transferId ?? null, likelyTransferId ?? null, customerId ?? null, reason ?? null);
  }
  if (to.amounts) {
    sets.push("gross = ?", "fee = ?", "net = ?");
    args.push(to.amounts.gross, to.amounts.fee, to.amounts.net);
  }
  return compareAndSet({
    sql: `update receipts set ${sets.join(", ")} where id = ? and version = ?`,
    args: [...args, id, version],
  });
}

/**
 * Gives an unmatched receipt to what is owed for a transfer, by version; stale when it is unmatched no more, or on its way
 * back.
 */
export function takeForDebt(
  { id, version }: Pick<Receipt, "id" | "version">,
  debt: { readonly transferId: string; readonly customerId: string },
): Statement[] {
  return compareAndSet({
    sql: `update receipts set state = 'internal', reason = 'receivable', transfer_id = ?, customer_id = ?,
            version = version + 1
          where id = ? and version = ? and state = 'unmatched' and ${NOT_GOING_BACK}`,
    args: [debt.transferId, debt.customerId, id, version],
  });
}

/** Gives an unmatched receipt to a transfer, by version; stale when it is unmatched no more, or on its way back. */
export function takeFromSuspense(
  { id, version }: Pick<Receipt, "id" | "version">,
  transfer: { readonly id: string; readonly customerId: string },
): Statement[] {
  return compareAndSet({
    sql: `update receipts set state = 'matched', transfer_id = ?, customer_id = ?, version = version + 1
          where id = ? and version = ? and state = 'unmatched' and ${NOT_GOING_BACK}`,
    args: [transfer.id, transfer.customerId, id, version],
  });
}
