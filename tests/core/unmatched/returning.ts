/**
 * Unmatched money and the orders to send it back.
 * @module
 */
import assert from "node:assert/strict";
import { returnAtBank } from "../../../core/bank/returns.ts";
import type { Performance } from "../../../core/effects.ts";
import { returnReceipt } from "../../../core/operators/return-receipt.ts";
import { type LedgerReturning, returnOnLedger } from "../../../core/stellar/returns.ts";
import { type Ordered, type Ordering } from "../../../core/unmatched/order-return.ts";
import { findReturn } from "../../../core/unmatched/returns.ts";
import type { MoneyWorld } from "../stellar/money-world.ts";
import type { MoneyAtWork } from "../transfers/money-at-work.ts";

/** Ids of unmatched receipts, the oldest first. */
export async function unmatchedIds({ db }: Pick<MoneyAtWork, "db">): Promise<string[]> {
  const rows = await db.query({ sql: "select id from receipts where state = 'unmatched' order by rowid" });
  return rows.map(({ id }) => String(id));
}

/** What orders need in a world. */
export function orderingOf(work: MoneyAtWork, isOurs: Ordering["isOurs"] = () => false): Ordering {
  const { db, vault, books: { outbox }, bank } = work;
  return { db, outbox, vault, railOf: () => bank.instance, isOurs };
}

/** Orders as an operator. */
export function order(work: MoneyAtWork, id: string, actor = "anna"): Promise<Ordered> {
  return returnReceipt(orderingOf(work), actor, id);
}

/** What returns on the ledger need in a world. */
export function returningOf(work: MoneyWorld): LedgerReturning {
  const { ledgerPaying, ledgerRefunding: { vault }, ledgerReceiving: { anchored } } = work;
  return {
    ...ledgerPaying,
    vault,
    unitOf: (asset) => ({ asset, currency: anchored.has(asset) ? "USD" : asset }),
  };
}

/** One step of a return on the ledger. */
export const giveBack = (work: MoneyWorld, id: string): Promise<Performance> =>
  returnOnLedger(returningOf(work), id);

/** One step of a return at the bank. */
export const giveBackAtBank = (work: MoneyAtWork, id: string): Promise<Performance> =>
  returnAtBank({ books: work.books, railOf: () => work.bank.instance, vault: work.vault }, id);

/** State and reason of a return. */
export async function returnStanding({ db }: Pick<MoneyAtWork, "db">, id: string): Promise<unknown[]> {
  const one = await findReturn(db, id);
  return [one?.state, one?.reason];
}

/** Orders and steps until it is done; 10 steps at most. */
export async function orderAndGiveBack(work: MoneyWorld, id: string): Promise<void> {
  assert.equal((await order(work, id)).kind, "ordered");
  let last = await giveBack(work, id);
  for (let step = 1; step < 10 && last.kind === "again" && last.afterMs < 1_000; step++) {
    last = await giveBack(work, id);
  }
  assert.deepEqual(last, { kind: "done" });
}

/** Where the transactions went that sent something back, and with which memo. */
export async function givenBack(
  work: MoneyWorld,
): Promise<unknown[]> {
  const rows = await work.db.query({
    sql:
      "select external_id as hash from returns where state = 'completed' and side = 'ledger' order by rowid",
  });
  const { horizon } = work.ledgerPaying;
  return await Promise.all(rows.map(async ({ hash }) => {
    const found = await horizon.transaction(String(hash));
    const page = JSON.stringify(await horizon.operationsOfTransaction(String(hash)));
    const to = /"to_muxed":"(M\w+)"/.exec(page) ?? /"to":"(G\w+)"/.exec(page) ??
      /"destination":"(G\w+)"/.exec(page);
    return [found.kind === "found" && found.memo, to?.[1]];
  }));
}
