/**
 * Reading what happened: ledgers, transactions, operations, in pages.
 * @module
 */
import type { InValue } from "@libsql/client";
import { z } from "zod";
import type { Store, StoredRow } from "../store.ts";
import { type Header, readHeader } from "./header.ts";
import { historyToken, type JsonRecord } from "./records.ts";
import { storedToken } from "./schema.ts";

/** A part of a list: what comes after a cursor in one direction. */
export interface Page {
  cursor: bigint | undefined;
  order: "asc" | "desc";
  limit: number;
}

/** Which records of history are asked for. */
export interface Filter {
  /** An account or a claimable balance that takes part. */
  owner?: string;
  /** The ledger that they are in. */
  ledger?: number;
  /** The transaction that operations belong to, by its outermost hash. */
  transaction?: string;
  /** Payments only. */
  payments?: boolean;
  /** Also what failed in its ledger. */
  includeFailed?: boolean;
  /** The last ledger that may be seen. */
  upTo: number;
}

/** A ledger with the counts that Horizon shows. */
export interface LedgerSummary {
  header: Header;
  succeeded: number;
  failed: number;
  operations: number;
  setOperations: number;
}

/** What a transaction offered and paid, in stroops, and for how many operations. */
export interface FeeSample {
  charged: bigint;
  offered: bigint;
  operations: number;
}

/** Access to history. */
export interface History {
  /** Whether an account or balance ever took part in anything up to a ledger. */
  knows(owner: string, upTo: number): Promise<boolean>;
  /** Operations, each with its transaction. */
  operations(filter: Filter, page: Page): Promise<{ operation: JsonRecord; transaction: JsonRecord }[]>;
  /** One operation by its token. */
  operation(token: bigint): Promise<{ operation: JsonRecord; transaction: JsonRecord } | undefined>;
  /** Transactions under their outermost hash. */
  transactions(filter: Filter, page: Page): Promise<JsonRecord[]>;
  /** A transaction by its hash or by the hash of what it carries inside. */
  transaction(hash: string): Promise<JsonRecord | undefined>;
  /** Ledgers. */
  ledgers(page: Page, upTo: number): Promise<LedgerSummary[]>;
  /** One ledger by its number. */
  ledger(sequence: number): Promise<LedgerSummary | undefined>;
  /** Fees of the transactions in a range of ledgers, ends included. */
  fees(from: number, to: number): Promise<FeeSample[]>;
}

/** The largest token that fits into its 19 digits. */
const LAST_TOKEN = "9".repeat(19);

const recordText = z.string().transform((text) => z.record(z.string(), z.unknown()).parse(JSON.parse(text)));
const pairRow = z.object({ operation: recordText, enclosing: recordText });
const recordRow = z.object({ record: recordText });
const feeRow = z.object({
  fee_charged: z.coerce.bigint(),
  max_fee: z.coerce.bigint(),
  operations: z.number(),
});
const headerRow = z.object({
  header: z.instanceof(ArrayBuffer).transform((bytes) => readHeader(new Uint8Array(bytes))),
  succeeded: z.number(),
  failed: z.number(),
  operations: z.number(),
  set_operations: z.number(),
});

