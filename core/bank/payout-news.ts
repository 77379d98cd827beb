/**
 * What a rail says of a payout, whichever way it was told: as its answer, by webhook or in its statement (M-15).
 * @module
 */
import type { PayoutState } from "../../plugins/bank-rail.ts";
import { raiseAlarm } from "../records/alarms.ts";
import { repeatable, type Statement } from "../records/database.ts";
import { triedBy } from "../transfers/account-asked.ts";
import { type Attempt, findAttempt, updateAttempt } from "../transfers/attempts.ts";
import { debitId, findDebit, noteDebit, provenAs } from "../transfers/debits.ts";
import type { TransferEvent } from "../transfers/events.ts";
import { apply, type Books } from "../transfers/record.ts";
import type { Transfer } from "../transfers/transfer.ts";
import { returnAlarms } from "./payout-returns.ts";
import type { RailInstance } from "./rails.ts";
import { noteRefund } from "./refund-news.ts";
import { noteReturn } from "./return-news.ts";

/** Two tellers of one payout may race; more often than this it is a fault of ours. */
const RACES = 5;
const DAY_MS = 86_400_000;

/**
 * Takes it in. Older revisions change nothing; a payout of another amount than was stored is put before an operator, and
 * so is one that nobody stored.
 */
export async function notePayout(books: Books, instance: RailInstance, state: PayoutState): Promise<void> {
  for (let race = 1; race <= RACES; race++) {
    const attempt = await findAttempt(books.db, "bank", instance.name, state.key);
    if (!attempt) return await noteOther(books, instance, state);
    if (await noteAttempt(books, instance, attempt, state)) return;
  }
  throw new Error(`Cannot take in news of a payout at ${instance.name}: it changed ${RACES} times meanwhile`);
}

/** What is no payout of a transfer: a refund, a return, or a debit that nobody stored. */
async function noteOther(books: Books, instance: RailInstance, state: PayoutState): Promise<void> {
  if (await noteRefund(books, instance, state) !== "unknown") return;
  if (await noteReturn(books, instance, state) !== "unknown") return;
  const { name } = instance;
  const { key, amount: { units: amount, currency: asset }, fee } = state;
  if (state.state === "failed") {
    // What may still go on has not failed for good: what was told of it stays open.
    if (!state.final) return;
    // It may have been told before, while it was on its way.
    const debit = await findDebit(books.db, debitId(name, key));
    const isOwnerless = debit?.state === "open" || debit?.state === "loss";
    if (isOwnerless) await books.db.write(provenAs(debit, { as: "undone" }), repeatable);
    return;
  }
  // By the key alone: the rail's own id may come with later news of the same payout.
  const debit = { side: "bank", place: name, externalId: key, key, asset, amount, fee: fee.units } as const;
  await books.db.write(noteDebit(debit), repeatable);
}

/** One try; false when somebody else told of it meanwhile, who need not have told the same. */
async function noteAttempt(
  books: Books,
  instance: RailInstance,
  attempt: Attempt,
  state: PayoutState,
): Promise<boolean> {
  if (state.amount.units !== attempt.amount) {
    await books.db.write([raiseAlarm("payout_mismatch", attempt.id, "amount")], repeatable);
    return true;
  }
  if (attempt.state !== "stored" && state.revision <= attempt.revision) return true;
  const to = stateAfter(attempt, state);
  const rows = (transfer: Pick<Transfer, "returnableUntilMs"> = { returnableUntilMs: null }): Statement[] => [
    ...updateAttempt(attempt, {
      state: to,
      revision: state.revision,
      fee: state.fee.units,
      ...(state.id === undefined ? {} : { externalId: state.id }),
      ...(state.reason === undefined ? {} : { code: state.reason.code }),
    }),
    ...(to === "returned" ? returnAlarms(attempt, transfer) : []),
  ];
  // What failed paid nobody, so nothing of it comes back: another attempt may have paid the transfer since.
  const isNews = to !== attempt.state && !(to === "returned" && attempt.state === "failed");
  const event = isNews ? eventOf(instance, attempt, to, state) : null;
  const applied = event && await apply(books, attempt.transferId, event, rows);
  if (applied && applied.kind !== "ignored") return applied.kind === "recorded";
  const result = await books.db.write([
    ...rows(),
    // Money moved in a state of the transfer that does not expect it.
    ...(event ? [raiseAlarm("payout_mismatch", attempt.id, to)] : []),
  ], repeatable);
  return result.kind === "written";
}

/** What completed can only come back, and what came back stays; before that the rail's word holds. */
function stateAfter(attempt: Attempt, { state, final }: PayoutState): Attempt["state"] {
  const isOver = state === "returned" || (state === "failed" && final);
  if (attempt.state === "returned") return "returned";
  if (attempt.state === "completed") return isOver ? "returned" : "completed";
  if (isOver || state === "completed") return state;
  return "sent";
}

function eventOf(
  instance: RailInstance,
  attempt: Attempt,
  to: Attempt["state"],
  state: PayoutState,
): TransferEvent | null {
  const place = instance.name;
  const tried = triedBy(attempt, state.reason?.code);
  if (to === "failed") return { type: "payout_failed", again: false, ...tried };
  if (to === "returned") return { type: "payout_returned", place, railFee: state.fee.units, ...tried };
  if (to !== "completed") return null;
  const finality = instance.rail.declares.payout?.finality;
  return {
    type: "payout_completed",
    amount: state.amount.units,
    place,
    railFee: state.fee.units,
    externalTransactionId: state.bankReference ?? state.id ?? state.key,
    ...(state.returnableUntil === undefined ? {} : { returnableUntilMs: state.returnableUntil * 1000 }),
    ...(finality?.kind === "returnable" ? { returnableForMs: finality.returnableDays * DAY_MS } : {}),
  };
}
