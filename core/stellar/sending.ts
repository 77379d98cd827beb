/**
 * What payouts and refunds on the ledger have in common: when nothing may be sent, an envelope built on a source that is
 * free, and its settlement once it is stored (M-1, M-4, M-10, M-14).
 * @module
 */
import type { Performance } from "../effects.ts";
import { type Database, repeatable, type Statement } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import { type Attempt, attemptsOf } from "../transfers/attempts.ts";
import { findTransfer } from "../transfers/find.ts";
import { newId } from "../transfers/id.ts";
import { isPayoutStopped } from "../transfers/payout-stop.ts";
import type { Transfer } from "../transfers/transfer.ts";
import { raiseAlarmAnew } from "../records/alarms.ts";
import { buildEnvelope, DEFAULT_VALID_SECONDS, type Order } from "./build.ts";
import { type Choice, findFreeSource, type FreeSource, takeSource } from "./envelopes.ts";
import { offeredFee } from "./fee.ts";
import { feeCapOf } from "./fee-bumps.ts";
import { historyHolds, isHistoryInDoubt } from "./history-alarm.ts";
import { HorizonUnavailable, type Ledger } from "./horizon.ts";
import type { LedgerMemo } from "./memo.ts";
import { settleAttempt, type Settling } from "./settlement.ts";
import { SignerUnavailable } from "./signatures.ts";
import { hasSigned, toldOfSigner } from "./signer-alarm.ts";
import type { Signer } from "./signer.ts";
import { sourceFault, type Sources } from "./sources.ts";

const transfers = rowsOfTable("transfers");

/** What sending on the ledger needs. */
export interface Sending extends Settling {
  /** The distribution account's key. */
  readonly payer: Signer;
  /** Sources of transactions: the distribution account and its channels (M-5). */
  readonly sources: Sources;
  /** How long a signer has, in milliseconds. */
  readonly signTimeoutMs?: number;
  /** Seconds since the epoch. */
  readonly now: () => number;
  /** Whether ledger and banks have been read up to their heads by this process (M-14); absent: somebody else sees to it. */
  readonly readUp?: () => Promise<boolean>;
}

/** How long to wait for what is about to happen. */
export const SOON_MS = 1_000;
/** So many look at once whether a source is free; a ledger closes no faster than they are sent. */
const AT_ONCE = 5;
/** Nobody in line looks less often. */
const LONGEST_IN_LINE_MS = 30_000;
/** How soon a destination that is not ready is looked at again, at first and in the end. */
const LOOK_AGAIN_MS = { least: 5_000, most: 60_000 } as const;
/** Nothing is sent while the history is in doubt (M-10) or a debit is unexplained (M-14). */
const REST_MS = 60_000;

/**
 * Does one step of an effect. Without an answer of Horizon nothing is known, without a signature there is nothing to send.
 * Neither is ever given up: an envelope that nobody settles any more would hold its source for good.
 */
export async function withHorizon(step: () => Promise<Performance>): Promise<Performance> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof SignerUnavailable) return { kind: "retry", error: error.trouble, isPatient: true };
    if (!(error instanceof HorizonUnavailable)) throw error;
    const { retryAfterMs } = error;
    return {
      kind: "retry",
      error: "horizon_unavailable",
      isPatient: true,
      ...(retryAfterMs === undefined ? {} : { afterMs: retryAfterMs }),
    };
  }
}

/** The transfer's envelope that the ledger has not decided; it is settled before anything else is looked at. */
export async function undecidedAttempt(db: Database, transferId: string): Promise<Attempt | undefined> {
  const attempts = await attemptsOf(db, transferId);
  return attempts.find(({ side, state }) => side === "ledger" && (state === "stored" || state === "sent"));
}

/** How long nothing of this asset may be sent; `null` when it may be now. */
export async function restOf(
  on: Sending,
  unit: Pick<Transfer, "asset" | "currency">,
): Promise<Performance | null> {
  if (await isHistoryInDoubt(on.books.db)) return { kind: "again", afterMs: REST_MS };
  if (on.readUp && !await on.readUp()) return { kind: "again", afterMs: SOON_MS };
  return await isPayoutStopped(on.books.db, unit) ? { kind: "again", afterMs: REST_MS } : null;
}

/** A user who is at it is seen at once; who stays away for hours costs Horizon one look a minute. */
export function lookAgain(on: Pick<Sending, "now">, { statusMs }: Pick<Transfer, "statusMs">): Performance {
  const waitedMs = on.now() * 1_000 - statusMs;
  const afterMs = Math.round(Math.min(Math.max(waitedMs / 60, LOOK_AGAIN_MS.least), LOOK_AGAIN_MS.most));
  return { kind: "again", afterMs };
}

