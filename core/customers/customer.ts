/**
 * Customers as they are recorded, and how they are found: by owner or by id, with what they gave and their reviews, all
 * out of one snapshot.
 * @module
 */
import type { Database, Row, Statement } from "../records/database.ts";
import { NOW_MS } from "../records/clock.ts";
import { rowsOfTable } from "../records/rows.ts";
import { sealedColumn } from "../records/sealed-column.ts";
import type { Vault } from "../records/vault.ts";
import { newId } from "../transfers/id.ts";
import { CASE_COLUMNS, caseOf } from "./kyc-case.ts";
import type { CaseRecord } from "./kyc-case.ts";
import { REGISTRATION_COLUMNS, registrationOf } from "./registration.ts";
import type { Registration } from "./registration.ts";
import type { Given } from "./standing.ts";
import { stateFor, VERIFICATION_COLUMNS, verificationOf } from "./verifications.ts";
import type { Verification } from "./verifications.ts";

/** A customer. */
export interface Customer {
  readonly id: string;
  /** See `owner.ts`. */
  readonly owner: string;
  /** Language of the last PUT, BCP 47. */
  readonly language: string | null;
  /** Grows with every change of what was given; 0 while nothing was: SEP-12 does not know such a customer yet. */
  readonly version: number;
}

/** A value as it is stored. */
export interface StoredValue extends Given {
  /** Opened by {@link openValue}. */
  readonly sealed: Uint8Array;
  /** Set for a binary field: the file; the value then says what is known of it. */
  readonly fileId: string | null;
}

/** Everything that decisions about a customer rest on. */
export interface CustomerView {
  readonly customer: Customer;
  readonly values: ReadonlyMap<string, StoredValue>;
  readonly cases: readonly CaseRecord[];
  /** Where changes of the status are posted. */
  readonly callback: Registration | null;
  /** By name, also those of values that have been replaced since. */
  readonly verifications: ReadonlyMap<string, Verification>;
  /** The database's time of the snapshot. */
  readonly nowMs: number;
}

const customersTable = rowsOfTable("customers");
const valuesTable = rowsOfTable("customer_values");

/** A value that was given: the text, or what is known of a file as JSON. */
export const sealedValue = sealedColumn("customer_values", "value", "customer_id", "name");

/** Finds a customer with all that decisions rest on, or `null`; one that was erased is not there any more. */
export async function findCustomer(
  { db, vault }: { db: Database; vault: Vault },
  by: { readonly id: string } | { readonly owner: string },
): Promise<CustomerView | null> {
  const [column, key] = "id" in by ? ["id", by.id] : ["owner", by.owner];
  const own = `(select id from customers where ${column} = ?)`;
  const read = (sql: string): Statement => ({ sql, args: [key] });
  const [customers = [], values = [], cases = [], codes = []] = await db.read([
    read(
      `select c.id, c.owner, c.language, c.version, ${NOW_MS} as now_ms, ${REGISTRATION_COLUMNS} from customers c
      left join customer_callbacks callbacks on callbacks.customer_id = c.id where c.${column} = ? and c.erased_ms is null`,
    ),
    read(
      `select name, value, file_id, given_version, given_ms from customer_values where customer_id = ${own} order by rowid`,
    ),
    read(`select ${CASE_COLUMNS} from kyc_cases where customer_id = ${own} order by attempt`),
    read(`select ${VERIFICATION_COLUMNS} from customer_verifications where customer_id = ${own}`),
  ]);
  const row = customers[0];
  if (row === undefined) return null;
  const verifications = new Map(codes.map(verificationOf).map((found) => [found.name, found]));
  return {
    customer: {
      id: customersTable.text(row, "id"),
      owner: customersTable.text(row, "owner"),
      language: customersTable.textOrNull(row, "language"),
      version: customersTable.count(row, "version"),
    },
    values: new Map(values.map((value) => {
      const name = valuesTable.text(value, "name");
      return [name, storedValue(value, verifications.get(name))];
    })),
    cases: cases.map((found) => caseOf(vault, found)),
    callback: registrationOf(row),
    verifications,
    nowMs: customersTable.count(row, "now_ms"),
  };
}

/**
 * The customer of an owner, made if there is none: a transfer may be opened before anything was given. Such a customer
 * is at version 0, and SEP-12 answers as if there were none (R-12-27).
 * @returns the customer's id
 */
export async function ensureCustomer(
  db: Database,
  owner: { readonly owner: string; readonly account: string },
): Promise<string> {
  const id = newId();
  const found = { sql: "select id from customers where owner = ?", args: [owner.owner] };
  // Whoever was first stays: no error, and the id is read back.
  await db.write([{
    sql: `insert into customers (id, owner, account, version, write_id, created_ms)
      values (?, ?, ?, 0, ?, ${NOW_MS}) on conflict (owner) do nothing`,
    args: [id, owner.owner, owner.account, id],
  }], { committed: found });
  const [row] = await db.query(found);
  if (row === undefined) throw new Error("Cannot make a customer: it is not there after it was written");
  return customersTable.text(row, "id");
}

/** A stored value in the clear: the text, or what is known of a file as JSON. */
export function openValue(vault: Vault, customerId: string, name: string, { sealed }: StoredValue): string {
  return vault.openText(sealedValue.place(customerId, name), sealed);
}

/** The text of a value, or `null` when it was not given. */
export function textOf(vault: Vault, view: CustomerView, name: string): string | null {
  const stored = view.values.get(name);
  return stored === undefined || stored.fileId !== null
    ? null
    : openValue(vault, view.customer.id, name, stored);
}

/** The country that a customer gave, read alone; `null` when none was given. */
export async function countryGiven(
  { db, vault }: { db: Database; vault: Vault },
  customerId: string,
): Promise<string | null> {
  const name = "address_country_code";
  const [row] = await db.query({
    sql: "select value from customer_values where customer_id = ? and name = ?",
    args: [customerId, name],
  });
  return row === undefined
    ? null
    : vault.openText(sealedValue.place(customerId, name), valuesTable.bytes(row, "value"));
}

function storedValue(row: Row, verification: Verification | undefined): StoredValue {
  const version = valuesTable.count(row, "given_version");
  return {
    sealed: valuesTable.bytes(row, "value"),
    fileId: valuesTable.textOrNull(row, "file_id"),
    version,
    givenMs: valuesTable.count(row, "given_ms"),
    ...stateFor(verification, { version }),
  };
}