/** History in the sandbox's storage. */
export function openHistory(store: Store): History {
  const rows = async (sql: string, args: InValue[]): Promise<StoredRow[]> =>
    (await store.execute({ sql, args })).rows;

  return {
    async knows(owner, upTo) {
      const end = storedToken(historyToken(upTo + 1));
      const found = await rows("select 1 from ledger_owners where owner = ? and token < ? limit 1", [
        owner,
        end,
      ]);
      return found.length > 0;
    },
    async operations(filter, page) {
      const { where, args, order } = conditions("o", filter, page);
      const owned = filter.owner === undefined
        ? ""
        : "join ledger_owners w on w.token = o.token and w.kind = 'operation'";
      const sql = `select o.record as operation, t.record as enclosing from ledger_operations o ${owned}
        join ledger_transactions t on t.token = o.transaction_token where ${where} ${order}`;
      return (await rows(sql, args)).map(pairOf);
    },
    async operation(token) {
      const sql = `select o.record as operation, t.record as enclosing from ledger_operations o
        join ledger_transactions t on t.token = o.transaction_token where o.token = ?`;
      return (await rows(sql, [storedToken(token)])).map(pairOf)[0];
    },
    async transactions(filter, page) {
      const { where, args, order } = conditions("t", filter, page);
      const owned = filter.owner === undefined
        ? ""
        : "join ledger_owners w on w.token = t.token and w.kind = 'transaction'";
      const found = await rows(
        `select t.record from ledger_transactions t ${owned} where ${where} ${order}`,
        args,
      );
      return found.map((row) => recordRow.parse(row).record);
    },
    async transaction(hash) {
      const sql =
        `select record from ledger_transactions where hash = ? or inner_hash = ? order by token limit 1`;
      return (await rows(sql, [hash, hash])).map((row) => recordRow.parse(row).record)[0];
    },
    async ledgers({ cursor, order, limit }, upTo) {
      // A ledger's token is its number shifted: the first one above a cursor, or the last one below it.
      const below = order === "asc" ? 0n : (1n << 32n) - 1n;
      const from = cursor === undefined ? undefined : Number((cursor + below) >> 32n);
      const sql = order === "asc"
        ? "select * from ledger_headers where sequence > ? and sequence <= ? order by sequence limit ?"
        : "select * from ledger_headers where sequence < ? and sequence <= ? order by sequence desc limit ?";
      return (await rows(sql, [from ?? (order === "asc" ? 0 : upTo + 1), upTo, limit])).map(summaryOf);
    },
    async ledger(sequence) {
      return (await rows("select * from ledger_headers where sequence = ?", [sequence])).map(summaryOf)[0];
    },
    async fees(from, to) {
      const sql =
        "select fee_charged, max_fee, operations from ledger_transactions where ledger between ? and ?";
      return (await rows(sql, [from, to])).map((row) => {
        const { fee_charged, max_fee, operations } = feeRow.parse(row);
        return { charged: fee_charged, offered: max_fee, operations };
      });
    },
  };
}

/** The end of a query: what is asked for, from where, and how much of it. */
function conditions(table: "o" | "t", filter: Filter, { cursor, order, limit }: Page) {
  const token = filter.owner === undefined ? `${table}.token` : "w.token";
  const from = filter.ledger === undefined ? undefined : historyToken(filter.ledger);
  const visibleTo = historyToken((filter.ledger ?? filter.upTo) + 1);
  const end = visibleTo < historyToken(filter.upTo + 1) ? visibleTo : historyToken(filter.upTo + 1);
  const parts = [`${token} < ?`];
  const args: InValue[] = [storedToken(end)];
  const add = (part: string, ...values: InValue[]): void => {
    parts.push(part);
    args.push(...values);
  };
  if (from !== undefined) add(`${token} >= ?`, storedToken(from));
  if (cursor !== undefined) {
    const stored = cursor.toString().length > 19 ? LAST_TOKEN : storedToken(cursor);
    add(order === "asc" ? `${token} > ?` : `${token} < ?`, stored);
  }
  const flags = filter.owner === undefined ? table : "w";
  if (filter.owner !== undefined) add("w.owner = ?", filter.owner);
  if (filter.transaction !== undefined) add("t.hash = ?", filter.transaction);
  if (filter.payments === true) add(`${flags}.payment = 1`);
  if (filter.includeFailed !== true) add(`${flags}.successful = 1`);
  return { where: parts.join(" and "), args: [...args, limit], order: `order by ${token} ${order} limit ?` };
}

function pairOf(row: StoredRow): { operation: JsonRecord; transaction: JsonRecord } {
  const { operation, enclosing } = pairRow.parse(row);
  return { operation, transaction: enclosing };
}

function summaryOf(row: StoredRow): LedgerSummary {
  const { header, succeeded, failed, operations, set_operations } = headerRow.parse(row);
  return { header, succeeded, failed, operations, setOperations: set_operations };
}
