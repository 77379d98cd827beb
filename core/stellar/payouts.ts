/**
 * Pays deposits out on the ledger, one step at a time: look at the destination, store an envelope, hand it in, and take
 * the ledger's word for what became of it (M-1, M-2, M-4, M-8). Every step can be repeated after any crash and by two
 * processes at once (M-30).
 * @module
 */
import type { Performance } from "../effects.ts";
import type { Database } from "../records/database.ts";
import { expect } from "../records/expect-changed.ts";
import { type Approval, FREE } from "../transfers/approvals.ts";
import { endedBy } from "../transfers/ended-by.ts";
import { findTransfer } from "../transfers/find.ts";
import { isFrozen, notFrozen } from "../transfers/freezes.ts";
import { payoutsGoOn } from "../transfers/payout-stop.ts";
import { apply } from "../transfers/record.ts";
import type { Acceptance } from "../transfers/refund-conditions.ts";
import type { Transfer } from "../transfers/transfer.ts";
import { authorizeTrustline, type Authorizing } from "./authorize.ts";
import type { Order } from "./build.ts";
import type { DestinationRules } from "./check-destination.ts";
import { type DestinationState, inspectDestination } from "./destination.ts";
import { isAnySourceFree } from "./envelopes.ts";
import {
  inLine,
  lookAgain,
  type Prepared,
  restOf,
  sendEnvelope,
  undecidedAttempt,
  withHorizon,
} from "./sending.ts";
import { settleAttempt } from "./settlement.ts";

/** What paying out on the ledger needs. */
export interface LedgerPaying extends Authorizing, Acceptance {
  /** What the config says of destinations of an asset (M-8). */
  readonly destinationRules: (asset: string) => DestinationRules;
  /** Whether operators have agreed to the payout, where they have to (M-27); absent: nobody has to. */
  readonly approval?: (transfer: Transfer) => Promise<Approval>;
}

/** Performs the effect `ledger_payout` one step further. */
export function payOnLedger(on: LedgerPaying, transferId: string): Promise<Performance> {
  return withHorizon(() => payStep(on, transferId));
}

async function payStep(on: LedgerPaying, transferId: string): Promise<Performance> {
  const transfer = await findTransfer(on.books.db, transferId);
  if (!transfer || transfer.kind !== "deposit") return { kind: "done" };
  // Whatever became of the transfer meanwhile, an envelope that was stored is settled, or its source stays taken.
  const undecided = await undecidedAttempt(on.books.db, transfer.id);
  if (undecided) return await settleAttempt(on, transfer, undecided);
  const isOpen = transfer.state === "funded" || transfer.state === "trusting" || transfer.state === "paying";
  if (!isOpen) return { kind: "done" };
  if (transfer.state === "paying") {
    // Another process may have settled it between the two looks.
    const { version } = await findTransfer(on.books.db, transfer.id) ?? transfer;
    if (version !== transfer.version) return { kind: "again", afterMs: 0 };
    return { kind: "park", error: "attempt_missing" };
  }
  const rest = await restOf(on, transfer);
  if (rest) return rest;
  if (!await on.isAccepted(transfer)) {
    return endedBy(await apply(on.books, transfer.id, { type: "customer_withdrawn" }));
  }
  if (await isFrozen(on.books.db, transfer.customerOwner)) {
    return endedBy(await apply(on.books, transfer.id, { type: "customer_frozen" }));
  }
  return await prepare(on, transfer);
}

async function prepare(on: LedgerPaying, transfer: Transfer): Promise<Performance> {
  const { destination, amountOut, asset } = transfer;
  // One that waits for its trustline needs no source, and is looked at less and less often anyway.
  if (transfer.state === "funded" && !await isAnySourceFree(on.books.db, on.sources.idle())) {
    return await inLine(on, transfer);
  }
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
      return endedBy(await apply(on.books, transfer.id, { type: "destination_ready" }));
    }
    // Asked once the account can be paid: waiting for it changes the version, which voids what was approved before.
    const approval = await on.approval?.(transfer) ?? FREE;
    if (approval.kind === "held") {
      return endedBy(await apply(on.books, transfer.id, { type: "approval_needed" }));
    }
    return await store(on, transfer, "payout", step.order, amountOut, approval);
  }
  if (step.kind === "refuse") {
    return endedBy(
      await apply(on.books, transfer.id, { type: "destination_refuses", reason: step.reason }),
    );
  }
  if (transfer.state === "funded" || transfer.message !== step.reason) {
    await apply(on.books, transfer.id, { type: "destination_waits", reason: step.reason });
  }
  if (step.reason === "not_authorized") return await authorizeTrustline(on, transfer, destination);
  if (step.create !== null) {
    const order: Order = { kind: "create_account", destination, startingBalance: step.create };
    return await store(on, transfer, "create_account", order, step.create);
  }
  return lookAgain(on, transfer);
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
  approval: Extract<Approval, { kind: "free" }> = FREE,
): Promise<Performance> {
  const isPayout = purpose === "payout";
  const what = {
    purpose,
    order,
    // Whoever pays for bumps pays for starting balances, too (`FEE_SECRET`).
    ...(isPayout || on.bumping === undefined ? {} : { payer: on.bumping.payer }),
    memo: isPayout ? transfer.memo : null,
    asset: isPayout ? transfer.asset : "native",
    amount,
  };
  const sent = await sendEnvelope(
    on,
    transfer.id,
    what,
    (prepared) =>
      isPayout
        ? storePayout(on, transfer, prepared, approval)
        : storeCreation(on.books.db, transfer, prepared),
  );
  return sent ?? await inLine(on, transfer);
}

async function storePayout(
  on: LedgerPaying,
  transfer: Transfer,
  { statements }: Prepared,
  approval: Extract<Approval, { kind: "free" }>,
): Promise<boolean> {
  const accepted = await on.accepted(transfer);
  const applied = await apply(on.books, transfer.id, { type: "payout_stored" }, (now) => [
    // What is signed is what was owed when it was looked at; a part may have gone back since.
    expect("? = ?", [now.version, transfer.version]),
    accepted,
    ...approval.statements,
    payoutsGoOn(now),
    notFrozen(now.customerOwner),
    ...statements,
  ]);
  return applied.kind === "recorded";
}

/** Creating an account changes nothing about the transfer, which goes on waiting; but only while it does. */
async function storeCreation(
  db: Database,
  transfer: Transfer,
  { attemptId, statements }: Prepared,
): Promise<boolean> {
  const result = await db.write([
    expect("exists (select 1 from transfers where id = ? and state = 'trusting')", [transfer.id]),
    ...statements,
  ], { committed: { sql: "select 1 from attempts where id = ?", args: [attemptId] } });
  return result.kind === "written";
}
