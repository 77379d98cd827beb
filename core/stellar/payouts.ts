/**
 * Pays deposits out on the ledger, one step at a time: look at the destination, store an envelope, hand it in, and take
 * the ledger's word for what became of it (M-1, M-2, M-4, M-8). Every step can be repeated after any crash and by two
 * processes at once (M-30).
 * @module
 */
import type { Performance } from "../effects.ts";
import type { Database, Statement } from "../records/database.ts";
import { expect } from "../records/expect-changed.ts";
import { attemptsOf } from "../transfers/attempts.ts";
import { findTransfer } from "../transfers/find.ts";
import { newId } from "../transfers/id.ts";
import { isPayoutStopped, payoutsGoOn } from "../transfers/payout-stop.ts";
import { apply } from "../transfers/record.ts";
import type { Transfer } from "../transfers/transfer.ts";
import { buildEnvelope, DEFAULT_VALID_SECONDS, type Order } from "./build.ts";
import { type DestinationState, inspectDestination } from "./destination.ts";
import { findFreeSource, takeSource } from "./envelopes.ts";
import { offeredFee } from "./fee.ts";
import { isHistoryInDoubt } from "./history-alarm.ts";
import { HorizonUnavailable } from "./horizon.ts";
import { settleAttempt, type Settling } from "./settlement.ts";
import type { Signer } from "./signer.ts";

/** What paying out on the ledger needs. */
export interface LedgerPaying extends Settling {
  /** The distribution account's key. */
  readonly payer: Signer;
  /** Sources of transactions by account: the distribution account, later channels too. */
  readonly sources: ReadonlyMap<string, Signer>;
  /** What the config says of destinations of an asset (M-8). */
  readonly destinationRules: (asset: string) => {
    /** Units of XLM with which missing accounts are created; `null`: they are not. */
    readonly startingBalance: bigint | null;
    readonly claimableBalances: boolean;
  };
  /** Makes a batch stale unless the customer is accepted at this moment (M-22). */
  readonly accepted: (transfer: Transfer) => Statement;
  readonly isAccepted: (transfer: Transfer) => Promise<boolean>;
  /** Seconds since the epoch. */
  readonly now: () => number;
  /** Whether ledger and banks have been read up to their heads by this process (M-14); absent: somebody else sees to it. */
  readonly readUp?: () => Promise<boolean>;
}

const SOON_MS = 1_000;
/** How soon a destination that is not ready is looked at again, at first and in the end. */
const LOOK_AGAIN_MS = { least: 5_000, most: 60_000 } as const;
/** Payouts rest while the history is in doubt (M-10) or a debit is unexplained (M-14). */
const REST_MS = 60_000;

/** Performs the effect `ledger_payout` one step further. */
export async function payOnLedger(on: LedgerPaying, transferId: string): Promise<Performance> {
  try {
    return await payStep(on, transferId);
  } catch (error) {
    // No answer is no fault of ours: nothing is known, so nothing is done.
    if (!(error instanceof HorizonUnavailable)) throw error;
    const { retryAfterMs } = error;
    return {
      kind: "retry",
      error: "horizon_unavailable",
      ...(retryAfterMs === undefined ? {} : { afterMs: retryAfterMs }),
    };
  }
}

async function payStep(on: LedgerPaying, transferId: string): Promise<Performance> {
  const transfer = await findTransfer(on.books.db, transferId);
  if (!transfer || transfer.kind !== "deposit") return { kind: "done" };
  // Whatever became of the transfer meanwhile, an envelope that was stored is settled, or its source stays taken.
  const [latest] = await attemptsOf(on.books.db, transfer.id);
  if (latest && (latest.state === "stored" || latest.state === "sent")) {
    return await settleAttempt(on, transfer, latest);
  }
  const isOpen = transfer.state === "funded" || transfer.state === "trusting" || transfer.state === "paying";
  if (!isOpen) return { kind: "done" };
  if (transfer.state === "paying") return { kind: "park", error: "attempt_missing" };
  if (on.readUp && !await on.readUp()) return { kind: "again", afterMs: SOON_MS };
  if (await isHistoryInDoubt(on.books.db) || await isPayoutStopped(on.books.db, transfer)) {
    return { kind: "again", afterMs: REST_MS };
  }
  if (!await on.isAccepted(transfer)) {
    await apply(on.books, transfer.id, { type: "customer_withdrawn" });
    return { kind: "done" };
  }
  return await prepare(on, transfer);
}

