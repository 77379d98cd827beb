/**
 * Envelopes that serve no transfer: stored before they are sent, decided by the ledger alone, and holding their source
 * until then, like those of transfers (M-1, M-2, M-4). What they move stays among our accounts (M-13), so that only the
 * network's fee leaves the books; or one sends back a receipt that belongs to no transfer (M-19), or takes tokens back for
 * what is owed to us (M-21), and whoever records its end ends the return or the clawback in the same batch.
 * @module
 */
import { move, postingStatements } from "../money/postings.ts";
import { closeAlarms, raiseAlarm } from "../records/alarms.ts";
import { NOW_MS } from "../records/clock.ts";
import { type Database, repeatable, type Row, type Statement } from "../records/database.ts";
import { compareAndSet } from "../records/expect-changed.ts";
import { rowsOfTable } from "../records/rows.ts";
import { newId } from "../transfers/id.ts";
import { keepAlias } from "../transfers/transaction-aliases.ts";
import { buildEnvelopeOf, DEFAULT_VALID_SECONDS, type Envelope, type Order } from "./build.ts";
import type { Judgement } from "./decided.ts";
import { type Choice, findFreeSource, holdSource, releaseSource } from "./envelopes.ts";
import { offeredFee } from "./fee.ts";
import { feeCapOf, type HandingIn, settleBumped } from "./fee-bumps.ts";
import { mayBeOtherChain } from "./chain.ts";
import type { LedgerMemo } from "./memo.ts";
import type { PayoutFinding } from "./pay.ts";
import { hasSigned, toldOfSigner } from "./signer-alarm.ts";
import type { Signer } from "./signer.ts";
import type { StoredBytes } from "./stored-attempts.ts";

/** An errand that the ledger has not decided. */
export interface Errand extends StoredBytes {
  readonly id: string;
  readonly version: number;
  /** The receipt that it sends back, `null` where it serves our own accounts. */
  readonly receiptId: string | null;
  /** The clawback that it carries out, or `null`. */
  readonly clawbackId: string | null;
}

/** What an errand that serves a record of its own needs besides: a return or a clawback. */
export interface Serving {
  readonly receiptId?: string;
  readonly clawbackId?: string;
  readonly memo?: LedgerMemo | null;
  /** What has to hold in the batch that stores it. */
  readonly conditions: readonly Statement[];
}

/** What an errand is built of. */
export interface ErrandPlan {
  /** Source of its operations. */
  readonly payer: Signer;
  /** Those whose sequence may be used: one that is free is. */
  readonly sources: readonly Signer[];
  readonly orders: readonly Order[];
  /** Names what is to be done once: no second errand of this name is stored while one is under way or after it. */
  readonly subject?: string;
  /** See {@link findFreeSource}. */
  readonly choice?: Choice;
  readonly serves?: Serving;
  /** How long a signer has, in milliseconds. */
  readonly signTimeoutMs?: number;
}

/** What running errands needs. */
export type Running = HandingIn;

/** A judgement that says something. */
export type Decided = Exclude<Judgement, { kind: "undecided" }>;

const errands = rowsOfTable("ledger_errands");

function errandFrom(row: Row): Errand {
  return {
    id: errands.text(row, "id"),
    source: errands.text(row, "source"),
    hash: errands.text(row, "hash"),
    xdr: errands.text(row, "envelope"),
    sequence: errands.integer(row, "sequence"),
    validUntil: errands.count(row, "valid_until"),
    version: errands.count(row, "version"),
    receiptId: errands.textOrNull(row, "receipt_id"),
    clawbackId: errands.textOrNull(row, "clawback_id"),
  };
}

/**
 * Errands of our own accounts that are not decided yet, the oldest first; a return and a clawback are settled by effects of
 * their own.
 */
export async function undecidedErrands(db: Database, limit: number): Promise<Errand[]> {
  const rows = await db.query({
    sql: `select * from ledger_errands where state = 'stored' and receipt_id is null and clawback_id is null
      order by stored_ms limit ?`,
    args: [limit],
  });
  return rows.map(errandFrom);
}

