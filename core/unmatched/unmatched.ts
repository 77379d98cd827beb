/**
 * Money that belongs to no transfer, as those look at it who give it to one or send it back.
 * @module
 */
import type { Database, Row } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";

/** A receipt in suspense. Amounts in units of 10⁻⁷. */
export interface UnmatchedReceipt {
  readonly id: string;
  readonly version: number;
  readonly side: "bank" | "ledger";
  /** Rail instance, or our account. */
  readonly place: string;
  /** The rail's own id of the money, or the operation's. */
  readonly externalId: string;
  readonly asset: string;
  readonly gross: bigint;
  /** The transaction's hash, on the ledger. */
  readonly hash: string | null;
  /** Sealed. */
  readonly payer: Uint8Array | null;
  /** Why it belongs to no transfer: a code. */
  readonly reason: string | null;
  /** Whose it is as far as its address, its reference or who paid tells. */
  readonly customerId: string | null;
}

const receipts = rowsOfTable("receipts");

/** The receipt if it is unmatched, else `null`. */
export async function findUnmatched(db: Database, id: string): Promise<UnmatchedReceipt | null> {
  const [row] = await db.query({
    sql: "select * from receipts where id = ? and state = 'unmatched'",
    args: [id],
  });
  return row ? unmatchedFrom(row) : null;
}

/** Reads a row of `select * from receipts`. */
export function unmatchedFrom(row: Row): UnmatchedReceipt {
  const side = receipts.oneOf(row, "side", ["bank", "ledger"]);
  return {
    id: receipts.text(row, "id"),
    side,
    version: receipts.count(row, "version"),
    place: receipts.text(row, "place"),
    externalId: receipts.text(row, "external_id"),
    asset: receipts.text(row, "asset"),
    gross: receipts.integer(row, "gross"),
    hash: side === "bank" ? null : receipts.textOrNull(row, "detail"),
    payer: receipts.bytesOrNull(row, "payer"),
    reason: receipts.textOrNull(row, "reason"),
    customerId: receipts.textOrNull(row, "customer_id"),
  };
}

/** The subject of the alarm that was raised when the money came. */
export function alarmSubject(
  { side, place, externalId }: Pick<UnmatchedReceipt, "side" | "place" | "externalId">,
): string {
  return side === "bank" ? `${place}:${externalId}` : externalId;
}