async function prepare(on: LedgerPaying, transfer: Transfer): Promise<Performance> {
  const { destination, amountOut, asset } = transfer;
  if (destination === null || amountOut === null) return { kind: "park", error: "payout_incomplete" };
  const state = await inspectDestination(on.horizon, {
    destination,
    asset,
    amount: amountOut,
    hasMemo: transfer.memo !== null,
  });
  const step = stepFor(on, transfer, state, destination, amountOut);
  if (step.kind === "order") {
    if (transfer.state === "trusting") {
      // Paying has an effect of its own, keyed by this very decision.
      await apply(on.books, transfer.id, { type: "destination_ready" });
      return { kind: "done" };
    }
    return await store(on, transfer, "payout", step.order, amountOut);
  }
  if (step.kind === "refuse") {
    await apply(on.books, transfer.id, { type: "destination_refuses", reason: step.reason });
    return { kind: "done" };
  }
  if (transfer.state === "funded" || transfer.message !== step.reason) {
    await apply(on.books, transfer.id, { type: "destination_waits", reason: step.reason });
  }
  if (step.create !== null) {
    const order: Order = { kind: "create_account", destination, startingBalance: step.create };
    return await store(on, transfer, "create_account", order, step.create);
  }
  return { kind: "again", afterMs: lookAgainMs(on.now() * 1_000 - transfer.statusMs) };
}

/** A user who is at it is seen at once; who stays away for hours costs Horizon one look a minute. */
function lookAgainMs(waitedMs: number): number {
  return Math.min(Math.max(waitedMs / 60, LOOK_AGAIN_MS.least), LOOK_AGAIN_MS.most);
}

type Step =
  | { readonly kind: "order"; readonly order: Order }
  | {
    readonly kind: "wait";
    readonly reason: "no_account" | "no_trustline" | "not_authorized" | "line_full";
    readonly create: bigint | null;
  }
  | { readonly kind: "refuse"; readonly reason: "memo_required" | "no_account" };

function stepFor(
  on: LedgerPaying,
  transfer: Transfer,
  state: DestinationState,
  destination: string,
  amount: bigint,
): Step {
  const { asset } = transfer;
  const rules = on.destinationRules(asset);
  const byClaimable = transfer.claimable && rules.claimableBalances;
  const claimable: Step = { kind: "order", order: { kind: "claimable_balance", destination, asset, amount } };
  switch (state.kind) {
    case "ready":
      return { kind: "order", order: { kind: "payment", destination, asset, amount } };
    case "missing":
      if (byClaimable) return claimable;
      return { kind: "wait", reason: "no_account", create: rules.startingBalance };
    case "no_trustline":
      return byClaimable ? claimable : { kind: "wait", reason: "no_trustline", create: null };
    case "not_authorized":
    case "line_full":
      return { kind: "wait", reason: state.kind, create: null };
    case "memo_required":
      return { kind: "refuse", reason: "memo_required" };
    case "contract":
    case "not_an_address":
      return { kind: "refuse", reason: "no_account" };
  }
}

/** Takes a source and stores the envelope in the batch that decides to pay; only then is it handed in (M-1, M-4). */
async function store(
  on: LedgerPaying,
  transfer: Transfer,
  purpose: "payout" | "create_account",
  order: Order,
  amount: bigint,
): Promise<Performance> {
  const { db } = on.books;
  const source = await findFreeSource(db, on.horizon, [...on.sources.keys()]);
  const signer = source && on.sources.get(source.account);
  if (!source || !signer) return { kind: "again", afterMs: SOON_MS };
  const ledger = await on.horizon.latestLedger();
  const envelope = await buildEnvelope({
    order,
    memo: purpose === "payout" ? transfer.memo : null,
    payer: on.payer,
    source: signer,
    ledgerSequence: source.sequence,
    fee: offeredFee(await on.horizon.feeStats()),
    validUntil: ledger.closedAt + DEFAULT_VALID_SECONDS,
    passphrase: on.passphrase,
  });
  const attempt = {
    id: newId(),
    transferId: transfer.id,
    number: (await attemptsOf(db, transfer.id)).length + 1,
    purpose,
    asset: purpose === "payout" ? transfer.asset : "native",
    amount,
  };
  const taken = takeSource(source, attempt, envelope);
  const isStored = purpose === "payout"
    ? await storePayout(on, transfer, taken)
    : await storeCreation(db, transfer, attempt.id, taken);
  if (!isStored) return { kind: "again", afterMs: SOON_MS };
  const [stored] = await attemptsOf(db, transfer.id);
  const current = await findTransfer(db, transfer.id);
  if (!stored || !current) return { kind: "park", error: "attempt_missing" };
  return await settleAttempt(on, current, stored);
}

async function storePayout(on: LedgerPaying, transfer: Transfer, taken: Statement[]): Promise<boolean> {
  const applied = await apply(on.books, transfer.id, { type: "payout_stored" }, (now) => [
    on.accepted(now),
    payoutsGoOn(now),
    ...taken,
  ]);
  return applied.kind === "recorded";
}

/** Creating an account changes nothing about the transfer, which goes on waiting; but only while it does. */
async function storeCreation(
  db: Database,
  transfer: Transfer,
  attemptId: string,
  taken: Statement[],
): Promise<boolean> {
  const result = await db.write([
    expect("exists (select 1 from transfers where id = ? and state = 'trusting')", [transfer.id]),
    ...taken,
  ], { committed: { sql: "select 1 from attempts where id = ?", args: [attemptId] } });
  return result.kind === "written";
}
