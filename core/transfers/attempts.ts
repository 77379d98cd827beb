/**
 * Attempts to pay out, on either side: stored before anything is sent (M-1, M-15).
 * @module
 */
import { NOW_MS } from "../records/clock.ts";
import type { Database, Row, Statement } from "../records/database.ts";
import { compareAndSet, expect } from "../records/expect-changed.ts";
import { rowsOfTable } from "../records/rows.ts";

/** Where an attempt stands. Only the ledger (M-2) or the rail's own look-up (M-15) moves it to one of the last four. */
export const ATTEMPT_STATES = [
  "stored",
  "sent",
  "completed",
  "failed",
  "absent",
  "returned",
  "undecidable",
] as const;

/** One of {@link ATTEMPT_STATES}. */
export type AttemptState = typeof ATTEMPT_STATES[number];

/** What is paid. Amounts in units of 10⁻⁷, `validUntil` in seconds of the ledger's clock. */
export interface Attempt {
  readonly id: string;
  readonly transferId: string;
  readonly number: number;
  readonly purpose: "payout" | "create_account" | "refund";
  readonly side: "bank" | "ledger";
  /** Rail instance, or the envelope's source account. */
  readonly place: string;
  /** The rail's key, or the envelope's hash. */
  readonly key: string;
  readonly amount: bigint;
  readonly asset: string;
  readonly state: AttemptState;
  readonly envelope: string | null;
  readonly sequence: bigint | null;
  readonly validUntil: number | null;
  readonly externalId: string | null;
  /** What it cost on top, as told last; `null` while nobody has told it. */
  readonly fee: bigint | null;
  readonly revision: number;
  readonly version: number;
}

const attempts = rowsOfTable("attempts");

function attemptFrom(row: Row): Attempt {
  return {
    id: attempts.text(row, "id"),
    transferId: attempts.text(row, "transfer_id"),
    number: attempts.count(row, "number"),
    purpose: attempts.oneOf(row, "purpose", ["payout", "create_account", "refund"]),
    side: attempts.oneOf(row, "side", ["bank", "ledger"]),
    place: attempts.text(row, "place"),
    key: attempts.text(row, "key"),
    amount: attempts.integer(row, "amount"),
    asset: attempts.text(row, "asset"),
    state: attempts.oneOf(row, "state", ATTEMPT_STATES),
    envelope: attempts.textOrNull(row, "envelope"),
    sequence: attempts.integerOrNull(row, "sequence"),
    validUntil: attempts.countOrNull(row, "valid_until"),
    externalId: attempts.textOrNull(row, "external_id"),
    fee: attempts.integerOrNull(row, "fee"),
    revision: attempts.count(row, "revision"),
    version: attempts.count(row, "version"),
  };
}

/** SQL: it is not known, or not yet, whether the attempt paid. Whoever looks for some of these says this beside it. */
export const UNDECIDED = "state in ('stored', 'sent', 'undecidable')";

/** Makes a batch stale once it is known what became of the attempt. */
export function stillUndecided(id: string): Statement {
  return expect(`exists (select 1 from attempts where id = ? and ${UNDECIDED})`, [id]);
}

/** The transfer's attempts, the latest first. */
export async function attemptsOf(db: Database, transferId: string): Promise<Attempt[]> {
  const rows = await db.query({
    sql: "select * from attempts where transfer_id = ? order by number desc limit 100",
    args: [transferId],
  });
  return rows.map(attemptFrom);
}

/**
 * How many attempts at the same have finally failed, this one among them. Whatever proved absent has not (M-2): ledgers that
 * are late use up nobody's tries.
 */
export async function failuresWith(
  db: Database,
  { id, transferId, purpose }: Pick<Attempt, "id" | "transferId" | "purpose">,
): Promise<number> {
  const [row] = await db.query({
    sql: `select count(*) as failed from attempts
      where transfer_id = ? and purpose = ? and state = 'failed' and id <> ?`,
    args: [transferId, purpose, id],
  });
  return (row ? attempts.count(row, "failed") : 0) + 1;
}

