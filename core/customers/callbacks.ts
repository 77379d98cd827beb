/**
 * Callbacks of customers: sets where changes of a status are posted (R-12-88 to R-12-90), and finds changes that no
 * write causes.
 * @module
 */
import { NOW_MS } from "../records/clock.ts";
import type { Database, Statement } from "../records/database.ts";
import { expect, expectChanged } from "../records/expect-changed.ts";
import { rowsOfTable } from "../records/rows.ts";
import { Refusal } from "../refusal.ts";
import { newId } from "../transfers/id.ts";
import { answerFor, overdueStatements } from "./callback-statements.ts";
import type { CallbackPorts } from "./callback-statements.ts";
import { findCustomer } from "./customer.ts";
import type { CustomerView } from "./customer.ts";
import { sealedUrl } from "./registration.ts";
import type { CustomerStatus } from "./standing.ts";

/** What setting and walking need. */
export interface CallbacksOptions extends CallbackPorts {
  readonly db: Database;
}

/** How often a customer is read again that changes under our hands. */
const ROUNDS = 10;

/**
 * Sets where changes are posted from now on. The same address set again goes on where it stands, so what is queued for
 * it is still sent; another one ends it at once (R-12-90). After a final status it is served anew (R-12-97).
 * @param find reads the customer; called anew for each try
 * @throws {Refusal} 404 when nothing is known about the customer (R-12-89)
 */
export async function setCallback(
  options: CallbacksOptions,
  find: () => Promise<CustomerView | null>,
  { type, url }: { readonly type: string; readonly url: string },
): Promise<void> {
  const { db, vault } = options;
  for (let round = 0; round < ROUNDS; round++) {
    const view = await find();
    if (view === null || view.customer.version === 0) throw new Refusal("sep12.nothing_given");
    const { callback, customer } = view;
    const same = callback !== null && vault.openText(sealedUrl.place(customer.id), callback.url) === url;
    if (same && callback.type === type && !callback.ended) return;
    const { standing: { status } } = await answerFor(options, view, type);
    const writeId = newId();
    const result = await db.write([
      ...asRead(view),
      ...registered(view, {
        id: same ? callback.id : newId(),
        url: vault.seal(sealedUrl.place(customer.id), url),
        type,
        status,
        writeId,
      }),
    ], {
      committed: {
        sql: "select 1 from customer_callbacks where customer_id = ? and write_id = ?",
        args: [customer.id, writeId],
      },
    });
    if (result.kind === "written") return;
  }
  throw new Refusal("sep12.busy", {}, "Cannot set a customer's callback: overtaken too often");
}

/** The status that is noted with the registration has to be the one that holds when it is committed. */
function asRead({ customer: { id, version }, cases }: CustomerView): Statement[] {
  const versions = cases.reduce((sum, kyc) => sum + kyc.version, 0);
  return [
    expect("(select version from customers where id = ?) = ?", [id, version]),
    expect("(select coalesce(sum(version), 0) from kyc_cases where customer_id = ?) = ?", [id, versions]),
  ];
}

function registered(
  { callback, customer }: CustomerView,
  { id, url, type, status, writeId }: {
    id: string;
    url: Uint8Array;
    type: string;
    status: CustomerStatus;
    writeId: string;
  },
): Statement[] {
  const values = { id, url, type, status, write_id: writeId, customer: customer.id };
  if (callback === null) {
    return [{
      sql:
        `insert into customer_callbacks (customer_id, id, url, type, status, ended, version, write_id, set_ms)
        values (:customer, :id, :url, :type, :status, 0, 1, :write_id, ${NOW_MS})`,
      args: values,
    }];
  }
  return [
    {
      sql: `update customer_callbacks set id = :id, url = :url, type = :type, status = :status, ended = 0,
          version = version + 1, write_id = :write_id, set_ms = ${NOW_MS}
        where customer_id = :customer and version = :version`,
      args: { ...values, version: callback.version },
    },
    expectChanged,
  ];
}

/** Whether a registration is the customer's present one; nobody else's address is posted to (R-12-90). */
export async function isRegistered(db: Database, customerId: string, registration: string): Promise<boolean> {
  const [row] = await db.query({
    sql: "select 1 from customer_callbacks where customer_id = ? and id = ?",
    args: [customerId, registration],
  });
  return row !== undefined;
}

const callbacks = rowsOfTable("customer_callbacks");

/**
 * Tells of changes that no write caused, for a page of customers whose callbacks go on.
 * @param page.after the last customer of the page before, or null
 * @returns how many were told, and the last customer that was looked at; null at the end
 */
export async function tellOverdue(
  options: CallbacksOptions,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Promise<{ readonly told: number; readonly last: string | null }> {
  const { db } = options;
  const rows = await db.query({
    sql:
      "select customer_id from customer_callbacks where ended = 0 and customer_id > ? order by customer_id limit ?",
    args: [after ?? "", limit],
  });
  const ids = rows.map((row) => callbacks.text(row, "customer_id"));
  let told = 0;
  for (const id of ids) {
    const view = await findCustomer(options, { id });
    const statements = view === null ? [] : await overdueStatements(options, view);
    if (view === null || view.callback === null || statements.length === 0) continue;
    const result = await db.write(statements, {
      committed: {
        sql: "select 1 from customer_callbacks where customer_id = ? and version > ?",
        args: [id, view.callback.version],
      },
    });
    // Stale: whoever changed the customer meanwhile has told of it.
    if (result.kind === "written") told++;
  }
  return { told, last: ids.length < limit ? null : ids.at(-1) ?? null };
}
