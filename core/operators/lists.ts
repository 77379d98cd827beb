/**
 * What operators look through: transfers that are under way, and money that belongs to nobody. Oldest first, a page at a
 * time.
 * @module
 */
import type { Database } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import { type Clawback, lastClawback } from "../transfers/clawbacks.ts";
import { type Receivable, receivablesAfter } from "../transfers/receivables.ts";
import type { State } from "../transfers/states.ts";
import { type Transfer, transferFrom } from "../transfers/transfer.ts";
import { type Ordering, type ReturnRefusal, returnRefusal } from "../unmatched/order-return.ts";
import { findReturn, type Return } from "../unmatched/returns.ts";
import { unmatchedFrom } from "../unmatched/unmatched.ts";

/** A page of a list. */
export interface ListPage {
  readonly limit: number;
  /** Id of the last row of the page before. */
  readonly after?: string;
}

/** Money that is in suspense. Amounts in units of 10⁻⁷. */
export interface UnmatchedMoney {
  readonly id: string;
  readonly side: "bank" | "ledger";
  /** Rail instance, or our account. */
  readonly place: string;
  readonly asset: string;
  readonly amount: bigint;
  /** A code, see the matching of either side. */
  readonly reason: string | null;
  /** The transfer that should be looked at first. */
  readonly likelyTransferId: string | null;
  readonly customerId: string | null;
  readonly atMs: number;
  /** Why it cannot be given to a transfer: it is going back. */
  readonly noAssign: "returning" | null;
  /** Why it cannot be sent back. */
  readonly noReturn: ReturnRefusal | null;
  /** What became of the order to send it back; `null` where there was none. */
  readonly return: Return | null;
}

/** What is owed to us, with the last order to claw tokens back for it. */
export interface OwedMoney extends Receivable {
  readonly clawback: Clawback | null;
}

const transfers = rowsOfTable("transfers");
const receipts = rowsOfTable("receipts");

/** Transfers in a state that is not over; `null` when there is no row of the id to go on from. */
export async function transfersInState(
  db: Database,
  state: State,
  { limit, after }: ListPage,
): Promise<Transfer[] | null> {
  const from = await keyOf(db, "select started_ms as at_ms from transfers where id = ?", after);
  if (from === null) return null;
  const rows = await db.query({
    sql:
      `select * from transfers where state = ? and state not in ('completed', 'refunded', 'expired', 'failed')
          and (started_ms, id) > (?, ?) order by started_ms, id limit ?`,
    args: [state, from, after ?? "", limit],
  });
  return rows.map(transferFrom);
}

/** Unmatched money and what can be done with it; `null` when there is no row of the id to go on from. */
export async function unmatchedMoney(
  on: Omit<Ordering, "outbox">,
  { limit, after }: ListPage,
): Promise<UnmatchedMoney[] | null> {
  const { db } = on;
  const from = await keyOf(db, "select at_ms from receipts where id = ?", after);
  if (from === null) return null;
  const rows = await db.query({
    sql:
      `select * from receipts where state = 'unmatched' and (at_ms, id) > (?, ?) order by at_ms, id limit ?`,
    args: [from, after ?? "", limit],
  });
  return await Promise.all(rows.map(async (row) => {
    const receipt = unmatchedFrom(row);
    const { id, side, place, asset, gross: amount } = receipt;
    const one = await findReturn(db, id);
    return {
      id,
      side,
      place,
      asset,
      amount,
      reason: receipts.textOrNull(row, "reason"),
      likelyTransferId: receipts.textOrNull(row, "likely_transfer_id"),
      customerId: receipts.textOrNull(row, "customer_id"),
      atMs: receipts.count(row, "at_ms"),
      noAssign: one === null || one.state === "failed" ? null : "returning",
      noReturn: await returnRefusal(on, receipt, one),
      return: one,
    };
  }));
}

/** What is owed to us, or still freezes its customer; `null` when there is no row of the id to go on from. */
export async function receivables(db: Database, { limit, after }: ListPage): Promise<OwedMoney[] | null> {
  const atMs = await keyOf(db, "select at_ms from receivables where id = ?", after);
  if (atMs === null) return null;
  const found = await receivablesAfter(db, { atMs, id: after ?? "" }, limit);
  return await Promise.all(found.map((debt) => owedMoney(db, debt)));
}

/** A receivable with its last clawback. */
export async function owedMoney(db: Database, debt: Receivable): Promise<OwedMoney> {
  return { ...debt, clawback: await lastClawback(db, debt.id) };
}

/** The time by which a row is sorted; before all others without an id, `null` where there is no such row. */
async function keyOf(db: Database, sql: string, id: string | undefined): Promise<number | null> {
  if (id === undefined) return -1;
  const [row] = await db.query({ sql, args: [id] });
  return row ? transfers.count(row, "at_ms") : null;
}
