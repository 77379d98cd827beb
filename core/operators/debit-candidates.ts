/**
 * Debits that nobody has explained, each with the transfers or the unmatched money whose it may have been (M-14): the same
 * asset and amount, on the ledger the same account. What an operator says of it is checked anew, and to the last detail.
 * @module
 */
import { keyOwner } from "../bank/forgotten.ts";
import type { RailOf } from "../bank/rails.ts";
import type { Database, Statement } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import type { Vault } from "../records/vault.ts";
import { masked } from "../seps/masked-account.ts";
import { paidBy } from "../stellar/paid.ts";
import { type Debit, openDebits } from "../transfers/debits.ts";
import { MAY_HAVE_BEEN_PAID } from "../transfers/states.ts";
import { returnsLike } from "./debit-returns.ts";
import type { ListPage } from "./lists.ts";

/** A transfer, and as what the debit may have been its; or unmatched money that may have gone back. */
export type DebitCandidate =
  | { readonly transferId: string; readonly as: "payout" | "refund" }
  | { readonly receiptId: string; readonly as: "return" };

/** A debit as operators look at it. */
export interface UnexplainedDebit extends Debit {
  /** Who was paid, all but the end hidden; `null` where the records do not tell. */
  readonly payee: string | null;
  /** Those that have waited longest first. */
  readonly candidates: readonly DebitCandidate[];
}

/** What the list is made from. */
export interface Listing {
  readonly db: Database;
  /** Opens who paid. */
  readonly vault: Vault;
  readonly railOf: RailOf;
}

/** So many may fit one debit before an operator has to look them up. */
const MOST = 10;

const transfers = rowsOfTable("transfers");
// Without the words of the index transfers_by_state it is not used.
const OPEN = "state not in ('completed', 'refunded', 'expired', 'failed')";
const states = MAY_HAVE_BEEN_PAID.map((state) => `'${state}'`).join(", ");

/** The oldest first; `null` when there is no row of the id to go on from. */
export async function unexplainedDebits(
  on: Listing,
  page: ListPage,
): Promise<UnexplainedDebit[] | null> {
  const found = await openDebits(on.db, page);
  return found && await Promise.all(found.map((debit) => withCandidates(on, debit)));
}

async function withCandidates({ db, vault, railOf }: Listing, debit: Debit): Promise<UnexplainedDebit> {
  const owner = debit.side === "bank" ? await keyOwner(db, railOf(debit.place), debit) : null;
  if (owner !== null) {
    // Its key tells whose it is, so it is nobody else's.
    return { ...debit, payee: null, candidates: [{ transferId: owner.transferId, as: "payout" }] };
  }
  const paid = debit.side === "ledger" ? await paidBy(db, debit.externalId) : null;
  const to = paid?.to ?? null;
  const isKnown = debit.side === "bank" || to !== null;
  const [payouts = [], refunds = []] = isKnown
    ? await db.read([payoutsLike(debit, to), refundsLike(debit, to)])
    : [];
  const candidates = (["payout", "refund"] as const).flatMap((as) =>
    (as === "payout" ? payouts : refunds)
      .map((row) => ({ transferId: transfers.text(row, "id"), as, ms: transfers.count(row, "started_ms") }))
      .sort((one, other) => one.ms - other.ms)
      .map(({ transferId }): DebitCandidate => ({ transferId, as }))
  );
  const returns = isKnown ? await returnsLike({ books: { db }, vault, railOf }, debit) : [];
  return {
    ...debit,
    payee: to === null ? null : masked(to),
    candidates: [
      ...candidates,
      ...returns.map((receiptId): DebitCandidate => ({ receiptId, as: "return" })),
    ],
  };
}

const unitOf = ({ side }: Debit) => side === "ledger" ? "asset" : "currency";

/** A claimable balance names the base account, so an `M…` that was to be paid is not found by it. */
function payoutsLike(debit: Debit, to: string | null): Statement {
  const { side, asset, place, amount } = debit;
  return {
    sql: `select id, started_ms from transfers where state in (${states}) and ${OPEN} and kind = ?
      and ${unitOf(debit)} = ? and amount_out = ?
      and ${side === "ledger" ? "destination" : "rail"} = ? limit ${MOST}`,
    args: [
      side === "ledger" ? "deposit" : "withdrawal",
      asset,
      amount,
      side === "ledger" ? to : place,
    ],
  };
}

/** Of a transfer with several receipts each may have gone back alone. */
function refundsLike(debit: Debit, to: string | null): Statement {
  const { side, asset, place, amount } = debit;
  return {
    sql: `select id, started_ms from transfers where state in ('asking', 'refunding', 'on_hold') and ${OPEN}
      and kind = ? and ${unitOf(debit)} = ? and ${side === "ledger" ? "paid_from" : "rail"} = ?
      and exists (select 1 from receipts where transfer_id = transfers.id and state = 'matched'
        and gross ${
      side === "ledger" ? ">=" : "="
    } ? + cast(coalesce(json_extract(transfers.terms, '$.refundFee'), 0) as integer))
      limit ${MOST}`,
    args: [
      side === "ledger" ? "withdrawal" : "deposit",
      asset,
      side === "ledger" ? to : place,
      amount,
    ],
  };
}
