/**
 * Debits: what left an account of ours without a stored attempt (M-14). Each is kept with its alarm until it is explained,
 * once and for ever: as a payout or a refund of a transfer, as unmatched money that went back, or as nobody's. Payouts of its asset rest so long.
 * @module
 */
import { reversal } from "../money/postings.ts";
import { closeAlarms } from "../records/alarms.ts";
import { NOW_MS } from "../records/clock.ts";
import type { Database, Row, Statement } from "../records/database.ts";
import { compareAndSet, expect } from "../records/expect-changed.ts";
import { rowsOfTable } from "../records/rows.ts";
import { raiseDebitAlarm } from "./payout-stop.ts";

/** How a debit is explained. `undone`: the rail has said since that it never left. */
export const EXPLAINED = ["payout", "refund", "return", "loss", "undone"] as const;

/** One of {@link EXPLAINED}. */
export type DebitExplanation = typeof EXPLAINED[number];

/** A debit as stored. Amounts in units of 10⁻⁷. */
export interface Debit {
  /** Subject of its alarm. */
  readonly id: string;
  readonly side: "bank" | "ledger";
  /** Rail instance, or the account of ours that paid. */
  readonly place: string;
  /** The rail's id of what it paid, or the operation's. */
  readonly externalId: string;
  /** The envelope's hash, or the key under which the rail was instructed; `null` where nobody tells one. */
  readonly key: string | null;
  /** `CODE:ISSUER` or `native`; at a bank the currency. */
  readonly asset: string;
  readonly amount: bigint;
  /** What a rail took on top. */
  readonly fee: bigint;
  readonly state: "open" | DebitExplanation;
  readonly atMs: number;
}

const debits = rowsOfTable("debits");

function debitFrom(row: Row): Debit {
  return {
    id: debits.text(row, "id"),
    side: debits.oneOf(row, "side", ["bank", "ledger"]),
    place: debits.text(row, "place"),
    externalId: debits.text(row, "external_id"),
    key: debits.textOrNull(row, "key"),
    asset: debits.text(row, "asset"),
    amount: debits.integer(row, "amount"),
    fee: debits.integer(row, "fee"),
    state: debits.oneOf(row, "state", ["open", ...EXPLAINED]),
    atMs: debits.count(row, "at_ms"),
  };
}

/** Id of a debit, and subject of its alarm. @param teller `ledger`, or the rail's instance */
export function debitId(teller: string, externalId: string): string {
  return `${teller}:${externalId}`;
}

/** Keeps a debit with its alarm, once however often it is found; what is worth nothing leaves the alarm alone. */
export function noteDebit(debit: Omit<Debit, "id" | "state" | "atMs">): Statement[] {
  const { side, place, externalId, key, asset, amount, fee } = debit;
  const id = debitId(side === "ledger" ? "ledger" : place, externalId);
  const row: Statement = {
    sql: `insert into debits (id, side, place, external_id, key, asset, amount, fee, state, at_ms)
          values (?, ?, ?, ?, ?, ?, ?, ?, 'open', ${NOW_MS}) on conflict (id) do nothing`,
    args: [id, side, place, externalId, key, asset, amount, fee],
  };
  return [...(amount > 0n ? [row] : []), raiseDebitAlarm(id, asset)];
}

/** The debit of this id, explained or not, or `null`. */
export async function findDebit(db: Pick<Database, "query">, id: string): Promise<Debit | null> {
  const [row] = await db.query({ sql: "select * from debits where id = ?", args: [id] });
  return row ? debitFrom(row) : null;
}

/**
 * A debit at a rail under one of these keys that no transfer or receipt has been told to own yet, or `null`: open, or told to
 * be nobody's.
 */
export async function ownerlessDebit(
  db: Database,
  place: string,
  keys: readonly string[],
): Promise<Debit | null> {
  const [row] = await db.query({
    sql: `select * from debits indexed by debits_by_key where key in (select value from json_each(?))
          and side = 'bank' and place = ? and state in ('open', 'loss') limit 1`,
    args: [JSON.stringify(keys), place],
  });
  return row ? debitFrom(row) : null;
}

/** Debits that nobody has explained, the oldest first; `null` when there is no row of the id to go on from. */
export async function openDebits(
  db: Database,
  { limit, after }: { readonly limit: number; readonly after?: string },
): Promise<Debit[] | null> {
  const from = after === undefined ? null : await findDebit(db, after);
  if (after !== undefined && from === null) return null;
  const rows = await db.query({
    sql: "select * from debits where state = 'open' and (at_ms, id) > (?, ?) order by at_ms, id limit ?",
    args: [from?.atMs ?? -1, from?.id ?? "", limit],
  });
  return rows.map(debitFrom);
}

/** Whose a debit was. */
export type DebitOwner =
  | { readonly as: "payout" | "refund"; readonly transferId: string }
  | { readonly as: "return"; readonly receiptId: string }
  | { readonly as: "loss" | "undone" };

/** Names the postings of a debit that was told to be nobody's. */
export function lossBatch({ id }: Pick<Debit, "id">): string {
  return `debit:${id}`;
}

/**
 * Says what an ownerless debit was by its key, which proves it: what an operator took for a loss is taken out of the books
 * again, since whoever owns it books it now. Stale when somebody has said so before.
 */
export function provenAs(debit: Debit, owner: DebitOwner): Statement[] {
  if (debit.state !== "loss") return explainedAs(debit, owner);
  return [...ownedBy(debit, owner), reversal(`found:${debit.id}`, lossBatch(debit))];
}

/** Says what a debit was and closes its alarm; stale when somebody has said so before. */
export function explainedAs({ id }: Pick<Debit, "id">, owner: DebitOwner): Statement[] {
  return [...ownedBy({ id, state: "open" }, owner), closeAlarms("statement_debit", id)];
}

function ownedBy({ id, state }: Pick<Debit, "id" | "state">, owner: DebitOwner): Statement[] {
  const transferId = "transferId" in owner ? owner.transferId : null;
  const receiptId = "receiptId" in owner ? owner.receiptId : null;
  return compareAndSet({
    sql: `update debits set state = ?, transfer_id = ?, receipt_id = ?, explained_ms = ${NOW_MS}
          where id = ? and state = ?`,
    args: [owner.as, transferId, receiptId, id, state],
  });
}

const UNEXPLAINED = "select 1 from debits where state = 'open'";

/** Whether a debit of this id waits for its explanation. */
export async function isUnexplained(db: Database, id: string): Promise<boolean> {
  return (await db.query({ sql: `${UNEXPLAINED} and id = ?`, args: [id] })).length > 0;
}

/** Makes a batch stale while a debit of this id waits for its explanation. */
export function isNoDebit(id: string): Statement {
  return expect(`not exists (${UNEXPLAINED} and id = ?)`, [id]);
}

/** What an asset and its currency are, as payouts of both rest together. */
interface Unit {
  readonly asset: string;
  readonly currency: string;
}

/** Whether any debit of an asset or its currency waits for its explanation. */
export async function areAnyUnexplained(db: Database, { asset, currency }: Unit): Promise<boolean> {
  const rows = await db.query({
    sql: `${UNEXPLAINED} and asset in (?, ?) limit 1`,
    args: [asset, currency],
  });
  return rows.length > 0;
}

/** Makes a batch stale while any of them does. */
export function areAllExplained({ asset, currency }: Unit): Statement {
  return expect(`not exists (${UNEXPLAINED} and asset in (?, ?))`, [asset, currency]);
}
