/**
 * Takes in what a rail tells of money, whichever way it was told, and books it: to the transfer that it belongs to, or
 * to suspense for an operator. Told again, late or out of order, it changes nothing (M-18).
 * @module
 */
import type { InboundTransfer } from "../../plugins/bank-rail.ts";
import { move, postingStatements } from "../money/postings.ts";
import { raiseAlarm, raiseAlarmAnew } from "../records/alarms.ts";
import { repeatable } from "../records/database.ts";
import { fund } from "../transfers/funding.ts";
import { newId } from "../transfers/id.ts";
import { apply } from "../transfers/record.ts";
import { type Match, matchInbound } from "./match.ts";
import { belongingOf, change, knownAs, type News, receiptRows, type Receiving, type Taken } from "./news.ts";
import { takePayoutBack } from "./payout-returns.ts";
import type { RailInstance } from "./rails.ts";
import { findReceipt, updateReceipt } from "./receipts.ts";
import { releaseAnnounced, takeBack } from "./taken-back.ts";

export type { Receiving, Taken } from "./news.ts";

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
    const taken = await takeNews(on, { instance, inbound, asset, known });
    if (taken) return taken;
  }
  throw new Error(`Cannot take in money at ${instance.name}: it changed ${RACES} times meanwhile`);
}

/** One try; `null` when another process told the same meanwhile. */
async function takeNews(on: Receiving, news: News): Promise<Taken | null> {
  const { instance, inbound, known } = news;
  const arrives = known === null || known.state === "pending";
  if (arrives && inbound.state === "booked" && inbound.original) {
    const taken = await takePayoutBack(on, news, inbound.original);
    if (taken !== "not_ours") return taken && { kind: "known", ...taken };
  }
  if (arrives && (inbound.state === "booked" || inbound.state === "pending")) {
    const match = await matchInbound(on.matching, instance.name, instance.rail.declares, inbound);
    if (inbound.state === "pending") return await announce(on, news, match);
    if (known) await releaseAnnounced(on, known, match);
    return await book(on, news, match);
  }
  if (inbound.state === "returned" || inbound.state === "reversed" || inbound.state === "rejected") {
    return await takeBack(on, news);
  }
  if (!known) throw new Error("Cannot take in news of unknown money: no state was left");
  const { gross, net } = inbound;
  const isSame = inbound.state === "booked" && known.state !== "reversed" && known.state !== "returned" &&
    known.gross === gross.units && known.net === net.units;
  return await change(on, known, [
    ...updateReceipt(known, { state: known.state, revision: inbound.revision }),
    ...(isSame ? [] : raiseAlarmAnew("receipt_changed", known.id, inbound.state)),
  ]);
}

async function announce(on: Receiving, news: News, match: Match): Promise<Taken | null> {
  const { known } = news;
  const rows = () => receiptRows(on.vault, news, "pending", belongingOf(match), assetOf(news, match));
  if (match.kind === "transfer") {
    const applied = await apply(on.books, match.transferId, { type: "credit_announced" }, rows);
    if (applied.kind === "recorded") return { kind: "announced", transferId: match.transferId };
    if (applied.kind === "duplicate") return null;
  }
  return await change(on, known, rows());
}

async function book(on: Receiving, news: News, match: Match): Promise<Taken | null> {
  const { instance, inbound, asset, known } = news;
  const [gross, fee, net] = [inbound.gross.units, inbound.fee.units, inbound.net.units];
  let unmatched = match;
  if (match.kind === "transfer") {
    const applied = await fund(on, match.transferId, {
      amount: gross,
      kept: fee,
      place: instance.name,
      externalTransactionId: inbound.id,
    }, () => receiptRows(on.vault, news, "matched", belongingOf(match), match.asset));
    if (applied.kind === "recorded") return { kind: "booked", transferId: match.transferId };
    if (applied.kind === "duplicate") return null;
    const { transferId: likely, customerId } = match;
    unmatched = { kind: "unmatched", reason: "not_waiting", customerId, likely };
  }
  const batch = newId();
  const reason = unmatched.kind === "unmatched" ? unmatched.reason : "not_waiting";
  const taken = await change(on, known, [
    ...receiptRows(on.vault, news, "unmatched", belongingOf(unmatched)),
    ...postingStatements(batch, [
      ...move(asset, net, `bank:${instance.name}`, "suspense"),
      ...move(asset, fee, "costs", "suspense"),
    ]),
    raiseAlarm("receipt_unmatched", `${instance.name}:${inbound.id}`, reason),
  ], { sql: "select 1 from postings where batch = ?", args: [batch] });
  return taken && { kind: "unmatched" };
}

/** What cannot be booked at all is never dropped: an operator looks at the bank's statement. */
async function setAside(on: Receiving, instance: RailInstance, inbound: InboundTransfer): Promise<Taken> {
  const subject = `${instance.name}:${inbound.id}`;
  await on.books.db.write([raiseAlarm("receipt_unmatched", subject, "cannot_be_booked")], repeatable);
  return { kind: "set_aside" };
}

/** gross = net + fee, all in one currency, nothing negative. */
function isSound({ gross, fee, net }: InboundTransfer): boolean {
  return gross.units > 0n && fee.units >= 0n && net.units >= 0n && gross.units === net.units + fee.units &&
    gross.currency === fee.currency && gross.currency === net.currency;
}

function assetOf(news: News, match: Match): string {
  return match.kind === "transfer" ? match.asset : news.asset;
}
