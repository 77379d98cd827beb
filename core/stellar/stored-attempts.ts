/**
 * Envelopes as they were stored: what is handed in again is read from here and never built anew (M-1).
 * @module
 */
import type { Database } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import { attemptById } from "../transfers/attempts.ts";
import type { Attempt } from "../transfers/attempts.ts";
import type { StoredEnvelope } from "./decided.ts";

/** An envelope with the very bytes that are sent. */
export interface StoredBytes extends StoredEnvelope {
  /** Base64. */
  readonly xdr: string;
}

const attempts = rowsOfTable("attempts");

/**
 * The envelope that an attempt on the ledger stored.
 * @throws {Error} for an attempt on the bank side, or one without an envelope
 */
export function envelopeOf(attempt: Attempt): StoredBytes {
  const { envelope: xdr, sequence, validUntil } = attempt;
  if (attempt.side !== "ledger" || xdr === null || sequence === null || validUntil === null) {
    throw new Error(`Cannot read the envelope of attempt ${attempt.id}: it has none`);
  }
  return { hash: attempt.key, source: attempt.place, sequence, validUntil, xdr };
}

/** Attempts on the ledger that are not decided yet, the oldest first. */
export async function undecidedAttempts(db: Database, limit: number): Promise<Attempt[]> {
  const rows = await db.query({
    sql: `select id from attempts where side = 'ledger' and state in ('stored', 'sent')
      order by stored_ms, id limit ?`,
    args: [limit],
  });
  const found = await Promise.all(rows.map((row) => attemptById(db, attempts.text(row, "id"))));
  return found.filter((attempt) => attempt !== null);
}

/**
 * The attempt that an operation on the ledger belongs to (M-14): its envelope's hash is the transaction's own or, when
 * somebody bumped the fee, its inner one (M-7). Null: nobody stored it.
 */
export async function attemptOfTransaction(
  db: Database,
  transaction: { readonly hash: string; readonly innerHash: string | null },
): Promise<Attempt | null> {
  const [row] = await db.query({
    sql: "select id from attempts where side = 'ledger' and key in (?, ?) limit 1",
    args: [transaction.hash, transaction.innerHash ?? transaction.hash],
  });
  return row === undefined ? null : await attemptById(db, attempts.text(row, "id"));
}
