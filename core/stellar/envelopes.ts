/**
 * Taking and releasing source accounts: one undecided envelope for each (M-4), with any number of processes.
 *
 * A source is free while its row in `stellar_sources` names no attempt. Its row is read first, its sequence on the
 * ledger after that, and the batch that stores the envelope holds only if the row is still the one that was read: so
 * the sequence was read while nothing of that account was undecided.
 * @module
 */
import { closeAlarms } from "../records/alarms.ts";
import type { Database, Statement } from "../records/database.ts";
import { compareAndSet, expect } from "../records/expect-changed.ts";
import { rowsOfTable } from "../records/rows.ts";
import { insertAttempt, UNDECIDED } from "../transfers/attempts.ts";
import type { AssetId } from "./asset.ts";
import type { Envelope } from "./build.ts";
import { CHAIN_BEGAN_MS } from "./chain.ts";
import { HorizonUnavailable } from "./horizon.ts";
import type { Account, Horizon } from "./horizon.ts";
import type { SourceFault } from "./sources.ts";

/** A source that nobody has taken, as its row and then the ledger showed it. */
export interface FreeSource {
  readonly account: string;
  /** Of its row. */
  readonly version: bigint;
  /** Its sequence on the ledger; an envelope takes the next one. */
  readonly sequence: bigint;
}

/** The row of `attempts` that an envelope is stored in. */
export interface NewAttempt {
  readonly id: string;
  readonly transferId: string;
  /** 1 for the first attempt of a transfer. */
  readonly number: number;
  readonly purpose: "payout" | "create_account" | "refund";
  readonly asset: AssetId;
  /** Units of 10⁻⁷. */
  readonly amount: bigint;
}

const sources = rowsOfTable("stellar_sources");
const attempts = rowsOfTable("attempts");

/** What a caller minds of a source beside its row. */
export interface Choice {
  /** False: another step of this process is at work with it. */
  readonly begin: (account: string) => boolean;
  /** It was begun and is not taken. */
  readonly end: (account: string) => void;
  /** What keeps the account from being a source, or `null`. */
  readonly faultOf: (account: Account) => SourceFault | null;
  /** Told of each that was looked at and cannot be one. */
  readonly unfit: (account: string, fault: SourceFault) => Promise<void>;
}

/** Every row that is free will do. */
const ANY: Choice = {
  begin: () => true,
  end: () => {},
  faultOf: () => null,
  unfit: () => Promise.resolve(),
};

/**
 * A free source, channels before the distribution account so that the latter stays free for what only it can do. One
 * that is unfit, or whose sequence Horizon does not know yet, is passed over: it stops no other (M-5).
 * @param accounts those that we can sign for
 * @returns null when every one is taken: try again when an attempt has been decided. What it returns has been begun
 * @throws {HorizonUnavailable} when Horizon does not answer, or stands behind what it has shown before of all of them
 */
export async function findFreeSource(
  db: Database,
  horizon: Horizon,
  accounts: readonly string[],
  choice: Choice = ANY,
): Promise<FreeSource | null> {
  // Among channels by chance: processes that look at the same time should not all want the same one.
  const rows = await db.query({
    sql: `select account, version from stellar_sources where attempt_id is null
      order by role = 'distribution', random()`,
  });
  let behind: string | null = null;
  for (const row of rows) {
    const account = sources.text(row, "account");
    if (!accounts.includes(account) || !choice.begin(account)) continue;
    let isChosen = false;
    try {
      const look = await lookAt(db, horizon, account, choice);
      if (look === "behind") behind = account;
      else if (typeof look === "string") await choice.unfit(account, look);
      if (typeof look === "string") continue;
      isChosen = true;
      return { account, version: sources.integer(row, "version"), sequence: look };
    } finally {
      if (!isChosen) choice.end(account);
    }
  }
  if (behind !== null) throw new HorizonUnavailable("behind", `/accounts/${behind}`);
  return null;
}

/** Whether one of these may be free, by our records alone: where none is, nobody need ask the ledger anything. */
export async function isAnySourceFree(db: Database, accounts: readonly string[]): Promise<boolean> {
  const rows = await db.query({ sql: "select account from stellar_sources where attempt_id is null" });
  return rows.some((row) => accounts.includes(sources.text(row, "account")));
}

/** The account's sequence on the ledger, or why it cannot be used. */
async function lookAt(
  db: Database,
  horizon: Horizon,
  account: string,
  { faultOf }: Choice,
): Promise<bigint | SourceFault | "behind"> {
  const found = await horizon.account(account);
  if (found.kind === "not_found") return "missing";
  const [row] = await db.query({
    sql: `select max(used) as used from (
      select max(sequence) as used from attempts where side = 'ledger' and place = :account and ledger is not null
        and (decided_ms is null or decided_ms >= ${CHAIN_BEGAN_MS})
      union all select max(sequence) from ledger_errands where source = :account and ledger is not null
        and (decided_ms is null or decided_ms >= ${CHAIN_BEGAN_MS}))`,
    args: { account },
  });
  const used = row === undefined ? null : attempts.integerOrNull(row, "used");
  // Never counted on from our rows, but an answer below what a ledger has shown is an old one: an envelope built on it
  // would use a sequence twice and end undecidable.
  if (used !== null && found.sequence < used) return "behind";
  return faultOf(found) ?? found.sequence;
}

/**
 * The statements that take the source and store the envelope, for the batch that records the decision to pay. It comes
 * out stale when another process took the source first, or while another envelope of this transfer is undecided.
 */
export function takeSource(source: FreeSource, attempt: NewAttempt, envelope: Envelope): Statement[] {
  return [
    ...holdSource(source, attempt.id, envelope),
    // With several sources another process may have stored one for the same transfer on a source of its own.
    expect(
      `not exists (select 1 from attempts where transfer_id = :transfer and side = 'ledger' and ${UNDECIDED})`,
      { transfer: attempt.transferId },
    ),
    insertAttempt({
      ...attempt,
      side: "ledger",
      place: envelope.source,
      key: envelope.hash,
      envelope: envelope.xdr,
      sequence: envelope.sequence,
      validUntil: envelope.validUntil,
    }),
  ];
}

/**
 * The statements that take the source for an envelope, for the batch that stores it.
 * @param holder id of the attempt or errand that it is stored in
 */
export function holdSource(source: FreeSource, holder: string, envelope: Envelope): Statement[] {
  if (envelope.source !== source.account || envelope.sequence !== source.sequence + 1n) {
    throw new Error("Cannot take a source: the envelope was built for another account or sequence");
  }
  return [
    ...compareAndSet({
      sql: `update stellar_sources set attempt_id = :holder, version = version + 1
        where account = :account and version = :version and attempt_id is null`,
      args: { holder, account: source.account, version: source.version },
    }),
    // The row of the source says the same; this holds even if somebody released it and left an attempt undecided.
    expect(
      `not exists (select 1 from attempts where side = 'ledger' and place = :account
        and ${UNDECIDED})`,
      { account: source.account },
    ),
    // It was found fit, whoever found it unfit before.
    closeAlarms("source_unfit", source.account),
  ];
}

/**
 * The statements that free the source of an attempt, for the batch that records that it succeeded, failed in a ledger or
 * is proven absent; never for one that is undecided or undecidable. Stale when the attempt does not hold the source.
 */
export function releaseSource(attempt: { readonly id: string; readonly source: string }): Statement[] {
  return compareAndSet({
    sql: `update stellar_sources set attempt_id = null, version = version + 1
      where account = :account and attempt_id = :attempt`,
    args: { account: attempt.source, attempt: attempt.id },
  });
}
