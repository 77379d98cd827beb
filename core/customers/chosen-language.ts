/**
 * The language that a customer has chosen on a page. It is remembered for every transfer that comes, whatever wallet opens
 * it, and goes with everything else when the customer is erased.
 * @module
 */
import { type Database, repeatable } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";

const customers = rowsOfTable("customers");

/** What was chosen, BCP 47; `null` where nothing was. */
export async function chosenLanguage(db: Database, customerId: string): Promise<string | null> {
  const [row] = await db.query({
    sql: "select chosen_language from customers where id = ?",
    args: [customerId],
  });
  return row === undefined ? null : customers.textOrNull(row, "chosen_language");
}

/**
 * Remembers a choice. The last one counts; the customer's version stays, for nothing that is reviewed has changed. Whoever
 * has been erased meanwhile is asked anew.
 */
export async function chooseLanguage(db: Database, customerId: string, language: string): Promise<void> {
  await db.write([{
    sql: "update customers set chosen_language = ? where id = ? and erased_ms is null",
    args: [language, customerId],
  }], repeatable);
}

/** Forgets a choice of somebody who has given nothing else; who has is erased as a whole. */
export async function forgetChosenLanguage(db: Database, customerId: string): Promise<void> {
  await db.write([{
    sql: "update customers set chosen_language = null where id = ?",
    args: [customerId],
  }], repeatable);
}
