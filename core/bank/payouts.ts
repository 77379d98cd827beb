/**
 * Pays out at a bank: an attempt with a key of its own is stored before the call, and what became of it is settled by
 * asking the rail alone (M-15, M-16).
 * @module
 */
import type { PayoutState } from "../../plugins/bank-rail.ts";
import type { Performance } from "../effects.ts";
import { raiseAlarmAnew } from "../records/alarms.ts";
import type { Statement } from "../records/database.ts";
import { expect } from "../records/expect-changed.ts";
import {
  type Attempt,
  attemptsOf,
  findAttempt,
  insertAttempt,
  updateAttempt,
} from "../transfers/attempts.ts";
import { historyHolds, isHistoryInDoubt } from "../stellar/history-alarm.ts";
import { afterUnpaid, triedAtDoor } from "../transfers/account-asked.ts";
import { type Approval, FREE } from "../transfers/approvals.ts";
import { provenAs } from "../transfers/debits.ts";
import { endedBy } from "../transfers/ended-by.ts";
import { findTransfer } from "../transfers/find.ts";
import { isFrozen, notFrozen } from "../transfers/freezes.ts";
import { newId } from "../transfers/id.ts";
import { isPayoutStopped, payoutsGoOn } from "../transfers/payout-stop.ts";
import { apply, type Books } from "../transfers/record.ts";
import { type Acceptance, noPayoutOpen } from "../transfers/refund-conditions.ts";
import type { Transfer } from "../transfers/transfer.ts";
import { beginCall, endCall, noLaterCall, waitForOthers } from "./calls.ts";
import { forgottenPayout } from "./forgotten.ts";
import { payoutKey } from "./key.ts";
import { notePayout } from "./payout-news.ts";
import { isRefusal, retryAfter } from "./provider-errors.ts";
import type { RailInstance, RailOf } from "./rails.ts";

/** What paying out needs. */
export interface BankPaying extends Acceptance {
  readonly books: Books;
  readonly railOf: RailOf;
  /** The account to pay: SEP-9 names and values, as they stood when the transfer was opened or last given. */
  readonly beneficiaryOf: (transfer: Transfer) => Promise<Readonly<Record<string, string>>>;
  /** Whether operators have agreed to the payout, where they have to (M-27); absent: nobody has to. */
  readonly approval?: (transfer: Transfer) => Promise<Approval>;
  /** Whether ledger and banks have been read up to their heads by this process (M-14); absent: somebody else sees to it. */
  readonly readUp?: () => Promise<boolean>;
}

/** How long a payout that the bank works on is left alone before it is asked about again. */
const ASK_AGAIN_MS = 5_000;
/** Payouts rest while a debit is unexplained, or the statements have not been read (M-14). */
const REST_MS = 30_000;
const SOON_MS = 1_000;

/** Performs the effect `bank_payout` one step further; safe at any point, after any crash, and by two at once (M-30). */
export async function payAtBank(on: BankPaying, transferId: string): Promise<Performance> {
  const transfer = await findTransfer(on.books.db, transferId);
  if (!transfer || transfer.kind !== "withdrawal") return { kind: "done" };
  const instance = on.railOf(transfer.rail);
  if (transfer.state === "funded") return await storeAttempt(on, instance, transfer);
  const [attempt] = await attemptsOf(on.books.db, transfer.id);
  if (transfer.state !== "paying") return await askOnly(on, instance, attempt);
  if (!attempt) return { kind: "park", error: "attempt_missing" };
  return await settle(on, instance, transfer, attempt, "ask");
}

/**
 * One process may have been refused while another's call, whose answer was lost, was taken: who comes back from that asks
 * whatever became of the transfer (M-16), and sends nothing.
 */
async function askOnly(
  on: BankPaying,
  instance: RailInstance,
  attempt: Attempt | undefined,
): Promise<Performance> {
  const { rail, ports } = instance;
  const wasRefused = attempt?.state === "failed" && attempt.externalId === null;
  const mayArrive = wasRefused || attempt?.state === "stored" || attempt?.state === "sent";
  if (attempt?.side !== "bank" || !mayArrive || !rail.findPayout) return { kind: "done" };
  const found = await rail.findPayout(attempt.key, ports);
  if (!found.ok) return retryAfter(found.error);
  return found.value ? await noted(on, instance, found.value) : { kind: "done" };
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
  // What came on the ledger is in doubt together with its history (M-10).
  if (await isHistoryInDoubt(on.books.db)) return { kind: "again", afterMs: REST_MS };
  if (on.readUp && !await on.readUp()) return { kind: "again", afterMs: SOON_MS };
  const [latest] = await attemptsOf(on.books.db, transfer.id);
  const number = (latest?.number ?? 0) + 1;
  const forgotten = await forgottenPayout(on.books.db, instance, transfer, number);
  if (forgotten) {
    const { debit } = forgotten;
    const found = { ...forgotten, amount: debit.amount, first: "ask" } as const;
    return await store(
      on,
      instance,
      transfer,
      found,
      () => provenAs(debit, { as: "payout", transferId: transfer.id }),
    );
  }
  if (await isPayoutStopped(on.books.db, transfer)) return { kind: "again", afterMs: REST_MS };
  if (!await on.isAccepted(transfer)) {
    return endedBy(await apply(on.books, transfer.id, { type: "customer_withdrawn" }));
  }
  if (await isFrozen(on.books.db, transfer.customerOwner)) {
    return endedBy(await apply(on.books, transfer.id, { type: "customer_frozen" }));
  }
  const approval = await on.approval?.(transfer) ?? FREE;
  if (approval.kind === "held") {
    return endedBy(await apply(on.books, transfer.id, { type: "approval_needed" }));
  }
  const key = payoutKey("payout", transfer.id, number, payout.key);
  const accepted = await on.accepted(transfer);
  const next = { number, key, amount: transfer.amountOut, first: "create" } as const;
  return await store(on, instance, transfer, next, (current) => [
    accepted,
    ...approval.statements,
    payoutsGoOn(current),
    historyHolds(),
    notFrozen(current.customerOwner),
  ]);
}

