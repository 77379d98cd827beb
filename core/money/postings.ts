/**
 * The books: double entry in one unit per asset (M-23).
 *
 * Debits are positive and credits negative, so the lines of a batch sum to zero per asset, and the equation
 * bank + receivable + costs = outstanding + in flight + suspense + fees + rounding + capital holds whenever all lines
 * together sum to zero.
 * @module
 */
import type { Statement } from "../records/database.ts";
import { NOW_MS } from "../records/clock.ts";

/** What an anchor has: its bank accounts (one per rail instance), what it is owed, what it has spent. */
export type DebitAccount = `bank:${string}` | "receivable" | "costs";

/**
 * What an anchor owes: tokens in others' hands, what is owed to transfers, what came unmatched, and what it earned.
 */
export type CreditAccount = "outstanding" | "in_flight" | "suspense" | "fees" | "rounding" | "capital";

/** One line. `amount` in units of 10⁻⁷: positive debits the account, negative credits it. */
export interface Posting {
  readonly asset: string;
  readonly account: DebitAccount | CreditAccount;
  readonly amount: bigint;
  /** Set on lines of *in flight*, so that it equals what the open transfers say. */
  readonly transferId?: string;
}

/** Moves an amount: debits one account and credits another. Zero amounts make no lines. */
export function move(
  asset: string,
  amount: bigint,
  debit: Posting["account"],
  credit: Posting["account"],
  transferId?: string,
): readonly Posting[] {
  if (amount === 0n) return [];
  const owner = transferId === undefined ? {} : { transferId };
  return [
    { asset, account: debit, amount, ...owner },
    { asset, account: credit, amount: -amount, ...owner },
  ];
}

/**
 * The statements that write a batch of lines.
 * @param batch the write id of the batch, unique for ever: a batch can be written once
 * @throws RangeError when the lines of an asset do not sum to zero: such a batch must never reach the books
 */
export function postingStatements(batch: string, postings: readonly Posting[]): Statement[] {
  const sums = new Map<string, bigint>();
  for (const { asset, amount } of postings) sums.set(asset, (sums.get(asset) ?? 0n) + amount);
  for (const [asset, sum] of sums) {
    if (sum !== 0n) throw new RangeError(`Cannot post batch ${batch}: ${asset} is out of balance by ${sum}`);
  }
  return postings.filter(({ amount }) => amount !== 0n).map((
    { asset, account, amount, transferId },
    line,
  ) => ({
    sql: `insert into postings (batch, line, asset, account, amount, transfer_id, at_ms)
          values (?, ?, ?, ?, ?, ?, ${NOW_MS})`,
    args: [batch, line, asset, account, amount, transferId ?? null],
  }));
}

/** Posts the lines of a batch the other way round, where it was written; `batch` and what it takes back are both once for ever. */
export function reversal(batch: string, of: string): Statement {
  return {
    sql: `insert into postings (batch, line, asset, account, amount, transfer_id, at_ms)
          select ?, line, asset, account, -amount, transfer_id, ${NOW_MS} from postings where batch = ?`,
    args: [batch, of],
  };
}
