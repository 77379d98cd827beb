/**
 * Reads transfers. Whatever a caller asks is scoped by the owner, the full subject of the token (R-10-102, R-06-129).
 * @module
 */
import { NOW_MS } from "../records/clock.ts";
import type { Database } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import { type Kind, KINDS } from "./states.ts";
import { listedHash } from "./transaction-aliases.ts";
import { type Transfer, transferFrom } from "./transfer.ts";

const transfers = rowsOfTable("transfers");

/** A transfer by id, whoever owns it: for core's own work, never for a caller. */
export async function findTransfer(db: Database, id: string): Promise<Transfer | null> {
  const [row] = await db.query({ sql: "select * from transfers where id = ?", args: [id] });
  return row ? transferFrom(row) : null;
}

/** As {@link findTransfer}, with the database's time at which it was so. */
export async function findTransferNow(
  db: Database,
  id: string,
): Promise<{ readonly transfer: Transfer; readonly nowMs: number } | null> {
  const [row] = await db.query({
    sql: `select *, ${NOW_MS} as now_ms from transfers where id = ?`,
    args: [id],
  });
  return row ? { transfer: transferFrom(row), nowMs: transfers.count(row, "now_ms") } : null;
}

/** What a wallet may know a transfer by; several must agree (R-06-126, R-06-132). */
export interface Identifiers {
  readonly id?: string;
  readonly stellarTransactionId?: string;
  readonly externalTransactionId?: string;
}

/** One of the owner's transfers by all of these, a transaction by either of its hashes (M-7), or `null`, the same for unknown and foreign ones (R-06-130). */
export async function findOwn(db: Database, owner: string, by: Identifiers): Promise<Transfer | null> {
  const conditions = ["owner = ?"];
  const args = [owner];
  const add = (column: string, value: string | undefined) => {
    if (value === undefined) return;
    conditions.push(`${column} = ?`);
    args.push(value);
  };
  add("id", by.id);
  const { stellarTransactionId: hash } = by;
  add("stellar_transaction_id", hash === undefined ? undefined : await listedHash(db, hash));
  add("external_transaction_id", by.externalTransactionId);
  if (conditions.length === 1) return null;
  const [row] = await db.query({
    sql: `select * from transfers where ${
      conditions.join(" and ")
    } order by started_ms desc, id desc limit 1`,
    args,
  });
  return row ? transferFrom(row) : null;
}

/** What a list of transfers is narrowed by. */
export interface ListQuery {
  /** `CODE:ISSUER` */
  readonly asset: string;
  readonly protocol: Transfer["protocol"];
  /** Empty: all. */
  readonly kinds: readonly Kind[];
  /** Inclusive (R-06-119). */
  readonly noOlderThanMs?: number;
  /** Exclusive: only what came before this one of the owner's (R-06-121). */
  readonly before?: Transfer;
  readonly limit: number;
}

/** The owner's transfers, newest first; rows of one instant are ordered by id, so pages cover all once (R-06-122). */
export async function listOwn(db: Database, owner: string, query: ListQuery): Promise<Transfer[]> {
  const conditions = ["owner = :owner", "asset = :asset", "protocol = :protocol"];
  const { asset, protocol, limit } = query;
  const args: Record<string, string | number> = { owner, asset, protocol, limit };
  if (query.noOlderThanMs !== undefined) {
    conditions.push("started_ms >= :since");
    args.since = query.noOlderThanMs;
  }
  if (query.before) {
    conditions.push("(started_ms, id) < (:before, :before_id)");
    args.before = query.before.startedMs;
    args.before_id = query.before.id;
  }
  // Each kind is read in its own order and the two are merged, so no list walks past what it does not show.
  const ofKind = (kind: Kind) =>
    `select * from transfers where kind = '${kind}' and ${conditions.join(" and ")}`;
  const rows = await db.query({
    sql: `${(query.kinds.length > 0 ? [...new Set(query.kinds)] : KINDS).map(ofKind).join(" union all ")}
      order by started_ms desc, id desc limit :limit`,
    args,
  });
  return rows.map(transferFrom);
}
