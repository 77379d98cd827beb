/**
 * What is owed to us: money for a deposit that the bank took back (M-21), a row for each receipt, written in the batch that
 * books it. If the tokens have been paid by then, or may have been, it freezes whoever was paid.
 * @module
 */
import { closeAlarms } from "../records/alarms.ts";
import { NOW_MS } from "../records/clock.ts";
import type { Database, Row, Statement } from "../records/database.ts";
import { compareAndSet } from "../records/expect-changed.ts";
import { rowsOfTable } from "../records/rows.ts";
import { noClawback } from "./clawbacks.ts";
import { MAY_HAVE_LEFT } from "./refund-conditions.ts";

/**
 * - `open`: owed
 * - `settled`: paid to us after all
 * - `written_off`: our cost
 * - `not_paid`: nothing had been paid out, so nobody owed it
 */
export const RECEIVABLE_STATES = ["open", "settled", "written_off", "not_paid"] as const;

/** One of them. Amounts in units of 10⁻⁷. */
export interface Receivable {
  /** That of the receipt. */
  readonly id: string;
  readonly transferId: string;
  readonly customerId: string;
  readonly asset: string;
  readonly amount: bigint;
  /** What has come of it by now. */
  readonly settled: bigint;
  readonly state: typeof RECEIVABLE_STATES[number];
  /** A code of the rail, why the money was taken back. */
  readonly reason: string;
  readonly frozen: boolean;
  readonly version: number;
  readonly atMs: number;
}

const receivables = rowsOfTable("receivables");

function receivableFrom(row: Row): Receivable {
  return {
    id: receivables.text(row, "id"),
    transferId: receivables.text(row, "transfer_id"),
    customerId: receivables.text(row, "customer_id"),
    asset: receivables.text(row, "asset"),
    amount: receivables.integer(row, "amount"),
    settled: receivables.integer(row, "settled"),
    state: receivables.oneOf(row, "state", RECEIVABLE_STATES),
    reason: receivables.text(row, "reason"),
    frozen: receivables.integer(row, "frozen") === 1n,
    version: receivables.count(row, "version"),
    atMs: receivables.count(row, "at_ms"),
  };
}

/** The receivable of a receipt, or `null`. */
export async function findReceivable(db: Database, id: string): Promise<Receivable | null> {
  const [row] = await db.query({ sql: "select * from receivables where id = ?", args: [id] });
  return row ? receivableFrom(row) : null;
}

/** Those that are open, or still freeze their customer, the oldest first; from behind `after` on. */
export async function receivablesAfter(
  db: Database,
  { atMs, id }: Pick<Receivable, "atMs" | "id">,
  limit: number,
): Promise<Receivable[]> {
  const rows = await db.query({
    sql: `select * from receivables where (state = 'open' or frozen = 1) and (at_ms, id) > (?, ?)
          order by at_ms, id limit ?`,
    args: [atMs, id, limit],
  });
  return rows.map(receivableFrom);
}

/** For the batch that books what the bank took of a receipt. Nothing of it may be left; then nobody owes anything. */
export function insertReceivable(
  { id, transferId, asset, amount }: {
    readonly id: string;
    readonly transferId: string;
    readonly asset: string;
    readonly amount: bigint;
  },
  reason: string,
): Statement[] {
  if (amount === 0n) return [];
  return [{
    sql:
      `insert into receivables (id, transfer_id, customer_id, owner, asset, amount, state, reason, frozen, version, at_ms)
          select ?, t.id, t.customer_id, t.customer_owner, ?, ?, 'open', ?,
            exists (${MAY_HAVE_LEFT}), 1, ${NOW_MS} from transfers t where t.id = ?`,
    args: [id, asset, amount, reason, transferId, transferId, transferId],
  }];
}

/**
 * Moves it on, by version; stale when it is open no more, or while tokens are clawed back for it.
 * @param came what has come of it now
 */
export function closeReceivable(
  { id, version, settled }: Receivable,
  { state, came = 0n }: { readonly state: Receivable["state"]; readonly came?: bigint },
): Statement[] {
  return [
    noClawback(id),
    ...compareAndSet({
      sql: `update receivables set state = ?, settled = ?, version = version + 1,
            closed_ms = ${state === "open" ? "null" : NOW_MS}
          where id = ? and version = ? and state = 'open'`,
      args: [state, settled + came, id, version],
    }),
  ];
}

/** For the batch that orders a clawback: it is open and as it was looked at, and whoever looked before looks again. */
export function touchReceivable({ id, version }: Pick<Receivable, "id" | "version">): Statement[] {
  return compareAndSet({
    sql: "update receivables set version = version + 1 where id = ? and version = ? and state = 'open'",
    args: [id, version],
  });
}

/** Alarms that end with what is owed. */
export function closeDebtAlarms(id: string): Statement[] {
  return [closeAlarms("receipt_reversed", id), closeAlarms("clawback_failed", id)];
}

/** Lifts the freeze, by version; what is owed stays so. */
export function liftFreeze({ id, version }: Receivable): Statement[] {
  return compareAndSet({
    sql:
      "update receivables set frozen = 0, version = version + 1 where id = ? and version = ? and frozen = 1",
    args: [id, version],
  });
}
