/**
 * What becomes of the transfers of a customer who had everything erased. Those that nobody has paid end. Money that the
 * bank has announced cannot be stopped: it comes, or vanishes and the transfer ends then. Money that is here is paid out
 * when that is under way already; else what the customer cannot be asked any more, or the acceptance that is gone holds it for a person (M-22).
 * @module
 */
import type { Performance } from "../effects.ts";
import { type Database, repeatable } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import { apply, type Books } from "./record.ts";

/** How soon a transfer whose money is announced is looked at again. */
const LOOK_AGAIN_MS = 60_000;
/** Transfers of one customer that are ended in one try. */
const PAGE = 50;

const transfers = rowsOfTable("transfers");

/** More than anybody opens in the day for which something waits. */
const MOST_PAGES = 100;

/** Transfers of SEP-24 whose pages may be open, so that something may wait for them; their ids. */
export async function transfersWithPages(db: Database, customerId: string): Promise<string[]> {
  const rows = await db.query({
    sql: `select id from transfers where customer_id = ? and protocol = 'sep24'
          and state in ('draft', 'kyc', 'instructing', 'waiting', 'asking') limit ?`,
    args: [customerId, MOST_PAGES],
  });
  return rows.map((row) => transfers.text(row, "id"));
}

/** Performs the effect `customer_erased`. */
export async function endErased(books: Books, customerId: string): Promise<Performance> {
  const rows = await books.db.query({
    sql: `select id, state from transfers where customer_id = ?
          and state in ('draft', 'kyc', 'instructing', 'waiting', 'arriving', 'asking')
          order by state = 'arriving' limit ?`,
    args: [customerId, PAGE],
  });
  const ends = rows.filter((row) => transfers.text(row, "state") !== "arriving");
  let overtaken = false;
  for (const row of ends) {
    // Where nothing was paid, nothing of what the customer gave is needed any more.
    const applied = await apply(
      books,
      transfers.text(row, "id"),
      { type: "customer_erased" },
      ({ id, state }) =>
        state === "asking" ? [] : [{
          sql: "update transfers set instructions = null, beneficiary = null where id = ?",
          args: [id],
        }],
    );
    // Its money was announced at this moment, for example: it may come to nothing yet.
    if (applied.kind !== "recorded") overtaken = true;
  }
  if (rows.length === PAGE && ends.length > 0) return { kind: "again", afterMs: 0 };
  // Money is matched by an address's id; what a person was shown of it is with the transfer, where that is needed.
  await books.db.write([{
    sql: "update bank_addresses set instructions = x'' where customer_id = ?",
    args: [customerId],
  }], repeatable);
  return rows.length === ends.length && !overtaken
    ? { kind: "done" }
    : { kind: "again", afterMs: LOOK_AGAIN_MS };
}
