/**
 * Customers who owe us money that their bank took back after it had been paid out (M-21): they open no further transfers, and
 * nothing is paid or sent back to them by itself until an operator has lifted that.
 * @module
 */
import type { Database, Statement } from "../records/database.ts";
import { expect } from "../records/expect-changed.ts";
import { rowsOfTable } from "../records/rows.ts";
import { apply, type Books } from "./record.ts";

/** SQL of a debt that freezes its owner. Erasing the customer and coming back lifts nothing. */
const FREEZES = "select 1 from receivables where owner = ? and frozen = 1";
/** Transfers that are held, or go on, in one turn. */
const PAGE = 100;

const transfers = rowsOfTable("transfers");

/** Whether this owner is frozen; see `transfers.customer_owner`. */
export async function isFrozen(db: Database, owner: string): Promise<boolean> {
  return (await db.query({ sql: `${FREEZES} limit 1`, args: [owner] })).length > 0;
}

/** Makes a batch stale while the owner is frozen. */
export function notFrozen(owner: string): Statement {
  return expect(`not exists (${FREEZES})`, [owner]);
}

/** What is to be paid to frozen owners. */
const TO_HOLD = `select t.id from receivables r indexed by receivables_frozen
  cross join transfers t indexed by transfers_to_hold on t.customer_owner = r.owner
  where r.frozen = 1 and t.state in ('funded', 'trusting') limit ?`;

/** What rests for owners who are not frozen any more. */
const TO_LIFT = `select id from transfers indexed by transfers_frozen
  where state = 'on_hold' and message = 'customer_frozen' and not exists (
    select 1 from receivables r where r.owner = transfers.customer_owner and r.frozen = 1) limit ?`;

/**
 * Holds what was to be paid to whoever is frozen, and lets go on what rested. Idempotent; a payout that has been stored goes
 * its way. @returns ids of transfers that moved
 */
export async function settleFreezes(books: Books): Promise<string[]> {
  const { db } = books;
  const moved: string[] = [];
  for (const [sql, event] of [[TO_HOLD, "customer_frozen"], [TO_LIFT, "freeze_lifted"]] as const) {
    for (const row of await db.query({ sql, args: [PAGE] })) {
      const id = transfers.text(row, "id");
      const applied = await apply(
        books,
        id,
        { type: event },
        // What rested is looked at again in the batch that lets it go on.
        ({ customerOwner }) => event === "freeze_lifted" ? [notFrozen(customerOwner)] : [],
      );
      if (applied.kind === "recorded") moved.push(id);
    }
  }
  return moved;
}
