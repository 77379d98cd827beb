/**
 * Pays out at a bank: an attempt with a key of its own is stored before the call, and what became of it is settled by
 * asking the rail alone (M-15, M-16).
 * @module
 */
import type { PayoutState } from "../../plugins/bank-rail.ts";
import type { Performance } from "../effects.ts";
import { raiseAlarm } from "../records/alarms.ts";
import { repeatable, type Statement } from "../records/database.ts";
import {
  type Attempt,
  attemptsOf,
  findAttempt,
  insertAttempt,
  updateAttempt,
} from "../transfers/attempts.ts";
import type { TransferEvent } from "../transfers/events.ts";
import { findTransfer } from "../transfers/find.ts";
import { newId } from "../transfers/id.ts";
import { apply, type Books } from "../transfers/record.ts";
import type { Transfer } from "../transfers/transfer.ts";
import { payoutKey } from "./key.ts";
import type { RailInstance, RailOf } from "./rails.ts";

/** What paying out needs. */
export interface BankPaying {
  readonly books: Books;
  readonly railOf: RailOf;
  /** The account to pay: SEP-9 names and values, as they stood when the transfer was opened or last given. */
  readonly beneficiaryOf: (transfer: Transfer) => Promise<Readonly<Record<string, string>>>;
  /** Makes a batch stale unless the customer is accepted at this moment (M-22). */
  readonly accepted: (transfer: Transfer) => Statement;
  readonly isAccepted: (transfer: Transfer) => Promise<boolean>;
}

/** How long a payout that the bank works on is left alone before it is asked about again. */
const ASK_AGAIN_MS = 5_000;

/** Performs the effect `bank_payout` one step further; safe at any point, after any crash, and by two at once (M-30). */
export async function payAtBank(on: BankPaying, transferId: string): Promise<Performance> {
  const transfer = await findTransfer(on.books.db, transferId);
  if (!transfer || transfer.kind !== "withdrawal") return { kind: "done" };
  const instance = on.railOf(transfer.rail);
  if (transfer.state === "funded") return await storeAttempt(on, instance, transfer);
  if (transfer.state !== "paying") return { kind: "done" };
  const [attempt] = await attemptsOf(on.books.db, transfer.id);
  if (!attempt) return { kind: "park", error: "attempt_missing" };
  return await settle(on, instance, transfer, attempt, "ask");
}

async function storeAttempt(
  on: BankPaying,
  instance: RailInstance,
  transfer: Transfer,
): Promise<Performance> {
  const { payout } = instance.rail.declares;
  if (!payout || !instance.rail.createPayout || transfer.amountOut === null) {
    return { kind: "park", error: "rail_pays_nothing_out" };
  }
  if (!await on.isAccepted(transfer)) {
    await apply(on.books, transfer.id, { type: "customer_withdrawn" });
    return { kind: "done" };
  }
  const number = (await attemptsOf(on.books.db, transfer.id)).length + 1;
  const attempt = {
    id: newId(),
    transferId: transfer.id,
    number,
    purpose: "payout" as const,
    side: "bank" as const,
    place: instance.name,
    key: payoutKey("payout", transfer.id, number, payout.key),
    amount: transfer.amountOut,
    asset: transfer.asset,
    envelope: null,
    sequence: null,
    validUntil: null,
  };
  const applied = await apply(on.books, transfer.id, { type: "payout_stored" }, (current) => [
    on.accepted(current),
    insertAttempt(attempt),
  ]);
  // Another process stored it, or acceptance ended meanwhile: look again at once.
  if (applied.kind !== "recorded") return { kind: "again", afterMs: 0 };
  const stored = await findAttempt(on.books.db, "bank", instance.name, attempt.key);
  if (!stored) return { kind: "park", error: "attempt_missing" };
  return await settle(on, instance, applied.transfer, stored, "create");
}

/**
 * Finds out what became of an attempt. `create`: this very call has just stored it, so nobody can have sent it before;
 * in every other case the rail is asked first, and created only when it says that it has never seen the key.
 */
