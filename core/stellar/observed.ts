/**
 * Operations as core sees them: one record of Horizon, with its joined transaction, made into what happened to our
 * accounts (M-11). Nothing here decides whose money it is.
 * @module
 */
import { z } from "zod";
import type { Happening } from "./happening.ts";
import { hash, transactionSchema, wrongFields } from "./horizon-schemas.ts";
import type { LedgerMemo } from "./memo.ts";
import { happeningOf } from "./operation-readers.ts";

export type { Direction, Happening, PaymentHappening } from "./happening.ts";

/** Where an operation stands, and in which transaction. */
export interface ObservedPlace {
  /** Horizon's id of the operation: digits, unique on its network. */
  readonly id: string;
  /** Ledger, transaction and operation in one number; later operations have greater ones. */
  readonly position: bigint;
  /** The hash under which the ledger lists the transaction; for a fee-bumped one the outer hash (M-7). */
  readonly hash: string;
  readonly innerHash: string | null;
  readonly ledger: number;
  /** When the ledger closed, in seconds. */
  readonly closedAt: number;
  /** Horizon's name of the operation's type, for example `path_payment_strict_send`. */
  readonly type: string;
  /** Source of the operation, the base account. */
  readonly source: string;
  readonly memo: LedgerMemo | null;
}

/** An operation that was understood; `kind` says what it did. */
export type UnderstoodOperation = ObservedPlace & Happening;

/** An operation that is set aside for a person: `reason` is a code. */
export interface UnreadableOperation {
  readonly kind: "unreadable";
  readonly id: string;
  readonly reason: string;
}

/** One of both. */
export type ObservedOperation = UnderstoodOperation | UnreadableOperation;

const placeSchema = z.object({
  id: z.string().regex(/^\d{1,19}$/),
  paging_token: z.string(),
  type: z.string(),
  source_account: z.string(),
  transaction_hash: hash,
  transaction_successful: z.boolean(),
  transaction: transactionSchema,
});

/**
 * Reads one operation.
 * @param record as Horizon gave it with `join=transactions`
 * @param isOurs whether an account (`G…`) is one of ours (M-13)
 */
export function observe(record: unknown, isOurs: (account: string) => boolean): ObservedOperation {
  const place = placeSchema.safeParse(record);
  if (!place.success) return unreadable(record, wrongFields(place.error));
  const { transaction, ...operation } = place.data;
  const position = BigInt(operation.id);
  // A record that contradicts itself is not Horizon's, whatever it says of money.
  if (operation.paging_token !== operation.id) return unreadable(record, "paging_token");
  if (operation.transaction_hash !== transaction.hash) return unreadable(record, "transaction.hash");
  if (Number(position >> 32n) !== transaction.ledger) return unreadable(record, "transaction.ledger");
  if (!operation.transaction_successful || !transaction.successful) {
    return unreadable(record, "transaction_successful");
  }

  const happening = happeningOf(record, operation, {
    isOurs,
    resultXdr: transaction.resultXdr,
    index: Number(position & 0xfffn) - 1,
  });
  if ("unreadable" in happening) return unreadable(record, happening.unreadable);
  return {
    id: operation.id,
    position,
    hash: transaction.hash,
    innerHash: transaction.innerHash,
    ledger: transaction.ledger,
    closedAt: transaction.closedAt,
    type: operation.type,
    source: operation.source_account,
    memo: transaction.memo,
    ...happening,
  };
}

const idSchema = z.object({ id: z.string().regex(/^\d{1,19}$/) });

function unreadable(record: unknown, reason: string): UnreadableOperation {
  return { kind: "unreadable", id: idSchema.safeParse(record).data?.id ?? "", reason };
}
