/**
 * Clawbacks: tokens that an operator orders back from whoever was paid, for money that a bank took back (M-21), one row for
 * each order. Until one has come to its end, what is owed is settled in no other way.
 * @module
 */
import { NOW_MS } from "../records/clock.ts";
import type { Database, Row, Statement } from "../records/database.ts";
import { compareAndSet, expect } from "../records/expect-changed.ts";
import { rowsOfTable } from "../records/rows.ts";

/**
 * Where a clawback stands. `ordered`: nothing of it is in a ledger unless an errand says so; `undecidable`: nobody knows
 * whether it is. What failed took nothing, and may be ordered anew.
 */
export const CLAWBACK_STATES = ["ordered", "completed", "failed", "undecidable"] as const;

/** A clawback as stored. */
export interface Clawback {
  readonly id: string;
  readonly receivableId: string;
  /** `CODE:ISSUER` */
  readonly asset: string;
  /** Units of 10⁻⁷. */
  readonly amount: bigint;
  readonly state: typeof CLAWBACK_STATES[number];
  /** Why it failed, or cannot be decided: a code. */
  readonly reason: string | null;
  readonly version: number;
  readonly orderedMs: number;
}

const clawbacks = rowsOfTable("clawbacks");

const UNDER_WAY = "select 1 from clawbacks where receivable_id = ? and state in ('ordered', 'undecidable')";

function clawbackFrom(row: Row): Clawback {
  return {
    id: clawbacks.text(row, "id"),
    receivableId: clawbacks.text(row, "receivable_id"),
    asset: clawbacks.text(row, "asset"),
    amount: clawbacks.integer(row, "amount"),
    state: clawbacks.oneOf(row, "state", CLAWBACK_STATES),
    reason: clawbacks.textOrNull(row, "reason"),
    version: clawbacks.count(row, "version"),
    orderedMs: clawbacks.count(row, "ordered_ms"),
  };
}

/** The clawback of this id, or `null`. */
export async function findClawback(db: Database, id: string): Promise<Clawback | null> {
  const [row] = await db.query({ sql: "select * from clawbacks where id = ?", args: [id] });
  return row ? clawbackFrom(row) : null;
}

/** The last that was ordered for a receivable, or `null`. */
export async function lastClawback(db: Database, receivableId: string): Promise<Clawback | null> {
  const [row] = await db.query({
    sql: "select * from clawbacks where receivable_id = ? order by ordered_ms desc, rowid desc limit 1",
    args: [receivableId],
  });
  return row ? clawbackFrom(row) : null;
}

/** Whether one of a receivable is under way, or may have taken something. */
export async function isClawbackUnderWay(db: Database, receivableId: string): Promise<boolean> {
  return (await db.query({ sql: `${UNDER_WAY} limit 1`, args: [receivableId] })).length > 0;
}

/** Makes a batch stale while a clawback of the receivable is under way, or may have taken something. */
export function noClawback(receivableId: string): Statement {
  return expect(`not exists (${UNDER_WAY})`, [receivableId]);
}

/** For the batch of the order. A second one under way makes it a duplicate. */
export function insertClawback(
  { id, receivableId, asset, amount }: Pick<Clawback, "id" | "receivableId" | "asset" | "amount">,
): Statement {
  return {
    sql: `insert into clawbacks (id, receivable_id, asset, amount, state, version, ordered_ms)
      values (?, ?, ?, ?, 'ordered', 1, ${NOW_MS})`,
    args: [id, receivableId, asset, amount],
  };
}

/** Ends it, by version; what came stays so. */
export function endClawback(
  { id, version }: Pick<Clawback, "id" | "version">,
  to: { readonly state: Exclude<Clawback["state"], "ordered">; readonly reason?: string },
): Statement[] {
  return compareAndSet({
    sql: `update clawbacks set state = ?, reason = ?, version = version + 1, decided_ms = ${NOW_MS}
      where id = ? and version = ? and state in ('ordered', 'undecidable')`,
    args: [to.state, to.reason ?? null, id, version],
  });
}

/** Makes a batch stale unless it is ordered, as it was looked at. */
export function isToBeTaken({ id, version }: Pick<Clawback, "id" | "version">): Statement {
  return expect(
    "exists (select 1 from clawbacks where id = ? and version = ? and state = 'ordered')",
    [id, version],
  );
}
