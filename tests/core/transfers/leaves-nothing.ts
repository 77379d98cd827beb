/**
 * What is refused leaves no trace in the tables of money.
 * @module
 */
import assert from "node:assert/strict";
import { Refusal } from "../../../core/refusal.ts";
import type { MoneyAtWork } from "./money-at-work.ts";

const TABLES = ["transfers", "transfer_history", "memos", "outbox", "receipts", "attempts", "postings"];

/** How many rows each table of money has. */
export const rowsOfMoney = (work: MoneyAtWork): Promise<number[]> =>
  Promise.all(TABLES.map((table) => work.count(table)));

/** What an attempt is refused with. */
export async function refusalOf(attempt: () => unknown): Promise<Refusal> {
  const refusal = await Promise.try(attempt).then(() => assert.fail("it was not refused"), (error) => error);
  assert.ok(refusal instanceof Refusal, String(refusal));
  return refusal;
}

/** Tries what must be refused with this code, and checks that no trace of it is left. */
export async function leavesNothing(
  work: MoneyAtWork,
  attempt: () => Promise<unknown>,
  code: string,
): Promise<Refusal> {
  const before = await rowsOfMoney(work);
  const refusal = await attempt().then(() => assert.fail(`${code} was not refused`), (error) => error);
  assert.ok(refusal instanceof Refusal, String(refusal));
  assert.deepEqual([refusal.code, refusal.status], [code, 400]);
  assert.deepEqual(await rowsOfMoney(work), before);
  return refusal;
}
