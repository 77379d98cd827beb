/**
 * Erases what is personal in transfers that are over, once the time for which law wants it kept has passed (DESIGN §4.6).
 *
 * It does so for every customer, not for those alone who had themselves erased: whoever stays keeps what was given beside
 * the transfers, and a copy that nobody needs any more is nobody's to keep. Payments themselves stay: amounts, times,
 * accounts on the ledger, references of the bank. What waits for a person (an unmatched receipt) is not over.
 * @module
 */
import { type Database, repeatable, type Row, type Statement } from "../records/database.ts";
import { NOW_MS } from "../records/clock.ts";
import { rowsOfTable } from "../records/rows.ts";

/** How long, and how many rows at once. */
export interface Retention {
  readonly retentionMs: number;
  readonly limit: number;
}

const transfers = rowsOfTable("transfers");

/** Transfers that have been over for so long, payers and addresses included. @returns how many */
export async function eraseOldTransfers(db: Database, { retentionMs, limit }: Retention): Promise<number> {
  const over = `erased_ms is null and state in ('completed', 'refunded', 'expired', 'failed')
    and status_ms <= ${NOW_MS} - ? and coalesce(returnable_until_ms, 0) <= ${NOW_MS}`;
  const rows = await db.query({
    sql: `select id from transfers indexed by transfers_to_erase where ${over} order by status_ms limit ?`,
    args: [retentionMs, limit],
  });
  if (rows.length === 0) return 0;
  const ids = rows.map((row) => transfers.text(row, "id"));
  const those = ids.map(() => "?").join(", ");
  // One that is no longer over, since its payout came back at this moment, stays as it is.
  const erased = `(select id from transfers where id in (${those}) and erased_ms is not null)`;
  await db.write([
    {
      sql: `update transfers set instructions = null, beneficiary = null, callback = null,
          end_callback = null, erased_ms = ${NOW_MS}
        where id in (${those}) and ${over}`,
      args: [...ids, retentionMs],
    },
    { sql: `update receipts set payer = null where transfer_id in ${erased}`, args: ids },
    { sql: `update bank_addresses set instructions = x'' where transfer_id in ${erased}`, args: ids },
    { sql: `update approvals set destination = x'' where transfer_id in ${erased}`, args: ids },
  ], repeatable);
  return ids.length;
}

/** Payers of money that belongs to no transfer and was settled so long ago. @returns how many */
export function eraseOldReceipts(db: Database, { retentionMs, limit }: Retention): Promise<number> {
  return changed(db, {
    sql: `update receipts set payer = null where id in (
        select id from receipts indexed by receipts_to_erase where payer is not null and transfer_id is null
          and state in ('internal', 'returned', 'reversed', 'rejected') and at_ms <= ${NOW_MS} - ?
        order by at_ms limit ?
      ) returning id`,
    args: [retentionMs, limit],
  });
}

/** How providers decided about customers who were erased so long ago. @returns how many */
export function eraseOldDecisions(db: Database, { retentionMs, limit }: Retention): Promise<number> {
  return changed(db, {
    sql: `update customers set decisions = null where id in (
        select id from customers where decisions is not null and erased_ms <= ${NOW_MS} - ?
        order by erased_ms limit ?
      ) returning id`,
    args: [retentionMs, limit],
  });
}

async function changed(db: Database, statement: Statement): Promise<number> {
  const result = await db.write([statement], repeatable);
  const rows: readonly Row[] = result.kind === "written" ? result.rows[0] ?? [] : [];
  return rows.length;
}