/** The errand of this id, or `null`. */
export async function errandOfId(
  db: Database,
  id: string,
): Promise<(Errand & { readonly state: string }) | null> {
  const [row] = await db.query({ sql: "select * from ledger_errands where id = ?", args: [id] });
  return row ? { ...errandFrom(row), state: errands.text(row, "state") } : null;
}

/** The errand of this name that is under way or done, or `null`. */
export async function errandOf(
  db: Database,
  subject: string,
): Promise<(Errand & { readonly isDone: boolean }) | null> {
  const [row] = await db.query({
    sql: "select * from ledger_errands where subject = ? and state in ('stored', 'completed')",
    args: [subject],
  });
  return row ? { ...errandFrom(row), isDone: errands.text(row, "state") === "completed" } : null;
}

/** The errand that sends a receipt back, unless it failed or is absent: `isOpen` while nobody knows what becomes of it. */
export async function errandOfReceipt(
  db: Database,
  receiptId: string,
): Promise<(Errand & { readonly isOpen: boolean }) | null> {
  const [row] = await db.query({
    sql:
      `select * from ledger_errands where receipt_id = ? and state in ('stored', 'completed', 'undecidable')`,
    args: [receiptId],
  });
  return row ? { ...errandFrom(row), isOpen: errands.text(row, "state") === "stored" } : null;
}

/** The errand that carries out a clawback, as {@link errandOfReceipt} says. */
export async function errandOfClawback(
  db: Database,
  clawbackId: string,
): Promise<(Errand & { readonly isOpen: boolean }) | null> {
  const [row] = await db.query({
    sql:
      `select * from ledger_errands where clawback_id = ? and state in ('stored', 'completed', 'undecidable')`,
    args: [clawbackId],
  });
  return row ? { ...errandFrom(row), isOpen: errands.text(row, "state") === "stored" } : null;
}

/**
 * Whether a transaction on the ledger is an errand, by its own hash or its inner one (M-14). One that was taken for absent or
 * failed is none: what it moved may be moved once more.
 */
export async function isErrand(
  db: Database,
  transaction: { readonly hash: string; readonly innerHash: string | null },
): Promise<boolean> {
  const rows = await db.query({
    sql: "select 1 from ledger_errands where hash in (?, ?) and state not in ('absent', 'failed')",
    args: [transaction.hash, transaction.innerHash ?? transaction.hash],
  });
  return rows.length > 0;
}

/**
 * Builds an errand on a source and stores it; it is handed in by {@link settleErrand}.
 * @returns `null` while every source is taken, or when another process stored it
 * @throws {HorizonUnavailable | SignerUnavailable} nothing was stored
 */
export async function storeErrand(
  on: Running,
  { payer, sources, orders, subject, choice, serves, signTimeoutMs }: ErrandPlan,
): Promise<Errand | null> {
  const { db, horizon, passphrase } = on;
  const free = await findFreeSource(db, horizon, sources.map(({ account }) => account), choice);
  const source = sources.find(({ account }) => account === free?.account);
  if (!free || !source) return null;
  try {
    const plan = {
      payer,
      source,
      orders,
      memo: serves?.memo ?? null,
      ledgerSequence: free.sequence,
      fee: offeredFee(await horizon.feeStats(), feeCapOf(on)),
      validUntil: (await horizon.latestLedger()).closedAt + DEFAULT_VALID_SECONDS,
      passphrase,
      ...(signTimeoutMs === undefined ? {} : { signTimeoutMs }),
    };
    const envelope = await toldOfSigner(db, () => buildEnvelopeOf(plan));
    const id = newId();
    const { receiptId = null, clawbackId = null, conditions = [] } = serves ?? {};
    const insert = insertErrand(id, { subject: subject ?? null, receiptId, clawbackId }, envelope);
    const signed = [payer, source].map(hasSigned);
    const written = await db.write([...conditions, ...holdSource(free, id, envelope), insert, ...signed], {
      committed: { sql: "select 1 from ledger_errands where id = ?", args: [id] },
    });
    if (written.kind !== "written") return null;
    const { hash, source: account, sequence, validUntil, xdr } = envelope;
    return { id, version: 1, hash, source: account, sequence, validUntil, xdr, receiptId, clawbackId };
  } finally {
    choice?.end(free.account);
  }
}

