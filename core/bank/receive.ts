/**
 * Takes in what a rail tells of money, whichever way it was told, and books it: to the transfer that it belongs to, or
 * to suspense for an operator. Told again, late or out of order, it changes nothing (M-18).
 * @module
 */
import type { InboundTransfer } from "../../plugins/bank-rail.ts";
import { move } from "../money/postings.ts";
import { postingStatements } from "../money/postings.ts";
import { raiseAlarm } from "../records/alarms.ts";
import type { Statement } from "../records/database.ts";
import type { Vault } from "../records/vault.ts";
import { newId } from "../transfers/id.ts";
import { apply, type Books } from "../transfers/record.ts";
import { type Match, matchInbound, type Matching } from "./match.ts";
import type { RailInstance } from "./rails.ts";
import { findReceipt, insertReceipt, type NewReceipt, type Receipt, updateReceipt } from "./receipts.ts";

/** What taking in money needs. */
export interface Receiving {
  readonly books: Books;
  readonly matching: Matching;
  readonly vault: Vault;
  /** The asset (`CODE:ISSUER`) that is anchored in a currency; its books are in this asset. */
  readonly assetOf: (currency: string) => string | null;
}

/** What became of it; `transferId` when a transfer moved. */
export interface Taken {
  readonly kind: "booked" | "unmatched" | "announced" | "known" | "set_aside";
  readonly transferId?: string;
}

/** Two tellers of the same money may race; more often than this it is a fault of ours. */
const RACES = 5;

/** Takes in one inbound transfer. */
export async function receive(
  on: Receiving,
  instance: RailInstance,
  inbound: InboundTransfer,
): Promise<Taken> {
  const asset = on.assetOf(inbound.gross.currency);
  if (asset === null || !isSound(inbound)) return await setAside(on, instance, inbound);
  for (let race = 1; race <= RACES; race++) {
    const known = await findReceipt(on.books.db, "bank", instance.name, inbound.id);
    if (known && known.revision >= inbound.revision) return knownAs(known);
    const taken = await takeState(on, instance, inbound, asset, known);
    if (taken) return taken;
  }
  throw new Error(`Cannot take in money at ${instance.name}: it changed ${RACES} times meanwhile`);
}

/** One try; `null` when another process told the same meanwhile. */
async function takeState(
  on: Receiving,
  instance: RailInstance,
  inbound: InboundTransfer,
  asset: string,
  known: Receipt | null,
): Promise<Taken | null> {
  const arrives = known === null || known.state === "pending";
  if (arrives && (inbound.state === "booked" || inbound.state === "pending")) {
    const match = await matchInbound(on.matching, instance.name, instance.rail.declares, inbound);
    if (inbound.state === "pending") return await announce(on, instance, inbound, asset, known, match);
    return await book(on, instance, inbound, asset, known, match);
  }
  if (known === null || known.state === "pending") {
    // It came and went without ever being ours, or was taken back before we heard of it: nothing to post.
    return await note(on, instance, inbound, asset, known);
  }
  if (inbound.state === "reversed" || inbound.state === "returned") {
    return await takeBack(on, instance, inbound, known);
  }
  return await change(on, known, [
    ...updateReceipt(known, { state: known.state, revision: inbound.revision }),
    raiseAlarm("receipt_changed", known.id, inbound.state),
  ]);
}

async function announce(
  on: Receiving,
  instance: RailInstance,
  inbound: InboundTransfer,
  asset: string,
  known: Receipt | null,
  match: Match,
): Promise<Taken | null> {
  const rows = (): Statement[] =>
    known
      ? updateReceipt(known, { state: "pending", revision: inbound.revision })
      : [insertReceipt(on.vault, { ...receiptOf(instance, inbound, asset, match), state: "pending" })];
  if (match.kind === "transfer") {
    const applied = await apply(on.books, match.transferId, { type: "credit_announced" }, rows);
    if (applied.kind === "recorded") return { kind: "announced", transferId: match.transferId };
    if (applied.kind === "duplicate") return null;
  }
  return await change(on, known, rows());
}

async function book(
  on: Receiving,
  instance: RailInstance,
  inbound: InboundTransfer,
  asset: string,
  known: Receipt | null,
  match: Match,
): Promise<Taken | null> {
  const amounts = { gross: inbound.gross.units, fee: inbound.fee.units, net: inbound.net.units };
  const rows = (state: "matched" | "unmatched", to: Match): Statement[] =>
    known
      ? updateReceipt(known, { state, revision: inbound.revision, amounts, ...belongs(to) })
      : [insertReceipt(on.vault, { ...receiptOf(instance, inbound, asset, to), state })];
  let unmatched = match;
  if (match.kind === "transfer") {
    const applied = await apply(on.books, match.transferId, {
      type: "money_received",
      amount: amounts.gross,
      kept: amounts.fee,
      place: instance.name,
      externalTransactionId: inbound.id,
    }, () => rows("matched", match));
    if (applied.kind === "recorded") return { kind: "booked", transferId: match.transferId };
    if (applied.kind === "duplicate") return null;
    const { transferId: likely, customerId } = match;
    unmatched = { kind: "unmatched", reason: "not_waiting", customerId, likely };
  }
  const batch = newId();
  const taken = await change(on, known, [
    ...rows("unmatched", unmatched),
    ...postingStatements(batch, [
      ...move(asset, amounts.net, `bank:${instance.name}`, "suspense"),
      ...move(asset, amounts.fee, "costs", "suspense"),
    ]),
    raiseAlarm("receipt_unmatched", `${instance.name}:${inbound.id}`, reasonOf(unmatched)),
  ], { sql: "select 1 from postings where batch = ?", args: [batch] });
  return taken && { kind: "unmatched" };
}

