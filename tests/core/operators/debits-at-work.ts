/**
 * Debits to be explained: what left by hand where a gateway's own attempt was forgotten, and operators who say what it was.
 * @module
 */
import assert from "node:assert/strict";
import { unexplainedDebits } from "../../../core/operators/debit-candidates.ts";
import { type DebitExplained, type DebitSaid, explainDebit } from "../../../core/operators/explain-debit.ts";
import { PASSPHRASE } from "../stellar/scripted-horizon.ts";
import type { MoneyAtWork } from "../transfers/money-at-work.ts";

type At = Pick<MoneyAtWork, "books" | "vault" | "receiving" | "paying">;

/** Explains as an operator of this name. @returns `explained`, or why not */
export async function explain(
  { books, vault, paying: { railOf }, receiving: { assetOf } }: At,
  debit: string,
  said: DebitSaid,
  actor = "anna",
): Promise<string> {
  const told: DebitExplained = await explainDebit(
    { books, vault, actor, railOf, passphrase: PASSPHRASE, assetOf },
    debit,
    said,
  );
  return told.kind === "explained" ? told.kind : told.reason;
}

/** As a payout, unless it says otherwise. */
export const of = (
  { id: transferId }: { readonly id: string },
  as: "payout" | "refund" = "payout",
): DebitSaid => ({ as, transferId });

/** Debits that nobody has explained, with the transfers that they may be. */
export async function unexplained(
  { books: { db }, vault, paying: { railOf } }: Pick<At, "books" | "vault" | "paying">,
) {
  const found = await unexplainedDebits({ db, vault, railOf }, { limit: 50 });
  assert.ok(found);
  return found.map(({ id, candidates }) => ({
    id,
    candidates: candidates.map((one) => `${one.as} ${one.as === "return" ? one.receiptId : one.transferId}`),
  }));
}

/** The only one. */
export async function onlyDebit(work: Pick<At, "books" | "vault" | "paying">): Promise<string> {
  const [debit, ...others] = await unexplained(work);
  assert.ok(debit && others.length === 0);
  return debit.id;
}
