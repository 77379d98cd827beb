/**
 * What this gateway had a bank do before its records were put back to an earlier time: it is found in the statement under
 * the very key that the next instruction would get (M-14, M-15), so it explains itself. It is stored once more and the rail
 * is asked what became of it; nothing is sent.
 * @module
 */
import type { Database } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import { type Debit, ownerlessDebit } from "../transfers/debits.ts";
import type { Transfer } from "../transfers/transfer.ts";
import { payoutKey } from "./key.ts";
import type { RailInstance } from "./rails.ts";

/** Numbers of attempts among which it is looked for: those before it may have failed, which no statement shows. */
const LOOKED_AT = 16;
/** Withdrawals that are looked through for the owner of a key. */
const MOST = 1_000;

const transfers = rowsOfTable("transfers");

/** A payout that was forgotten. */
export interface Forgotten {
  readonly debit: Debit;
  /** Of its attempt. */
  readonly number: number;
  readonly key: string;
}

/** The transfer's own payout, or `null`. @param next the number that its next attempt would have */
export async function forgottenPayout(
  db: Database,
  { name, rail }: RailInstance,
  { id, amountOut }: Transfer,
  next: number,
): Promise<Forgotten | null> {
  const { payout } = rail.declares;
  if (!payout) return null;
  const numbers = keysFrom(id, next, payout.key);
  const debit = await ownerlessDebit(db, name, [...numbers.keys()]);
  const number = numbers.get(debit?.key ?? "");
  // Of another amount it is not what is owed now: an operator has to say what happened.
  if (debit === null || debit.key === null || number === undefined || debit.amount !== amountOut) return null;
  return { debit, number, key: debit.key };
}

/** Of which withdrawal a debit's key is, and of which of its attempts. */
export interface KeyOwner {
  readonly transferId: string;
  readonly number: number;
}

/** Whose payout a debit is by its key; `null` where it has none, or none of a withdrawal that is under way. */
export async function keyOwner(
  db: Database,
  { rail }: Pick<RailInstance, "rail">,
  { place, key, amount }: Pick<Debit, "place" | "key" | "amount">,
): Promise<KeyOwner | null> {
  const { payout } = rail.declares;
  if (key === null || !payout) return null;
  const rows = await db.query({
    sql:
      `select id from transfers where state in ('waiting', 'asking', 'funded', 'paying', 'refunding', 'on_hold')
          and state not in ('completed', 'refunded', 'expired', 'failed') and kind = 'withdrawal' and rail = ?
          and amount_out = ? limit ${MOST}`,
    args: [place, amount],
  });
  for (const row of rows) {
    const transferId = transfers.text(row, "id");
    const number = keysFrom(transferId, 1, payout.key).get(key);
    if (number !== undefined) return { transferId, number };
  }
  return null;
}

/** The keys of a withdrawal's attempts, with their numbers. */
function keysFrom(
  transferId: string,
  first: number,
  shape: Parameters<typeof payoutKey>[3],
): ReadonlyMap<string, number> {
  return new Map(
    Array.from(
      { length: LOOKED_AT },
      (_, at) => [payoutKey("payout", transferId, first + at, shape), first + at],
    ),
  );
}

/** The refund of this key and amount, or `null`. */
export async function forgottenRefund(
  db: Database,
  { name }: RailInstance,
  { key, amount }: { readonly key: string; readonly amount: bigint },
): Promise<Debit | null> {
  const debit = await ownerlessDebit(db, name, [key]);
  return debit?.amount === amount ? debit : null;
}