function insertErrand(
  id: string,
  { subject, receiptId, clawbackId }: Pick<Errand, "receiptId" | "clawbackId"> & {
    readonly subject: string | null;
  },
  { source, hash, xdr, sequence, validUntil }: Envelope,
): Statement {
  return {
    sql:
      `insert into ledger_errands (id, subject, receipt_id, clawback_id, source, hash, envelope, sequence, valid_until,
        state, version, stored_ms)
      values (?, ?, ?, ?, ?, ?, ?, ?, ?, 'stored', 1, ${NOW_MS})`,
    args: [id, subject, receiptId, clawbackId, source, hash, xdr, sequence, validUntil],
  };
}

/**
 * One round: hands in the stored bytes, or their last bump, where that can help, and records the ledger's word. Safe by two
 * at once.
 * @param consequences of that word, for its batch
 */
export async function settleErrand(
  on: Running,
  errand: Errand,
  consequences: (word: Decided) => Promise<readonly Statement[]> = () => Promise.resolve([]),
): Promise<PayoutFinding & { readonly isBumped: boolean }> {
  const { db, horizon } = on;
  const finding = await settleBumped(on, errand.id, errand);
  const { judgement } = finding;
  // What another network does not hold may well be in ours (M-10).
  const isByLack = judgement.kind === "absent" || judgement.kind === "undecidable";
  if (isByLack && await mayBeOtherChain(db, horizon)) {
    return { ...finding, judgement: { kind: "undecided", mayStillEnter: false } };
  }
  if (judgement.kind !== "undecided") {
    await recordErrand(db, errand, judgement, await consequences(judgement));
  }
  return finding;
}

/** Records what the ledger says of an errand; another process may have recorded the same. @param also for the same batch */
export async function recordErrand(
  db: Database,
  errand: Errand,
  word: Decided,
  also: readonly Statement[] = [],
): Promise<void> {
  await db.write([...decided(errand, word), ...also], repeatable);
}

/** The code that says why an envelope failed, where it can be read. */
export function codeOf({ codes }: Extract<Decided, { kind: "failed" }>): string | undefined {
  return codes?.operations.find((code) => code !== "op_success") ?? codes?.transaction;
}

function decided(errand: Errand, judgement: Decided): Statement[] {
  const { id, source, version } = errand;
  const isListed = judgement.kind === "succeeded" || judgement.kind === "failed";
  const code = judgement.kind === "failed" ? codeOf(judgement) : undefined;
  return [
    ...compareAndSet({
      sql: `update ledger_errands set state = :state, ledger = :ledger, fee = :fee, code = :code,
          version = version + 1, decided_ms = ${NOW_MS}
        where id = :id and version = :version`,
      args: {
        id,
        version,
        state: judgement.kind === "succeeded" ? "completed" : judgement.kind,
        ledger: isListed ? judgement.ledger : null,
        fee: isListed ? judgement.feeCharged : null,
        code: code ?? null,
      },
    }),
    ...(isListed ? keepAlias(errand.hash, judgement.hash) : []),
    // One that nobody can decide keeps its source: an operator has to look.
    ...(judgement.kind === "undecidable"
      ? [raiseAlarm("payout_undecidable", id, "errand")]
      : [...releaseSource({ id, source }), closeAlarms("payout_undecidable", id)]),
    ...(isListed
      ? postingStatements(`fee:${id}`, move("native", judgement.feeCharged, "costs", "bank:stellar"))
      : []),
  ];
}