async function settle(
  on: BankPaying,
  instance: RailInstance,
  transfer: Transfer,
  attempt: Attempt,
  first: "create" | "ask",
): Promise<Performance> {
  const { rail, ports } = instance;
  if (!rail.createPayout || !rail.findPayout) return { kind: "park", error: "rail_pays_nothing_out" };
  if (first === "ask") {
    const found = await rail.findPayout(attempt.key, ports);
    if (!found.ok) return retryAfter(found.error);
    if (found.value) return await noted(on, instance, found.value);
  }
  const created = await rail.createPayout({
    key: attempt.key,
    amount: { units: attempt.amount, currency: transfer.currency },
    beneficiary: await on.beneficiaryOf(transfer),
    reference: referenceFor(transfer, instance),
  }, ports);
  if (created.ok) return await noted(on, instance, created.value);
  const { kind } = created.error;
  const refused = kind === "invalid_input" || kind === "rejected_by_bank" || kind === "limit_exceeded" ||
    kind === "not_supported" || kind === "conflict";
  if (!refused) return retryAfter(created.error);
  // A refusal at the door is believed only when the rail's own look-up agrees (M-15).
  const found = await rail.findPayout(attempt.key, ports);
  if (!found.ok) return retryAfter(found.error);
  if (found.value) return await noted(on, instance, found.value);
  await apply(on.books, transfer.id, { type: "payout_failed", again: false }, () => [
    ...updateAttempt(attempt, { state: "failed", code: created.error.providerCode ?? kind }),
    raiseAlarm("payout_refused", transfer.id, kind),
  ]);
  return { kind: "done" };
}

async function noted(on: BankPaying, instance: RailInstance, state: PayoutState): Promise<Performance> {
  await notePayout(on.books, instance, state);
  const over = state.state === "completed" || state.state === "failed" || state.state === "returned";
  return over ? { kind: "done" } : { kind: "again", afterMs: ASK_AGAIN_MS };
}

/**
 * Takes in what a rail says of a payout, whichever way it was told. Older revisions and payouts that are not ours change
 * nothing; a payout of another amount than was stored is put before an operator.
 */
export async function notePayout(books: Books, instance: RailInstance, state: PayoutState): Promise<void> {
  const attempt = await findAttempt(books.db, "bank", instance.name, state.key);
  if (!attempt) {
    await books.db.write([
      raiseAlarm("statement_debit", `${instance.name}:${state.id ?? state.key}`, "unknown"),
    ], repeatable);
    return;
  }
  if (state.amount.units !== attempt.amount) {
    await books.db.write([raiseAlarm("payout_mismatch", attempt.id, "amount")], repeatable);
    return;
  }
  if (attempt.state !== "stored" && state.revision <= attempt.revision) return;
  const event = eventOf(instance, state);
  const rows = () => updateAttempt(attempt, { ...attemptUpdate(state), revision: state.revision });
  if (event) {
    const applied = await apply(books, attempt.transferId, event, rows);
    if (applied.kind !== "ignored") return;
  }
  const alarm = state.state === "returned"
    ? [raiseAlarm("payout_returned", attempt.transferId, attempt.id)]
    : [];
  await books.db.write([...rows(), ...alarm], repeatable);
}

function eventOf(instance: RailInstance, state: PayoutState): TransferEvent | null {
  if (state.state === "completed") {
    return {
      type: "payout_completed",
      amount: state.amount.units,
      place: instance.name,
      railFee: state.fee.units,
      externalTransactionId: state.bankReference ?? state.id ?? state.key,
      ...(state.returnableUntil === undefined ? {} : { returnableUntilMs: state.returnableUntil * 1000 }),
    };
  }
  if (state.state === "failed" && state.final) return { type: "payout_failed", again: false };
  return null;
}

function attemptUpdate(
  state: PayoutState,
): Pick<Parameters<typeof updateAttempt>[1], "state" | "externalId" | "fee" | "code"> {
  const to = state.state === "completed" || state.state === "returned"
    ? state.state
    : state.state === "failed" && state.final
    ? "failed"
    : "sent";
  return {
    state: to,
    fee: state.fee.units,
    ...(state.id === undefined ? {} : { externalId: state.id }),
    ...(state.reason === undefined ? {} : { code: state.reason.code }),
  };
}

/** What the receiver sees: the transfer's id in the rail's alphabet and length. */
function referenceFor(transfer: Transfer, { rail }: RailInstance): string {
  const shape = rail.declares.payout?.reference ?? { alphabet: "", maxLength: 0 };
  const allowed = new Set(shape.alphabet);
  const spellings = [transfer.id, transfer.id.toUpperCase()].map((text) =>
    [...text].filter((character) => allowed.has(character)).join("")
  );
  const [longest = ""] = spellings.sort((a, b) => b.length - a.length);
  return longest.slice(0, shape.maxLength);
}

function retryAfter(error: { readonly kind: string; readonly retryAfterMs?: number }): Performance {
  return {
    kind: "retry",
    error: error.kind,
    ...(error.retryAfterMs === undefined ? {} : { afterMs: error.retryAfterMs }),
  };
}
