/**
 * Returns: unmatched money that goes back where it came from, one row for one receipt (M-19, M-25). Until it is back the
 * receipt stays unmatched, and nobody can give it to a transfer.
 * @module
 */
import { type Posting, postingStatements } from "../money/postings.ts";
import { closeAlarms } from "../records/alarms.ts";
import { NOW_MS } from "../records/clock.ts";
import type { Database, Row, Statement } from "../records/database.ts";
import { compareAndSet, expect } from "../records/expect-changed.ts";
import { rowsOfTable } from "../records/rows.ts";
import { alarmSubject, type UnmatchedReceipt } from "./unmatched.ts";

/**
 * Where a return stands. `ordered`: nothing of it can have left, on the ledger unless an errand says so; `stored`: the bank
 * may have been told; `undecidable`: nobody knows whether it left. What failed may be ordered again.
 */
export const RETURN_STATES = ["ordered", "stored", "completed", "failed", "undecidable"] as const;

/** One of {@link RETURN_STATES}. */
export type ReturnState = typeof RETURN_STATES[number];

/** A return as stored. All that came in goes back: what that costs is ours, since nobody has agreed to a fee. */
export interface Return {
  readonly receiptId: string;
  readonly side: "bank" | "ledger";
  readonly place: string;
  readonly asset: string;
  /** Units of 10⁻⁷. */
  readonly amount: bigint;
  readonly state: ReturnState;
  /** 1 for the first order. */
  readonly number: number;
  /** The rail's key of the last try. */
  readonly key: string | null;
  /** Tries that finally failed: at a bank each has used up its key (M-15), on the ledger since it was ordered. */
  readonly failures: number;
  /** Why it waits, or failed: a code. */
  readonly reason: string | null;
  readonly orderedMs: number;
  readonly version: number;
}

const returns = rowsOfTable("returns");

function returnFrom(row: Row): Return {
  return {
    receiptId: returns.text(row, "receipt_id"),
    side: returns.oneOf(row, "side", ["bank", "ledger"]),
    place: returns.text(row, "place"),
    asset: returns.text(row, "asset"),
    amount: returns.integer(row, "amount"),
    state: returns.oneOf(row, "state", RETURN_STATES),
    number: returns.count(row, "number"),
    key: returns.textOrNull(row, "key"),
    failures: returns.count(row, "failures"),
    reason: returns.textOrNull(row, "reason"),
    orderedMs: returns.count(row, "ordered_ms"),
    version: returns.count(row, "version"),
  };
}

/** The return of a receipt, or `null`. */
export async function findReturn(db: Database, receiptId: string): Promise<Return | null> {
  const [row] = await db.query({ sql: "select * from returns where receipt_id = ?", args: [receiptId] });
  return row ? returnFrom(row) : null;
}

/** The return that a rail knows by this key, or `null`. */
export async function findReturnByKey(db: Database, place: string, key: string): Promise<Return | null> {
  const [row] = await db.query({
    sql: "select * from returns where place = ? and key = ?",
    args: [place, key],
  });
  return row ? returnFrom(row) : null;
}

/** SQL: the receipt is not on its way back, and has not gone. */
export const NOT_GOING_BACK =
  "not exists (select 1 from returns where receipt_id = receipts.id and state <> 'failed')";

/**
 * Orders a return: the receipt as it was looked at, and no order of it that may still be carried out. Two that order the
 * same: one batch is stale or a duplicate.
 * @param failed the return that failed before, or `null`
 */
export function insertOrder(
  receipt: UnmatchedReceipt,
  failed: Return | null,
  automatic: boolean,
): Statement[] {
  const { id, version, side, place, asset, gross } = receipt;
  const isAutomatic = automatic ? 1 : 0;
  return [
    // Whoever gives the money to a transfer looks at the same version.
    ...compareAndSet({
      sql: `update receipts set version = version + 1 where id = ? and version = ? and state = 'unmatched'`,
      args: [id, version],
    }),
    ...(failed === null
      ? [{
        sql: `insert into returns (receipt_id, side, place, asset, amount, state, number, automatic, version,
                ordered_ms) values (?, ?, ?, ?, ?, 'ordered', 1, ?, 1, ${NOW_MS})`,
        args: [id, side, place, asset, gross, isAutomatic],
      }]
      : compareAndSet({
        sql:
          `update returns set state = 'ordered', number = number + 1, amount = ?, reason = null, automatic = ?,
                failures = case when side = 'ledger' then 0 else failures end, decided_ms = null,
                ordered_ms = ${NOW_MS}, version = version + 1
              where receipt_id = ? and version = ? and state = 'failed'`,
        args: [gross, isAutomatic, id, failed.version],
      })),
  ];
}

/** Moves a return on, by version; what is back stays so. */
export function updateReturn(
  { receiptId, version }: Pick<Return, "receiptId" | "version">,
  to: {
    readonly state: ReturnState;
    readonly key?: string;
    readonly externalId?: string;
    readonly reason?: string;
    /** Another try has finally failed. */
    readonly hasFailed?: boolean;
  },
): Statement[] {
  const isOver = to.state !== "ordered" && to.state !== "stored";
  return compareAndSet({
    sql:
      `update returns set state = ?, key = coalesce(?, key), external_id = coalesce(?, external_id), reason = ?,
            failures = failures + ?, version = version + 1, decided_ms = ${isOver ? NOW_MS : "null"}
          where receipt_id = ? and version = ? and state <> 'completed'`,
    args: [
      to.state,
      to.key ?? null,
      to.externalId ?? null,
      to.reason ?? null,
      to.hasFailed ? 1 : 0,
      receiptId,
      version,
    ],
  });
}

/** It is back: receipt, return, books and alarm end in one batch. @param postings what left, out of suspense */
export function completeReturn(
  one: Pick<Return, "receiptId" | "version">,
  receipt: UnmatchedReceipt,
  externalId: string,
  postings: readonly Posting[],
): Statement[] {
  return [
    ...updateReturn(one, { state: "completed", externalId }),
    ...compareAndSet({
      sql:
        `update receipts set state = 'returned', version = version + 1 where id = ? and state = 'unmatched'`,
      args: [one.receiptId],
    }),
    ...postingStatements(`return:${one.receiptId}`, postings),
    closeAlarms("receipt_unmatched", alarmSubject(receipt)),
  ];
}

/** Makes a batch stale unless the return is ordered, as it was looked at, and its money still unmatched. */
export function isToBeSent({ receiptId, version }: Return): Statement {
  return expect(
    `exists (select 1 from returns r join receipts c on c.id = r.receipt_id
      where r.receipt_id = ? and r.version = ? and r.state = 'ordered' and c.state = 'unmatched')`,
    [receiptId, version],
  );
}

/** Ends a return of which nothing can have left: its money is gone. Stale when some may have left meanwhile. */
export function cancelReturn(receiptId: string): Statement[] {
  return [
    {
      sql: `update returns set state = 'failed', reason = 'taken_back', version = version + 1,
              decided_ms = ${NOW_MS} where receipt_id = ? and state = 'ordered' and side = 'bank'`,
      args: [receiptId],
    },
    expect("not exists (select 1 from returns where receipt_id = ? and state <> 'failed')", [receiptId]),
  ];
}
