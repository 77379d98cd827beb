/**
 * A payout of ours that came back as a credit of its own (M-21). Some rails tell the same by the payout's state too;
 * whichever comes first moves the attempt, and so the money is booked once.
 * @module
 */
import type { InboundTransfer } from "../../plugins/bank-rail.ts";
import { move, type Posting, postingStatements } from "../money/postings.ts";
import { raiseAlarm, raiseAlarmPast } from "../records/alarms.ts";
import type { Statement } from "../records/database.ts";
import { expect } from "../records/expect-changed.ts";
import { triedBy } from "../transfers/account-asked.ts";
import { type Attempt, findAttempt, findAttemptByExternalId, updateAttempt } from "../transfers/attempts.ts";
import { newId } from "../transfers/id.ts";
import { apply } from "../transfers/record.ts";
import type { Transfer } from "../transfers/transfer.ts";
import { change, type News, receiptRows, type Receiving } from "./news.ts";

/** SQL with the transfer's id twice: more of its payouts came back than there are credits for. Several may, one after another. */
const CREDIT_AWAITED = `(select count(*) from receipts
    where transfer_id = ? and side = 'bank' and state = 'internal')
  < (select count(*) from attempts where transfer_id = ? and side = 'bank' and state = 'returned')`;

/**
 * Takes it in.
 * @returns the transfer that moved, or nothing when it had moved; `null` when another process told the same meanwhile;
 * `not_ours` when it has to be looked at like any other money
 */
export async function takePayoutBack(
  on: Receiving,
  news: News,
  original: NonNullable<InboundTransfer["original"]>,
): Promise<{ readonly transferId?: string } | null | "not_ours"> {
  const { db } = on.books;
  const { instance, known } = news;
  const attempt = await attemptOf(on, news, original);
  if (!attempt) return "not_ours";
  const { transferId, asset } = attempt;
  const rows = () => [
    ...receiptRows(on.vault, news, "internal", { transferId }, asset),
    ...postingStatements(newId(), lossOf(attempt, news)),
  ];
  if (attempt.state === "returned") {
    // A second credit for one payout is not explained by it, whoever tells of both at once.
    const args = [transferId, transferId];
    const isAwaited = (await db.query({ sql: `select 1 where ${CREDIT_AWAITED}`, args })).length > 0;
    if (!isAwaited) return "not_ours";
    return await change(on, known, [expect(CREDIT_AWAITED, args), ...rows()]) && {};
  }
  // What failed paid nobody: whatever this is, it is no payout that comes back.
  if (attempt.state === "failed") return "not_ours";
  const railFee = attempt.fee ?? 0n;
  const event = { type: "payout_returned", place: instance.name, railFee, ...triedBy(attempt) } as const;
  const applied = await apply(on.books, transferId, event, (transfer) => [
    ...rows(),
    ...updateAttempt(attempt, { state: "returned" }),
    ...returnAlarms(attempt, transfer),
  ]);
  if (applied.kind === "duplicate") return null;
  return applied.kind === "recorded" ? { transferId } : "not_ours";
}

/** A payout that comes back is told, and told apart when it comes after the rail's own time for that (M-21). */
export function returnAlarms(
  { id, transferId }: Pick<Attempt, "id" | "transferId">,
  { returnableUntilMs }: Pick<Transfer, "returnableUntilMs">,
): Statement[] {
  return [
    raiseAlarm("payout_returned", transferId, id),
    ...(returnableUntilMs === null
      ? []
      : [raiseAlarmPast(returnableUntilMs, "payout_returned", transferId, "late")]),
  ];
}

/** The return is booked with the payout's amount; what came back less, or more, is our cost. */
function lossOf({ asset, amount }: Attempt, { instance, inbound }: News): readonly Posting[] {
  const lost = amount - inbound.net.units;
  const [debit, credit] = lost >= 0n
    ? ["costs", `bank:${instance.name}`] as const
    : [`bank:${instance.name}`, "costs"] as const;
  return move(asset, lost >= 0n ? lost : -lost, debit, credit);
}

async function attemptOf(
  { books: { db } }: Receiving,
  { instance: { name } }: News,
  { payoutKey, payoutId }: NonNullable<InboundTransfer["original"]>,
): Promise<Attempt | null> {
  if (payoutKey !== undefined) return await findAttempt(db, "bank", name, payoutKey);
  return payoutId === undefined ? null : await findAttemptByExternalId(db, name, payoutId);
}