/**
 * How long a deposit waits while every source is taken: by how many wait longer, since each of them is sent before it. So
 * those whose turn comes look often, and a thousand that wait do not keep the database busy with looking.
 */
export async function inLine(on: Sending, { id, statusMs }: Transfer): Promise<Performance> {
  const [row] = await on.books.db.query({
    // The list of states is that of the index `transfers_holding`, without which this would read all transfers.
    sql: `select count(*) as ahead from transfers
      where state in ('asking', 'funded', 'trusting', 'paying', 'refunding') and status_ms <= ?
        and state = 'funded' and kind = 'deposit' and (status_ms, id) < (?, ?)`,
    args: [statusMs, statusMs, id],
  });
  const ahead = row === undefined ? 0 : transfers.count(row, "ahead");
  const turns = 1 + Math.floor(ahead / (AT_ONCE * on.sources.signers.size));
  return { kind: "again", afterMs: Math.min(turns * SOON_MS, LONGEST_IN_LINE_MS) };
}

/** What an envelope is for; `amount` in units of 10⁻⁷ of `asset`. */
export interface Purpose {
  readonly purpose: Attempt["purpose"];
  readonly order: Order;
  /** Source of the operation; the distribution account when absent. */
  readonly payer?: Signer;
  readonly memo: LedgerMemo | null;
  readonly asset: string;
  readonly amount: bigint;
}

/** An envelope that is built and not yet stored. */
export interface Prepared {
  readonly attemptId: string;
  /** Take the source and store the envelope, in the batch that decides to send it. */
  readonly statements: readonly Statement[];
}

/**
 * Builds an envelope on a free source, has it stored, and hands it in: in this order, whatever happens between.
 * @param store takes the source and stores the envelope in the batch that decides to send it; false: that batch was not
 * written, and nothing is sent
 * @returns `null` while every source is taken
 */
export async function sendEnvelope(
  on: Sending,
  transferId: string,
  purpose: Purpose,
  store: (prepared: Prepared) => Promise<boolean>,
): Promise<Performance | null> {
  const ledger = await on.horizon.latestLedger();
  const source = await findFreeSource(on.books.db, on.horizon, on.sources.idle(), choiceOf(on, ledger));
  if (!source) return null;
  let prepared: Prepared;
  try {
    prepared = await prepare(on, transferId, source, ledger, purpose);
    if (!await store(prepared)) return { kind: "again", afterMs: SOON_MS };
  } finally {
    on.sources.end(source.account);
  }
  return await settleStored(on, transferId, prepared.attemptId);
}

/** Sources that can send, and an alarm of each that cannot. */
export function choiceOf(on: Sending, { baseReserve }: Ledger): Choice {
  const { sources, payer, books: { db } } = on;
  const fee = feeCapOf(on);
  return {
    begin: sources.begin,
    end: sources.end,
    faultOf(account) {
      const signer = sources.signers.get(account.id);
      const pays = account.id === payer.account;
      return signer ? sourceFault(account, { signer, pays, fee, baseReserve }) : "no_signer";
    },
    async unfit(account, fault) {
      sources.rest(account);
      await db.write(raiseAlarmAnew("source_unfit", account, fault), repeatable);
    },
  };
}

async function prepare(
  on: Sending,
  transferId: string,
  source: FreeSource,
  ledger: Ledger,
  { purpose, order, payer = on.payer, memo, asset, amount }: Purpose,
): Promise<Prepared> {
  const { db } = on.books;
  const plan = {
    order,
    memo,
    payer,
    source: on.sources.signers.get(source.account) ?? on.payer,
    ledgerSequence: source.sequence,
    fee: offeredFee(await on.horizon.feeStats(), feeCapOf(on)),
    validUntil: ledger.closedAt + DEFAULT_VALID_SECONDS,
    passphrase: on.passphrase,
    ...(on.signTimeoutMs === undefined ? {} : { signTimeoutMs: on.signTimeoutMs }),
  };
  const envelope = await toldOfSigner(db, () => buildEnvelope(plan));
  const [latest] = await attemptsOf(db, transferId);
  const attempt = { id: newId(), transferId, number: (latest?.number ?? 0) + 1, purpose, asset, amount };
  const signed = [plan.payer, plan.source].map(hasSigned);
  const statements = [historyHolds(), ...takeSource(source, attempt, envelope), ...signed];
  return { attemptId: attempt.id, statements };
}

/** Hands in what has just been stored. */
async function settleStored(
  on: Sending,
  transferId: string,
  attemptId: string,
): Promise<Performance> {
  const transfer = await findTransfer(on.books.db, transferId);
  const stored = (await attemptsOf(on.books.db, transferId)).find(({ id }) => id === attemptId);
  if (!stored || !transfer) return { kind: "park", error: "attempt_missing" };
  return await settleAttempt(on, transfer, stored);
}
