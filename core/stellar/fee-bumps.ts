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
import { type Attempt, UNDECIDED } from "../transfers/attempts.ts";
import { bumpedFee } from "./fee.ts";
import type { Horizon, SubmissionAnswer } from "./horizon.ts";
import { signatureOf } from "./signatures.ts";
import type { Signer } from "./signer.ts";

/** Who pays for bumps, and how much at most. */
export interface Bumping {
  readonly payer: Signer;
  /** Stroops for one operation. */
  readonly cap: bigint;
}

/** An outer envelope that is stored. */
export interface FeeBump {
  readonly hash: string;
  /** 1 for the first one of an attempt. */
  readonly number: number;
  /** Base64. */
  readonly envelope: string;
  /** Stroops that it offers for one operation. */
  readonly fee: bigint;
}

const bumps = rowsOfTable("fee_bumps");

/** The outer envelope of an attempt that offers most, or null while there is none. */
export async function latestBump(db: Database, attemptId: string): Promise<FeeBump | null> {
  const [row] = await db.query({
    sql: "select * from fee_bumps where attempt_id = ? order by number desc limit 1",
    args: [attemptId],
  });
  if (row === undefined) return null;
  return {
    hash: bumps.text(row, "hash"),
    number: bumps.count(row, "number"),
    envelope: bumps.text(row, "envelope"),
    fee: bumps.integer(row, "fee"),
  };
}

/** What bumping an envelope needs. */
export interface BumpPlan {
  readonly db: Database;
  readonly horizon: Horizon;
  readonly passphrase: string;
  readonly bumping: Bumping;
}

/**
 * Builds and stores a bump where the answer to what was handed in last hints that its fee is why it does not get in.
 * Nothing is sent here: that is for the round that finds it stored.
 * @returns whether there is a bump that was not there before, by us or by another process
 * @throws {HorizonUnavailable}
 */
export async function bumpWhereItHelps(
  { db, horizon, passphrase, bumping }: BumpPlan,
  attempt: Attempt,
  last: FeeBump | null,
  answer: SubmissionAnswer | null,
): Promise<boolean> {
  const hint = hintOf(answer);
  if (hint === null || attempt.envelope === null) return false;
  const inner = new Transaction(attempt.envelope, passphrase);
  const offered = last?.fee ?? BigInt(inner.fee) / BigInt(inner.operations.length);
  const fee = bumpedFee(offered, await horizon.feeStats(), bumping.cap, hint === "may_wait");
  if (fee === null) return false;
  const { payer } = bumping;
  const outer = TransactionBuilder.buildFeeBumpTransaction(payer.account, fee.toString(), inner, passphrase);
  const hash = outer.hash();
  const { hint: keyHint, signature } = await signatureOf(payer, hash);
  outer.addDecoratedSignature(
    new xdr.DecoratedSignature({
      hint: new xdr.SignatureHint(keyHint),
      signature: new xdr.Signature(signature),
    }),
  );
  await db.write([
    {
      sql: `insert into fee_bumps (hash, attempt_id, number, envelope, fee, stored_ms)
        values (?, ?, ?, ?, ?, ${NOW_MS})`,
      args: [hash.toHex(), attempt.id, (last?.number ?? 0) + 1, outer.toXdr(), fee],
    },
    expect(`exists (select 1 from attempts where id = ? and ${UNDECIDED})`, [attempt.id]),
  ], { committed: { sql: "select 1 from fee_bumps where hash = ?", args: [hash.toHex()] } });
  // Where another process was faster, its bump is the one.
  return true;
}

/**
 * - `refused`: at the door, for its fee: it waits nowhere
 * - `may_wait`: nothing is known; it may stand in the network's queue, where only ten times its fee takes its place
 */
function hintOf(answer: SubmissionAnswer | null): "refused" | "may_wait" | null {
  if (answer?.kind === "timeout") return "may_wait";
  return answer?.kind === "refused" && answer.codes.transaction === "tx_insufficient_fee" ? "refused" : null;
}
