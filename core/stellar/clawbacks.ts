/**
 * Claws tokens back on the ledger that an operator has ordered back, for money that a bank took back after they were paid
 * (M-21). The discipline is that of payouts: look at the account, store an envelope, hand it in, and take the ledger's word
 * for what became of it (M-1, M-2, M-4); every step can be repeated, and by two processes (M-30).
 * @module
 */
import type { Performance } from "../effects.ts";
import { repeatable, type Statement } from "../records/database.ts";
import { expect } from "../records/expect-changed.ts";
import { type Clawback, findClawback, isToBeTaken } from "../transfers/clawbacks.ts";
import { payoutsGoOn } from "../transfers/payout-stop.ts";
import { findReceivable } from "../transfers/receivables.ts";
import type { Transfer } from "../transfers/transfer.ts";
import type { Authorizing } from "./authorize.ts";
import { type Holding, lookAtHolding } from "./clawback-holding.ts";
import { clawbackRows, failClawback } from "./clawback-settlement.ts";
import { type Errand, errandOfClawback, settleErrand, storeErrand } from "./errands.ts";
import { historyHolds } from "./history-alarm.ts";
import { choiceOf, restOf, SOON_MS, withHorizon } from "./sending.ts";

/** What clawing back needs. */
export interface ClawingBack extends Authorizing {
  /** An asset with the currency that stands behind it; itself where there is none. */
  readonly unitOf: (asset: string) => Pick<Transfer, "asset" | "currency">;
}

/** Performs the effect `ledger_clawback` one step further. */
export function clawBackOnLedger(on: ClawingBack, clawbackId: string): Promise<Performance> {
  return withHorizon(() => clawbackStep(on, clawbackId));
}

async function clawbackStep(on: ClawingBack, clawbackId: string): Promise<Performance> {
  const { db } = on.books;
  const one = await findClawback(db, clawbackId);
  if (one === null) return { kind: "done" };
  const errand = await errandOfClawback(db, clawbackId);
  if (errand?.isOpen) return await settleClawback(on, one, errand);
  if (one.state !== "ordered") return { kind: "done" };
  // Another process has told its end between the looks.
  if (errand) return { kind: "again", afterMs: SOON_MS };
  // It rests where payouts rest: of a database that was restored from a backup nobody knows yet what it has forgotten.
  const rest = await restOf(on, on.unitOf(one.asset));
  if (rest) return rest;
  const debt = await findReceivable(db, one.receivableId);
  if (debt === null) return { kind: "park", error: "receivable_missing" };
  const holding = await lookAtHolding({ ...on, db }, debt, one.amount);
  return holding.kind === "ready" ? await store(on, one, holding) : await giveUp(on, one, holding.reason);
}

/** An operator sees why, unless another process has stored an envelope meanwhile. */
async function giveUp(on: ClawingBack, one: Clawback, reason: string): Promise<Performance> {
  const { kind } = await on.books.db.write([noEnvelope(one), ...failClawback(one, reason)], repeatable);
  return kind === "written" ? { kind: "done" } : { kind: "again", afterMs: SOON_MS };
}

/** Takes a source and stores the envelope in a batch that holds only while the clawback is ordered (M-1, M-4). */
async function store(
  on: ClawingBack,
  one: Clawback,
  { holder, signer }: Extract<Holding, { kind: "ready" }>,
): Promise<Performance> {
  const { books: { db }, horizon, sources, signTimeoutMs } = on;
  const errand = await storeErrand({ ...on, db }, {
    payer: signer,
    sources: sources.idle().flatMap((account) => sources.signers.get(account) ?? []),
    orders: [{ kind: "clawback", from: holder, asset: one.asset, amount: one.amount }],
    choice: choiceOf(on, await horizon.latestLedger()),
    serves: {
      clawbackId: one.id,
      conditions: [isToBeTaken(one), noEnvelope(one), payoutsGoOn(on.unitOf(one.asset)), historyHolds()],
    },
    ...(signTimeoutMs === undefined ? {} : { signTimeoutMs }),
  });
  // Every source is taken, or what was looked at has changed.
  return errand ? await settleClawback(on, one, errand) : { kind: "again", afterMs: SOON_MS };
}

async function settleClawback(on: ClawingBack, { id }: Clawback, errand: Errand): Promise<Performance> {
  const { db } = on.books;
  const finding = await settleErrand({ ...on, db }, errand, (word) => clawbackRows(db, errand, word));
  if (finding.judgement.kind === "undecided") {
    return { kind: "again", afterMs: finding.isBumped ? 0 : finding.retryAfterMs ?? SOON_MS };
  }
  // Ordered still: it is absent, and goes into another envelope; or what is owed changed meanwhile, and it is told again.
  return (await findClawback(db, id))?.state === "ordered" ? { kind: "again", afterMs: 0 } : { kind: "done" };
}

/** Makes a batch stale while an envelope of the clawback may have taken something, or still may (M-2). */
function noEnvelope({ id }: Pick<Clawback, "id">): Statement {
  return expect(
    `not exists (select 1 from ledger_errands where clawback_id = ? and state in ('stored', 'completed', 'undecidable'))`,
    [id],
  );
}
