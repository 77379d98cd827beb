/**
 * Fee bumps (M-7): where an envelope of ours offers too little for full ledgers, an outer one around the same bytes offers
 * more. The payment stays what it was: its identity is the inner hash, and whatever becomes of it is looked up by that.
 * @module
 */
import { Transaction, TransactionBuilder, xdr } from "@stellar/stellar-sdk/base";
import { NOW_MS } from "../records/clock.ts";
import type { Database } from "../records/database.ts";
import { expect } from "../records/expect-changed.ts";
import { rowsOfTable } from "../records/rows.ts";
import { UNDECIDED } from "../transfers/attempts.ts";
import { bumpedFee, DEFAULT_FEE_CAP } from "./fee.ts";
import type { Horizon, SubmissionAnswer } from "./horizon.ts";
import { type PayoutFinding, settle, type SettleOptions } from "./pay.ts";
import { hasSigned, toldOfSigner } from "./signer-alarm.ts";
import { signatureOf, SignerUnavailable } from "./signatures.ts";
import type { Signer } from "./signer.ts";
import type { StoredBytes } from "./stored-attempts.ts";

/** Who pays for bumps, and how much at most. */
export interface Bumping {
  readonly payer: Signer;
  /** Stroops for one operation, of every envelope and every bump. */
  readonly cap: bigint;
}

/** What handing in with bumps needs. */
export interface HandingIn extends SettleOptions {
  readonly db: Database;
  readonly horizon: Horizon;
  readonly passphrase: string;
  /** Absent: an envelope that offers too little waits until it is proven absent. */
  readonly bumping?: Bumping;
}

/** An outer envelope that is stored. */
interface FeeBump {
  readonly hash: string;
  /** 1 for the first one of an envelope. */
  readonly number: number;
  /** Base64. */
  readonly envelope: string;
  /** Stroops that it offers for one operation. */
  readonly fee: bigint;
}

const bumps = rowsOfTable("fee_bumps");

/** Most that any envelope may offer for one operation, in stroops. */
export function feeCapOf({ bumping }: Pick<HandingIn, "bumping">): bigint {
  return bumping?.cap ?? DEFAULT_FEE_CAP;
}

/**
 * One round for a stored envelope. What is handed in is its last bump, if there is one; what is looked for is the envelope,
 * under its own hash. Where the answer hints that its fee is why it does not get in, the next bump is stored; it is handed
 * in by the round that finds it stored.
 * @param holder id of the attempt or errand that the envelope is stored in
 * @returns what was found, and whether there is a bump now that was not there before, by us or by another process
 */
export async function settleBumped(
  on: HandingIn,
  holder: string,
  stored: StoredBytes,
): Promise<PayoutFinding & { readonly isBumped: boolean }> {
  const last = await latestBump(on.db, holder);
  const finding = await settle(on.horizon, last === null ? stored : { ...stored, xdr: last.envelope }, on);
  const isBumped = finding.judgement.kind === "undecided" &&
    await bumpWhereItHelps(on, holder, stored, last, finding.submission);
  return { ...finding, isBumped };
}

/** The outer envelope that offers most, or null while there is none. */
async function latestBump(db: Database, holder: string): Promise<FeeBump | null> {
  const [row] = await db.query({
    sql: "select * from fee_bumps where holder_id = ? order by number desc limit 1",
    args: [holder],
  });
  if (row === undefined) return null;
  return {
    hash: bumps.text(row, "hash"),
    number: bumps.count(row, "number"),
    envelope: bumps.text(row, "envelope"),
    fee: bumps.integer(row, "fee"),
  };
}

async function bumpWhereItHelps(
  { db, horizon, passphrase, bumping }: HandingIn,
  holder: string,
  stored: StoredBytes,
  last: FeeBump | null,
  answer: SubmissionAnswer | null,
): Promise<boolean> {
  const hint = hintOf(answer);
  if (hint === null || bumping === undefined) return false;
  const inner = new Transaction(stored.xdr, passphrase);
  const offered = last?.fee ?? BigInt(inner.fee) / BigInt(inner.operations.length);
  const fee = bumpedFee(offered, await horizon.feeStats(), bumping.cap, hint === "may_wait");
  if (fee === null) return false;
  const outer = await signedBump(db, bumping.payer, inner, fee, passphrase);
  if (outer === null) return false;
  const { hash, envelope } = outer;
  const { kind } = await db.write([
    {
      sql: `insert into fee_bumps (hash, holder_id, number, envelope, fee, stored_ms)
        values (?, ?, ?, ?, ?, ${NOW_MS})`,
      args: [hash, holder, (last?.number ?? 0) + 1, envelope, fee],
    },
    expect(
      `exists (select 1 from attempts where id = :holder and ${UNDECIDED})
        or exists (select 1 from ledger_errands where id = :holder and state = 'stored')`,
      { holder },
    ),
    hasSigned(bumping.payer),
  ], { committed: { sql: "select 1 from fee_bumps where hash = ?", args: [hash] } });
  // Where another process was faster, its bump is the one; what has been decided meanwhile needs none.
  return kind !== "stale";
}

/** `null`: its signer gives no signature. What is inside goes on without it. */
async function signedBump(
  db: Database,
  payer: Signer,
  inner: Transaction,
  fee: bigint,
  passphrase: string,
): Promise<{ readonly hash: string; readonly envelope: string } | null> {
  const outer = TransactionBuilder.buildFeeBumpTransaction(payer.account, fee.toString(), inner, passphrase);
  const hash = outer.hash();
  try {
    const { hint, signature } = await toldOfSigner(db, () => signatureOf(payer, hash));
    outer.addDecoratedSignature(
      new xdr.DecoratedSignature({
        hint: new xdr.SignatureHint(hint),
        signature: new xdr.Signature(signature),
      }),
    );
  } catch (error) {
    if (error instanceof SignerUnavailable) return null;
    throw error;
  }
  return { hash: hash.toHex(), envelope: outer.toXdr() };
}

/**
 * - `refused`: at the door, for its fee: it waits nowhere
 * - `may_wait`: nothing is known; it may stand in the network's queue, where only ten times its fee takes its place
 */
function hintOf(answer: SubmissionAnswer | null): "refused" | "may_wait" | null {
  if (answer?.kind === "timeout") return "may_wait";
  return answer?.kind === "refused" && answer.codes.transaction === "tx_insufficient_fee" ? "refused" : null;
}
