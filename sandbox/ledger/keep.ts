/**
 * Keeping a closed ledger: its header, what changed in the state, and its history, in one atomic batch.
 * @module
 */
import type { InStatement } from "@libsql/client";
import type { ClosedLedger, Included } from "./close.ts";
import { encodeEntry, type Entry } from "./entries.ts";
import { innerId, type PlacedOperation } from "./envelope.ts";
import type { Header } from "./header.ts";
import { historyToken, type JsonRecord, operationRecord, transactionRecord } from "./records.ts";
import { storedToken } from "./schema.ts";

/** Rows that one insert carries at most, far below the limit on parameters. */
const ROWS = 200;

/** The statements that keep a ledger. A second process that made the same ledger fails on the header's key. */
export function keepLedger({ header, included, changes }: ClosedLedger): InStatement[] {
  return [...keepHeader(header, included), ...keepEntries(changes), ...keepHistory(header, included)];
}

/** The statement that keeps a header with the counts of its ledger. */
export function keepHeader(header: Header, included: readonly Included[]): InStatement[] {
  const successful = included.filter((one) => one.successful);
  const count = (list: readonly Included[]): number =>
    list.reduce((sum, { submitted }) => sum + submitted.inner.operations.length, 0);
  return [{
    sql: "insert into ledger_headers values (?, ?, ?, ?, ?, ?)",
    args: [
      header.sequence,
      header.bytes,
      successful.length,
      included.length - successful.length,
      count(successful),
      count(included),
    ],
  }];
}

/** The statements that bring the stored entries up to date. */
export function keepEntries(changes: ReadonlyMap<string, Entry | null>): InStatement[] {
  return [...changes].map(([key, entry]) =>
    entry === null
      ? { sql: "delete from ledger_entries where key = ?", args: [key] }
      : { sql: "insert or replace into ledger_entries values (?, ?)", args: [key, encodeEntry(entry)] }
  );
}

function keepHistory(header: Header, included: readonly Included[]): InStatement[] {
  const transactions: Value[][] = [];
  const operations: Value[][] = [];
  const owners: Value[][] = [];
  for (const one of included) {
    const token = storedToken(historyToken(header.sequence, one.order));
    const { submitted, successful } = one;
    transactions.push([
      token,
      submitted.id,
      innerId(submitted),
      header.sequence,
      Number(successful),
      one.feeCharged.toString(),
      (submitted.bump?.fee ?? submitted.inner.fee).toString(),
      submitted.inner.operations.length,
      JSON.stringify(transactionRecord(one, header)),
    ]);
    const all = new Set([submitted.inner.source.account, ...one.touched]);
    if (submitted.bump !== undefined) all.add(submitted.bump.source.account);
    for (const [index, placed] of submitted.inner.operations.entries()) {
      const position = index + 1;
      const own = storedToken(historyToken(header.sequence, one.order, position));
      const payment = Number(placed.operation?.payment ?? false);
      const record = operationRecord(placed, position, one, header);
      operations.push([own, token, payment, Number(successful), JSON.stringify(record)]);
      for (const owner of ownersOf(placed, record, one.created[index] ?? [])) {
        all.add(owner);
        owners.push([owner, own, "operation", payment, Number(successful)]);
      }
    }
    for (const owner of all) owners.push([owner, token, "transaction", 0, Number(successful)]);
  }
  return [
    ...inserts("ledger_transactions", transactions),
    ...inserts("ledger_operations", operations),
    ...inserts("ledger_owners", owners),
  ];
}

type Value = string | number;

function inserts(table: string, rows: readonly Value[][]): InStatement[] {
  const statements: InStatement[] = [];
  for (let start = 0; start < rows.length; start += ROWS) {
    const part = rows.slice(start, start + ROWS);
    const places = part.map((row) => `(${row.map(() => "?").join(", ")})`).join(", ");
    statements.push({ sql: `insert into ${table} values ${places}`, args: part.flat() });
  }
  return statements;
}

/** Accounts that take part in an operation, the balance that it names and those that it made. */
function ownersOf(
  { source, operation }: PlacedOperation,
  record: JsonRecord,
  created: string[],
): Set<string> {
  const named = typeof record.balance_id === "string" ? [record.balance_id] : [];
  return new Set([source.account, ...operation?.participants ?? [], ...named, ...created]);
}
