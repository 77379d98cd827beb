/**
 * Operations that were read and that nobody has dealt with yet, a whole transaction at a time.
 * @module
 */
import type { Database, Statement } from "../records/database.ts";
import { compareAndSet } from "../records/expect-changed.ts";
import { rowsOfTable } from "../records/rows.ts";
import { observe } from "./observed.ts";
import type { ObservedOperation } from "./observed.ts";

/** A transaction's operations on one account of ours, in their order. */
export interface UnprocessedTransaction {
  /** The hash under which the ledger lists it. */
  readonly hash: string;
  /** The account whose stream showed it. */
  readonly account: string;
  /** Complete: no further operation of this transaction on this account will come. */
  readonly operations: readonly ObservedOperation[];
}

const operations = rowsOfTable("ledger_operations");

/**
 * The oldest transactions with operations that are `new`.
 * @param isOurs see `ownership` (M-13)
 * @param limit how many transactions at most
 */
export async function takeUnprocessed(
  db: Database,
  isOurs: (account: string) => boolean,
  limit: number,
): Promise<UnprocessedTransaction[]> {
  const rows = await db.query({
    sql: `select operations.id, operations.account, operations.transaction_hash, operations.record
      from ledger_operations as operations join (
        select transaction_hash, account, min(position) as first from ledger_operations where state = 'new'
        group by transaction_hash, account order by first limit ?
      ) as oldest using (transaction_hash, account)
      where operations.state = 'new'
      order by oldest.first, operations.account, operations.position`,
    args: [limit],
  });
  const transactions: { hash: string; account: string; operations: ObservedOperation[] }[] = [];
  for (const row of rows) {
    const hash = operations.text(row, "transaction_hash");
    const account = operations.text(row, "account");
    const operation = observe(JSON.parse(operations.text(row, "record")), isOurs);
    const last = transactions.at(-1);
    if (last?.hash === hash && last.account === account) last.operations.push(operation);
    else transactions.push({ hash, account, operations: [operation] });
  }
  return transactions;
}

/** Statements that mark an operation as dealt with, for the batch that does it; stale when that has been done. */
export function markProcessed(id: string): Statement[] {
  return compareAndSet({
    sql: "update ledger_operations set state = 'done' where id = ? and state = 'new'",
    args: [id],
  });
}

/**
 * Statements that set an operation aside for a person (M-11).
 * @param reason a code, never a value
 */
export function setAside(id: string, reason: string): Statement[] {
  return compareAndSet({
    sql: "update ledger_operations set state = 'set_aside', reason = ? where id = ? and state = 'new'",
    args: [reason, id],
  });
}
