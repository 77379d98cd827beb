/**
 * A page of a stream, cut so that it never ends inside a transaction: receipts of one transaction are added up (M-11),
 * so they have to come together.
 * @module
 */
import { z } from "zod";
import { HorizonUnavailable } from "./horizon.ts";
import type { Horizon } from "./horizon.ts";
import { observe } from "./observed.ts";
import { transactionPosition } from "./position.ts";

/** An operation of a page, ready to be stored. */
export interface PagedOperation {
  readonly id: string;
  readonly position: bigint;
  /** Under which the ledger lists its transaction; empty when the record does not say. */
  readonly hash: string;
  /** Where somebody bumped the transaction's fee: the hash of what is inside (M-7). */
  readonly innerHash: string | null;
  /** The record as JSON, without what is never read again. */
  readonly record: string;
  /** Why it cannot be read, a code; null when it can. */
  readonly fault: string | null;
}

/** Whole transactions from after the cursor on. */
export interface CompletePage {
  readonly operations: readonly PagedOperation[];
  /** Where the cursor stands when they are stored; the cursor itself when there was nothing new. */
  readonly position: bigint;
  /** Whether there was nothing more at the time. */
  readonly isLast: boolean;
}

const PAGE_SIZE = 200;

/**
 * Reads a page. A transaction has at most 100 operations, so of a full page something always remains.
 * @param head the ledger that the answer must stand on at least, where it says on which it stands
 * @throws {HorizonUnavailable}
 */
export async function readPage(
  horizon: Horizon,
  account: string,
  cursor: bigint,
  head: number,
): Promise<CompletePage> {
  const page = await horizon.operations(account, {
    cursor: cursor.toString(),
    limit: PAGE_SIZE,
    order: "asc",
  });
  if (page.kind === "found" && page.latestLedger !== null && page.latestLedger < head) {
    throw new HorizonUnavailable("behind", `/accounts/${account}/operations`);
  }
  // An account that has never been on the ledger has no operations.
  const records = page.kind === "found" ? page.records : [];
  const operations: PagedOperation[] = [];
  let position = cursor;
  for (const record of records) {
    const operation = await pagedOperation(record, position);
    // Horizon's order is the stream's; what is not after the cursor has been read before.
    if (operation.position < position || (operation.position === position && operation.hash !== "")) continue;
    position = operation.position;
    operations.push(operation);
  }
  if (records.length < PAGE_SIZE) return { operations, position, isLast: true };
  const last = transactionPosition(position);
  const whole = operations.filter((operation) => transactionPosition(operation.position) !== last);
  const end = whole.at(-1)?.position ?? cursor;
  if (end === cursor) throw new HorizonUnavailable("garbage", `/accounts/${account}/operations`);
  return { operations: whole, position: end, isLast: false };
}

const placeSchema = z.looseObject({
  paging_token: z.string().regex(/^\d{1,19}$/),
  transaction_hash: z.string(),
  transaction: z.looseObject({}).optional(),
});

/** A record without even a place keeps the one before it, and gets an id from what it says. */
async function pagedOperation(record: unknown, before: bigint): Promise<PagedOperation> {
  const place = placeSchema.safeParse(record);
  const json = JSON.stringify(place.success ? trimmed(place.data) : record);
  if (!place.success) {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(json)));
    const id = `unreadable:${digest.toHex()}`;
    return { id, position: before, hash: "", innerHash: null, record: json, fault: "place" };
  }
  const observed = observe(record, () => false);
  return {
    id: place.data.paging_token,
    position: BigInt(place.data.paging_token),
    hash: place.data.transaction_hash,
    innerHash: observed.kind === "unreadable" ? null : observed.innerHash,
    record: json,
    fault: observed.kind === "unreadable" ? observed.reason : null,
  };
}

/** Links and ledger changes are most of a record's size, and nothing reads them. */
function trimmed(record: z.output<typeof placeSchema>): unknown {
  const { _links, transaction, ...operation } = record;
  if (transaction === undefined) return operation;
  const { _links: _, result_meta_xdr: _meta, fee_meta_xdr: _fees, ...joined } = transaction;
  return { ...operation, transaction: joined };
}
