/**
 * Whom an operation of ours paid, read again from its record: what left without a stored attempt is compared with what a
 * transfer owes (M-14).
 * @module
 */
import { z } from "zod";
import { parseAccount } from "../auth/strkey.ts";
import type { Database } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import { claimableBalanceIdOf } from "./build.ts";
import type { LedgerMemo } from "./memo.ts";
import { observe } from "./observed.ts";

/** A payment to one account. */
export interface Paid {
  /** `G…` or `M…`, as it was paid. */
  readonly to: string;
  /** True where it lies in a claimable balance: that names the base account alone. */
  readonly isClaimable: boolean;
  readonly memo: LedgerMemo | null;
  /** The hash under which the ledger lists it. */
  readonly hash: string;
  /** The transaction as Horizon tells it, in base64; `null` where it does not. */
  readonly envelope: string | null;
  /** Of the operation in it, from 0. */
  readonly index: number;
}

const operations = rowsOfTable("ledger_operations");
const withEnvelope = z.object({ transaction: z.object({ envelope_xdr: z.string() }) });

/** Whom it paid, or `null` for what is no payment to one account. @param id of the operation */
export async function paidBy(db: Pick<Database, "query">, id: string): Promise<Paid | null> {
  const [row] = await db.query({ sql: "select record from ledger_operations where id = ?", args: [id] });
  if (!row) return null;
  const record: unknown = JSON.parse(operations.text(row, "record"));
  const observed = observe(record, () => false);
  const inTransaction = {
    envelope: withEnvelope.safeParse(record).data?.transaction.envelope_xdr ?? null,
    index: Number(BigInt(id) & 0xfffn) - 1,
  };
  if (observed.kind === "payment") {
    const { to, toMuxed, memo, hash, spent } = observed;
    return spent === null ? { to: toMuxed ?? to, isClaimable: false, memo, hash, ...inTransaction } : null;
  }
  if (observed.kind !== "claimable_balance_created") return null;
  const { claimants: [to, ...others], memo, hash } = observed;
  if (to === undefined || others.length > 0) return null;
  return { to, isClaimable: true, memo, hash, ...inTransaction };
}

/** Id of the claimable balance that it made, or `null`. */
export function balanceIdOf({ isClaimable, envelope, index }: Paid, passphrase: string): string | null {
  if (!isClaimable || envelope === null) return null;
  try {
    return claimableBalanceIdOf(envelope, passphrase, index);
  } catch {
    // What cannot be read names nothing; the money was found all the same.
    return null;
  }
}

/** Whether it went to this account and with this memo. @param account `G…` or `M…` */
export function wentTo(
  { to, isClaimable, memo }: Paid,
  account: string,
  wanted: Pick<LedgerMemo, "type" | "value"> | null,
): boolean {
  const address = isClaimable ? parseAccount(account)?.account : account;
  return address === to && memo?.type === wanted?.type && memo?.value === wanted?.value;
}
