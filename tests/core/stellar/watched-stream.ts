/** A stream of BOB's operations on a scripted Horizon, and a database that watches it. */
import assert from "node:assert/strict";
import { repeatable } from "../../../core/records/database.ts";
import type { Database } from "../../../core/records/database.ts";
import { endOfLedger } from "../../../core/stellar/position.ts";
import { inMemory } from "../records/memory.ts";
import { BOB, ledgerRecord, operationRecord, pageOf, transactionRecord } from "./horizon-records.ts";
import { root, scriptedHorizon } from "./scripted-horizon.ts";

export const isOurs = (account: string) => account === BOB;
export const plenty = { pages: 100 };

/** A Horizon whose stream for BOB is this list; the head is ledger 500 unless it says otherwise. */
export function stream(records: () => readonly Record<string, unknown>[], head = { latest: 500, elder: 1 }) {
  return scriptedHorizon((path) => {
    const { pathname, searchParams } = new URL(path, "http://horizon.example");
    if (pathname === "/") return root(head.latest, head.elder);
    if (pathname === "/ledgers") return [200, pageOf([ledgerRecord(head.latest, 1_800_000_000)])];
    if (pathname.startsWith("/ledgers/")) {
      return [200, ledgerRecord(Number(pathname.slice("/ledgers/".length)), 1_800_000_000)];
    }
    if (pathname !== `/accounts/${BOB}/operations`) return undefined;
    assert.equal(searchParams.get("join"), "transactions");
    assert.equal(searchParams.get("include_failed"), "false");
    assert.equal(searchParams.get("order"), "asc");
    const cursor = BigInt(searchParams.get("cursor") ?? "0");
    const after = records().filter((record) => BigInt(String(record.id)) > cursor);
    return [200, pageOf(after.slice(0, Number(searchParams.get("limit"))))];
  });
}

/** A database whose cursor for BOB stands at the end of this ledger. */
export async function watchedFrom(ledger: number) {
  const db = await inMemory();
  await setCursor(db, endOfLedger(ledger));
  return db;
}

export async function setCursor(db: Database, position: bigint): Promise<void> {
  await db.write([{
    sql: "insert or replace into cursors (name, value, version, moved_ms) values (?, ?, 1, 0)",
    args: [`ledger:${BOB}`, position.toString()],
  }], repeatable);
}

export async function idsIn(db: Database): Promise<string[]> {
  const rows = await db.query({ sql: "select id from ledger_operations order by position" });
  return rows.map(({ id }) => String(id));
}

/** A transaction's operations: this many payments in this ledger, the transaction's order in it given. */
export function payments(ledger: number, order: number, count: number): Record<string, unknown>[] {
  const hash = (BigInt(ledger) * 4096n + BigInt(order)).toString(16).padStart(64, "0");
  const transaction = transactionRecord({ hash, ledger, memo_type: "id", memo: "7" });
  return Array.from({ length: count }, (_, index) => operationRecord({}, transaction, [order, index + 1]));
}