/** Stores the attempt in the batch that decides to pay, and only then speaks to the rail. @param conditions of that batch */
async function store(
  on: BankPaying,
  instance: RailInstance,
  transfer: Transfer,
  { number, key, amount, first }: {
    readonly number: number;
    readonly key: string;
    readonly amount: bigint;
    readonly first: "create" | "ask";
  },
  conditions: (current: Transfer) => readonly Statement[],
): Promise<Performance> {
  const attempt = {
    id: newId(),
    transferId: transfer.id,
    number,
    purpose: "payout" as const,
    side: "bank" as const,
    place: instance.name,
    key,
    amount,
    asset: transfer.asset,
    envelope: null,
    sequence: null,
    validUntil: null,
  };
  const applied = await apply(on.books, transfer.id, { type: "payout_stored" }, (current) => [
    // The amount is what was owed when it was looked at; a part may have gone back since.
    expect("? = ?", [current.version, transfer.version]),
    ...conditions(current),
    noPayoutOpen(current),
    insertAttempt(attempt),
  ]);
  // Another process stored it, or acceptance ended meanwhile: look again.
  if (applied.kind !== "recorded") return { kind: "again", afterMs: SOON_MS };
  const stored = await findAttempt(on.books.db, "bank", instance.name, key);
  if (!stored) return { kind: "park", error: "attempt_missing" };
  return await settle(on, instance, applied.transfer, stored, first);
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
  const request = await payoutRequest(on, instance, transfer, attempt);
  const call = await beginCall(on.books.db, { table: "attempts", id: attempt.id });
  if (call === null) return { kind: "again", afterMs: SOON_MS };
  const created = await rail.createPayout(request, ports);
  await endCall(on.books.db, call);
  if (created.ok) return await noted(on, instance, created.value);
  if (!isRefusal(created.error)) return retryAfter(created.error);
  const found = await rail.findPayout(attempt.key, ports);
  if (!found.ok) return retryAfter(found.error);
  if (found.value) return await noted(on, instance, found.value);
  // Another process's call under this key may still be taken.
  const afterMs = waitForOthers(call);
  if (afterMs > 0) return { kind: "again", afterMs };
  const tried = triedAtDoor(attempt, created.error.kind);
  const event = { type: "payout_failed", again: false, ...tried } as const;
  const failed = await apply(on.books, transfer.id, event, ({ terms }) => [
    noLaterCall(call),
    ...updateAttempt(attempt, {
      state: "failed",
      code: created.error.providerCode ?? created.error.kind,
    }),
    // Where it goes back by itself, or to another account, nobody has to look.
    ...(afterUnpaid(terms, tried) === "hold"
      ? raiseAlarmAnew("payout_refused", transfer.id, created.error.kind)
      : []),
  ]);
  return endedBy(failed);
}

async function noted(on: BankPaying, instance: RailInstance, state: PayoutState): Promise<Performance> {
  await notePayout(on.books, instance, state);
  const isOver = state.state === "completed" || state.state === "returned" ||
    (state.state === "failed" && state.final);
  return isOver ? { kind: "done" } : { kind: "again", afterMs: ASK_AGAIN_MS };
}

/** What a rail is asked with; the same for an attempt whenever it is made, in a call as in a file. */
export async function payoutRequest(
  on: Pick<BankPaying, "beneficiaryOf">,
  instance: RailInstance,
  transfer: Transfer,
  attempt: Pick<Attempt, "key" | "amount">,
): Promise<Parameters<NonNullable<RailInstance["rail"]["createPayout"]>>[0]> {
  return {
    key: attempt.key,
    amount: { units: attempt.amount, currency: transfer.currency },
    beneficiary: await on.beneficiaryOf(transfer),
    reference: referenceFor(transfer, instance),
  };
}

/** What the receiver sees: the id of the transfer, or of what goes back, in the rail's alphabet and length. */
export function referenceFor({ id }: { readonly id: string }, { rail }: RailInstance): string {
  const shape = rail.declares.payout?.reference ?? { alphabet: "", maxLength: 0 };
  const allowed = new Set(shape.alphabet);
  const spellings = [id, id.toUpperCase()].map((text) =>
    [...text].filter((character) => allowed.has(character)).join("")
  );
  const [longest = ""] = spellings.sort((a, b) => b.length - a.length);
  return longest.slice(0, shape.maxLength);
}
