/**
 * The two hashes of a transaction whose fee somebody bumped (M-7): the ledger lists the outer one, and who signed the inner
 * one may know no other.
 * @module
 */
import type { Database, Statement } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";

const aliases = rowsOfTable("transaction_aliases");

/** For the batch that learns of both; nothing to keep where they are one. */
export function keepAlias(innerHash: string | null, hash: string): Statement[] {
  if (innerHash === null || innerHash === hash) return [];
  return [{
    sql: "insert into transaction_aliases (inner_hash, hash) values (?, ?) on conflict do nothing",
    args: [innerHash, hash],
  }];
}

/** The hash under which the ledger lists the transaction that goes by this one. */
export async function listedHash(db: Database, hash: string): Promise<string> {
  const [row] = await db.query({
    sql: "select hash from transaction_aliases where inner_hash = ?",
    args: [hash],
  });
  return row === undefined ? hash : aliases.text(row, "hash");
}