/** The attempt of this id, or `null`. */
export async function findAttemptById(db: Database, id: string): Promise<Attempt | null> {
  const [row] = await db.query({ sql: "select * from attempts where id = ?", args: [id] });
  return row ? attemptFrom(row) : null;
}

/** The attempt that the other side knows by this key, or `null`. */
export async function findAttempt(
  db: Database,
  side: Attempt["side"],
  place: string,
  key: string,
): Promise<Attempt | null> {
  const [row] = await db.query({
    sql: "select * from attempts where side = ? and place = ? and key = ?",
    args: [side, place, key],
  });
  return row ? attemptFrom(row) : null;
}

/** The attempt at a bank under the rail's own id of the payout, or `null`: some news name nothing else. */
export async function findAttemptByExternalId(
  db: Database,
  place: string,
  externalId: string,
): Promise<Attempt | null> {
  const [row] = await db.query({
    sql: "select * from attempts where side = 'bank' and place = ? and external_id = ? limit 1",
    args: [place, externalId],
  });
  return row ? attemptFrom(row) : null;
}

/**
 * The attempt that an operation on the ledger belongs to (M-14): its envelope's hash is the transaction's own or, when
 * somebody bumped the fee, its inner one (M-7). `null`: nobody stored it.
 */
export async function attemptOfTransaction(
  db: Database,
  transaction: { readonly hash: string; readonly innerHash: string | null },
): Promise<Attempt | null> {
  const [row] = await db.query({
    sql: "select * from attempts indexed by attempts_by_key where side = 'ledger' and key in (?, ?) limit 1",
    args: [transaction.hash, transaction.innerHash ?? transaction.hash],
  });
  return row ? attemptFrom(row) : null;
}

/** Stores an attempt. Two processes that store the same number of one transfer: one batch is a duplicate. */
export function insertAttempt(
  attempt: Omit<Attempt, "state" | "externalId" | "fee" | "revision" | "version">,
): Statement {
  return {
    sql:
      `insert into attempts (id, transfer_id, number, purpose, side, place, key, amount, asset, state, envelope,
            sequence, valid_until, version, stored_ms)
          values (?, ?, ?, ?, ?, ?, ?, ?, ?, 'stored', ?, ?, ?, 1, ${NOW_MS})`,
    args: [
      attempt.id,
      attempt.transferId,
      attempt.number,
      attempt.purpose,
      attempt.side,
      attempt.place,
      attempt.key,
      attempt.amount,
      attempt.asset,
      attempt.envelope,
      attempt.sequence,
      attempt.validUntil,
    ],
  };
}

/** Stores an attempt of which it is known already that it paid: it was forgotten, and has been found (M-14). */
export function insertFoundAttempt(
  attempt: Pick<
    Attempt,
    "id" | "transferId" | "number" | "purpose" | "side" | "place" | "key" | "amount" | "asset"
  >,
  externalId: string,
): Statement[] {
  return [
    // Its ledger is told by the operation that was found; the reserve counts it by that.
    insertAttempt({ ...attempt, envelope: null, sequence: null, validUntil: null }),
    ...updateAttempt({ id: attempt.id, version: 1 }, { state: "completed", externalId }),
  ];
}

/** Moves an attempt on, by version. */
export function updateAttempt(
  { id, version }: Pick<Attempt, "id" | "version">,
  to: {
    readonly state: AttemptState;
    readonly revision?: number;
    readonly externalId?: string;
    readonly ledger?: number;
    readonly fee?: bigint;
    /** A result code, for people. */
    readonly code?: string;
  },
): Statement[] {
  const decided = to.state !== "stored" && to.state !== "sent";
  return compareAndSet({
    sql: `update attempts set state = :state, version = version + 1, revision = coalesce(:revision, revision),
            external_id = coalesce(:external, external_id), ledger = coalesce(:ledger, ledger),
            fee = coalesce(:fee, fee), code = coalesce(:code, code)
            ${decided ? `, decided_ms = ${NOW_MS}` : ""}
          where id = :id and version = :version`,
    args: {
      id,
      version,
      state: to.state,
      revision: to.revision ?? null,
      external: to.externalId ?? null,
      ledger: to.ledger ?? null,
      fee: to.fee ?? null,
      code: to.code ?? null,
    },
  });
}
