/**
 * Money that the bank takes back, or that never became ours (M-21).
 * @module
 */
import { move, type Posting, postingStatements } from "../money/postings.ts";
import { raiseAlarmAnew } from "../records/alarms.ts";
import type { Statement } from "../records/database.ts";
import { expect } from "../records/expect-changed.ts";
import { newId } from "../transfers/id.ts";
import { findReceivable, insertReceivable } from "../transfers/receivables.ts";
import { apply } from "../transfers/record.ts";
import type { Match } from "./match.ts";
import { change, type News, receiptRows, type Receiving, type Taken } from "./news.ts";
import { cancelReturn } from "../unmatched/returns.ts";
import { type Receipt, updateReceipt } from "./receipts.ts";

/** Takes in that money went; `null` when another process told the same meanwhile. */
export async function takeBack(on: Receiving, news: News): Promise<Taken | null> {
  const { inbound, known } = news;
  if (known === null) return await note(on, news);
  if (known.state === "pending") return await vanish(on, news, known);
  const { revision } = inbound;
  const stays = () => updateReceipt(known, { state: known.state, revision });
  const told = () => [...stays(), ...raiseAlarmAnew("receipt_changed", known.id, inbound.state)];
  // What settled a debt, or was a payout of ours that came back, is booked already: a person looks.
  if (known.state === "internal") return await change(on, known, told());
  if (known.state !== "matched" && known.state !== "unmatched") {
    const debt = await findReceivable(on.books.db, known.id);
    const isMore = debt !== null && debt.amount !== inbound.net.units;
    return await change(on, known, isMore ? told() : stays());
  }
  // What goes back by us is booked when it is settled, and this is what the bank says of it.
  const goesBack = await isSentBack(on, known);
  if (inbound.state === "returned" && goesBack) return await change(on, known, stays());
  if (known.state === "unmatched" && goesBack) {
    // Taken back by the bank, and sent back by us as well: a person has to find out who owes what.
    return await change(on, known, [...stays(), ...raiseAlarmAnew("receipt_reversed", known.id, "return")]);
  }
  if (inbound.state === "rejected") return await change(on, known, told());
  const why = inbound.reversal?.kind ?? inbound.state;
  const rows = () => [
    ...cancelReturn(known.id),
    ...updateReceipt(known, { state: inbound.state === "returned" ? "returned" : "reversed", revision }),
    ...raiseAlarmAnew("receipt_reversed", known.id, why),
    ...postingStatements(batch, postingsOf(news, known, amount)),
    ...receivableOf(known, amount, why),
  ];
  const batch = newId();
  const amount = inbound.net.units;
  const isWhole = amount === known.net;
  if (known.transferId !== null) {
    // A part of what still waits here is a person's matter: it is held, and what is gone is told.
    const event = { type: "money_taken_back" } as const;
    const applied = await apply(on.books, known.transferId, event, isWhole ? rows : told);
    if (applied.kind === "recorded") return { kind: "known", transferId: known.transferId };
    if (applied.kind === "duplicate") return null;
  }
  // A part of what has been paid out is owed like the whole.
  const isPart = known.transferId !== null && amount > 0n && amount < known.net;
  if (!isWhole && !isPart) return await change(on, known, told());
  return await change(on, known, rows(), { sql: "select 1 from postings where batch = ?", args: [batch] });
}

/** What was owed to nobody yet is simply gone; what is owed to a transfer, or was paid, somebody owes to us now. */
function postingsOf(
  { instance }: News,
  { asset, gross, net, state }: Receipt,
  amount: bigint,
): readonly Posting[] {
  const bank = `bank:${instance.name}` as const;
  if (state === "matched") return move(asset, amount, "receivable", bank);
  return [...move(asset, net, "suspense", bank), ...move(asset, gross - net, "suspense", "costs")];
}

/** Judged in the batch itself: a payout that is stored meanwhile changes the transfer, and the batch is stale. */
function receivableOf({ id, transferId, asset, state }: Receipt, amount: bigint, why: string): Statement[] {
  if (state !== "matched" || transferId === null) return [];
  return insertReceivable({ id, transferId, asset, amount }, why);
}

/** It came and went before we heard of it: kept for the record, without postings. */
async function note(on: Receiving, news: News): Promise<Taken | null> {
  const { state } = news.inbound;
  if (state === "booked" || state === "pending") throw new Error(`Cannot note money in state ${state}`);
  return await change(on, null, receiptRows(on.vault, news, state, { reason: "no_open_transfer" }));
}

/** What was announced will not come: the transfer waits again, unless something else is on its way to it. */
async function vanish(on: Receiving, { inbound }: News, known: Receipt): Promise<Taken | null> {
  const { state, revision } = inbound;
  if (state === "booked" || state === "pending") throw new Error(`Cannot end money in state ${state}`);
  const { transferId } = known;
  if (transferId === null) return await change(on, known, updateReceipt(known, { state, revision }));
  const belongs = { likelyTransferId: transferId, reason: "no_open_transfer" };
  const rows = () => updateReceipt(known, { state, revision, belongs });
  // Checked again in the batch: two that vanish at once must not both think that the other is still to come.
  const args = [transferId, known.id];
  const isAwaited = (await on.books.db.query({ sql: AWAITED, args })).length > 0;
  if (isAwaited) return await change(on, known, [expect(`exists (${AWAITED})`, args), ...rows()]);
  const applied = await apply(on.books, transferId, { type: "credit_vanished" }, () => [
    expect(`not exists (${AWAITED})`, args),
    ...rows(),
  ]);
  if (applied.kind === "recorded") return { kind: "known", transferId };
  return applied.kind === "duplicate" ? null : await change(on, known, rows());
}

/**
 * Money that was announced for one transfer and turns out to be another's, or nobody's: the first waits again, unless
 * something else is on its way to it. Said before the money is booked; said again it changes nothing.
 */
export async function releaseAnnounced(on: Receiving, known: Receipt, match: Match): Promise<void> {
  const { id, state, transferId } = known;
  const isTheirs = match.kind === "transfer" && match.transferId === transferId;
  if (state !== "pending" || transferId === null || isTheirs) return;
  await apply(on.books, transferId, { type: "credit_vanished" }, () => [
    expect(`not exists (${AWAITED})`, [transferId, id]),
  ]);
}

const AWAITED = "select 1 from receipts where transfer_id = ? and state = 'pending' and id <> ?";

/** A refund or a return of it may have left. */
async function isSentBack({ books }: Receiving, { id }: Receipt): Promise<boolean> {
  const rows = await books.db.query({
    sql: `select 1 from refunds where receipt_id = ? and state <> 'failed'
      union all select 1 from returns where receipt_id = ? and state not in ('failed', 'ordered') limit 1`,
    args: [id, id],
  });
  return rows.length > 0;
}
