/**
 * Envelopes as they were stored: what is handed in again is read from here and never built anew (M-1).
 * @module
 */
import type { Database, Row } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import type { StoredEnvelope } from "./decided.ts";

/** A stored envelope with the attempt that it belongs to. */
export interface StoredAttempt extends StoredEnvelope {
  readonly id: string;
  readonly transferId: string;
  readonly purpose: "payout" | "create_account" | "refund";
  readonly state: (typeof STATES)[number];
  /** Base64: the very bytes that are sent. */
  readonly xdr: string;
  /** Of the row, for compare-and-set. */
  readonly version: bigint;
}

const STATES = ["stored", "sent", "completed", "failed", "absent", "returned", "undecidable"] as const;

const COLUMNS = "id, transfer_id, purpose, state, place, key, envelope, sequence, valid_until, version";

const attempts = rowsOfTable("attempts");

/** Attempts on the ledger that are not decided yet, the oldest first. */
export async function undecidedAttempts(db: Database, limit: number): Promise<StoredAttempt[]> {
  const rows = await db.query({
    sql: `select ${COLUMNS} from attempts where side = 'ledger' and state in ('stored', 'sent')
      order by stored_ms, id limit ?`,
    args: [limit],
  });
  return rows.map(attemptOf);
}

/** One attempt on the ledger; null when there is none of that id. */
export async function readAttempt(db: Database, id: string): Promise<StoredAttempt | null> {
  const [row] = await db.query({
    sql: `select ${COLUMNS} from attempts where side = 'ledger' and id = ?`,
    args: [id],
  });
  return row === undefined ? null : attemptOf(row);
}

/**
 * The attempt that an operation on the ledger belongs to (M-14): its envelope's hash is the transaction's own or, when
 * somebody bumped the fee, its inner one (M-7). Null: nobody stored it.
 */
export async function attemptOfTransaction(
  db: Database,
  transaction: { readonly hash: string; readonly innerHash: string | null },
): Promise<StoredAttempt | null> {
  const [row] = await db.query({
    sql: `select ${COLUMNS} from attempts where side = 'ledger' and key in (?, ?) limit 1`,
    args: [transaction.hash, transaction.innerHash ?? transaction.hash],
  });
  return row === undefined ? null : attemptOf(row);
}

function attemptOf(row: Row): StoredAttempt {
  return {
    id: attempts.text(row, "id"),
    transferId: attempts.text(row, "transfer_id"),
    purpose: attempts.oneOf(row, "purpose", ["payout", "create_account", "refund"]),
    state: attempts.oneOf(row, "state", STATES),
    source: attempts.text(row, "place"),
    hash: attempts.text(row, "key"),
    xdr: attempts.text(row, "envelope"),
    sequence: attempts.integer(row, "sequence"),
    validUntil: attempts.count(row, "valid_until"),
    version: attempts.integer(row, "version"),
  };
}