/** Money that never was ours: kept for the record, without postings. */
async function note(
  on: Receiving,
  instance: RailInstance,
  inbound: InboundTransfer,
  asset: string,
  known: Receipt | null,
): Promise<Taken | null> {
  const { state, revision } = inbound;
  if (state === "booked" || state === "pending") throw new Error(`Cannot note money in state ${state}`);
  const match: Match = { kind: "unmatched", reason: "no_open_transfer" };
  return await change(
    on,
    known,
    known ? updateReceipt(known, { state, revision }) : [
      insertReceipt(on.vault, { ...receiptOf(instance, inbound, asset, match), state }),
    ],
  );
}

/** Money that was ours and is not any more: somebody owes it to us until an operator has settled it (M-21). */
async function takeBack(
  on: Receiving,
  instance: RailInstance,
  inbound: InboundTransfer,
  known: Receipt,
): Promise<Taken | null> {
  if (known.state === "returned" || known.state === "reversed" || known.state === "rejected") {
    return await change(on, known, updateReceipt(known, { state: known.state, revision: inbound.revision }));
  }
  const byUs = inbound.state === "returned" || inbound.reversal?.kind === "ours";
  if (byUs) {
    // Our own refund settles in the refund's batch; here only the state of the receipt is kept.
    return await change(on, known, updateReceipt(known, { state: known.state, revision: inbound.revision }));
  }
  const batch = newId();
  return await change(on, known, [
    ...updateReceipt(known, { state: "reversed", revision: inbound.revision }),
    ...postingStatements(batch, move(known.asset, known.net, "receivable", `bank:${instance.name}`)),
    raiseAlarm("receipt_reversed", known.id, inbound.reversal?.kind ?? "unknown"),
  ], { sql: "select 1 from postings where batch = ?", args: [batch] });
}

/** What cannot be booked at all is never dropped: an operator looks at the bank's statement. */
async function setAside(on: Receiving, instance: RailInstance, inbound: InboundTransfer): Promise<Taken> {
  await on.books.db.write(
    [raiseAlarm("receipt_unmatched", `${instance.name}:${inbound.id}`, "cannot_be_booked")],
    { committed: { sql: "select 1 where false" } },
  );
  return { kind: "set_aside" };
}

async function change(
  on: Receiving,
  known: Receipt | null,
  statements: Statement[],
  committed: Statement = { sql: "select 1 where false" },
): Promise<Taken | null> {
  const result = await on.books.db.write(statements, { committed });
  if (result.kind !== "written") return null;
  return known ? knownAs(known) : { kind: "known" };
}

/** gross = net + fee, all in one currency, nothing negative. */
function isSound({ gross, fee, net }: InboundTransfer): boolean {
  return gross.units > 0n && fee.units >= 0n && net.units >= 0n && gross.units === net.units + fee.units &&
    gross.currency === fee.currency && gross.currency === net.currency;
}

function receiptOf(
  instance: RailInstance,
  inbound: InboundTransfer,
  asset: string,
  match: Match,
): Omit<NewReceipt, "state"> {
  return {
    id: newId(),
    side: "bank",
    place: instance.name,
    externalId: inbound.id,
    asset,
    gross: inbound.gross.units,
    fee: inbound.fee.units,
    net: inbound.net.units,
    payer: inbound.payer,
    revision: inbound.revision,
    ...belongs(match),
  };
}

function belongs(
  match: Match,
): Pick<NewReceipt, "transferId" | "likelyTransferId" | "customerId" | "reason"> {
  if (match.kind === "transfer") return { transferId: match.transferId, customerId: match.customerId };
  return {
    reason: match.reason,
    ...(match.customerId === undefined ? {} : { customerId: match.customerId }),
    ...(match.likely === undefined ? {} : { likelyTransferId: match.likely }),
  };
}

function reasonOf(match: Match): string {
  return match.kind === "unmatched" ? match.reason : "not_waiting";
}

function knownAs(receipt: Receipt): Taken {
  return { kind: "known", ...(receipt.transferId === null ? {} : { transferId: receipt.transferId }) };
}
