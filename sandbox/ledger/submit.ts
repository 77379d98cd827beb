/**
 * Taking a transaction at the door and waiting for its ledger.
 * @module
 */
import { type Behaviours } from "./behaviours.ts";
import { innerId, readEnvelope, type Submitted } from "./envelope.ts";
import type { History } from "./history.ts";
import type { Queue } from "./queue.ts";
import type { JsonRecord } from "./records.ts";
import { type Judged, transactionResult } from "./results.ts";
import { goingFee, paysGoingFee, type Surge } from "./surge.ts";
import { judgeAtDoor, type LedgerFacts } from "./validate.ts";
import type { Reading } from "./view.ts";
import type { Waiters } from "./waiters.ts";

/** What became of a submission. */
export type Submission =
  /** The text was no envelope. */
  | { kind: "malformed" }
  /** It is in a ledger and succeeded; the record is the one under the outermost hash. */
  | { kind: "included"; id: string; record: JsonRecord }
  /** It was refused at the door or failed in a ledger; the result is base64. */
  | { kind: "failed"; id: string; result: string }
  /** Nothing is known; it may still get into a ledger. */
  | { kind: "timeout"; id: string };

/** What submitting works with. */
export interface Door {
  passphrase: string;
  queue: Queue;
  waiters: Waiters;
  behaviours: Behaviours;
  history: History;
  state: Reading;
  /** The last closed ledger. */
  last(): LedgerFacts;
  /** Whether ledgers are full. */
  surge(): Surge | undefined;
  /** Whether a transaction is being swallowed. */
  isSwallowed(id: string): boolean;
  /** Swallows a transaction, or lets it wait for a ledger, across restarts. */
  keepPending(submitted: Submitted, notBefore: number | null): Promise<void>;
  /** Whether ledgers close that nobody submits to; if not, waiting for some other ledger has no end. */
  timePasses(): boolean;
  /** Told when somebody waits for the next ledger. */
  onQueued(): void;
}

/** The result of a transaction with a sequence number that no account can have. */
const IMPOSSIBLE_SEQUENCE: Judged = { feeCharged: 0n, verdict: { code: "tx_bad_seq" }, reachedInner: false };

/** Submits the base64 text of an envelope; waits as Horizon does until the transaction is in a ledger. */
export async function submit(text: string, door: Door): Promise<Submission> {
  let submitted: Submitted;
  try {
    submitted = readEnvelope(text, door.passphrase);
  } catch {
    return { kind: "malformed" };
  }
  const { sequence, conditions: { minSeqNum } } = submitted.inner;
  if (sequence < 0n || (minSeqNum !== null && (minSeqNum < 0n || minSeqNum >= sequence))) {
    return refused(submitted, IMPOSSIBLE_SEQUENCE);
  }
  const known = await fromHistory(submitted.id, door);
  if (known !== undefined) return known;
  // From here to the queue nothing may be awaited: the state must not change between check and entry.
  const standing = door.queue.standing(submitted);
  if (standing.kind === "duplicate") {
    // What was told to come ledgers later is not waited for.
    if (standing.notBefore > door.last().sequence + 1) return { kind: "timeout", id: submitted.id };
    return await queuedOutcome(submitted, door);
  }
  if (standing.kind === "later") {
    return door.timePasses() ? await outcome(submitted, door) : { kind: "timeout", id: submitted.id };
  }
  if (standing.kind === "too_cheap") {
    const { feeNeeded: feeCharged } = standing;
    return refused(submitted, { feeCharged, verdict: { code: "tx_insufficient_fee" }, reachedInner: false });
  }
  const judged = judgeAtDoor(submitted, door.state, door.last());
  if (judged.verdict.code !== "tx_success") {
    // It may have got in while history was read.
    const late = judged.verdict.code === "tx_bad_seq" ? await fromHistory(submitted.id, door) : undefined;
    return late ?? refused(submitted, judged);
  }
  const surge = door.surge();
  if (surge?.turnsAway === "door" && !paysGoingFee(submitted, surge)) {
    const verdict = { code: "tx_insufficient_fee" } as const;
    return refused(submitted, { feeCharged: goingFee(submitted, surge), verdict, reachedInner: false });
  }
  return await enter(submitted, door);
}

async function enter(submitted: Submitted, door: Door): Promise<Submission> {
  const { id } = submitted;
  if (door.isSwallowed(id)) return { kind: "timeout", id };
  const { sequence } = door.last();
  const fits = ({ account, hash }: { account?: string | undefined; hash?: string | undefined }): boolean =>
    (account === undefined || account === submitted.inner.source.account) &&
    (hash === undefined || hash === id || hash === innerId(submitted));
  const silent = door.behaviours.take("timeout", fits);
  if (silent?.included_after === "never") {
    await door.keepPending(submitted, null);
    return { kind: "timeout", id };
  }
  const failing = door.behaviours.take("fail", fits);
  const forced = failing === undefined ? {} : { forcedFailure: { code: failing.code } };
  if (silent !== undefined) {
    const notBefore = sequence + silent.included_after;
    door.queue.add({ submitted, notBefore, ...forced });
    await door.keepPending(submitted, notBefore);
    return { kind: "timeout", id };
  }
  door.queue.add({ submitted, notBefore: 0, ...forced });
  if (!paysGoingFee(submitted, door.surge())) await door.keepPending(submitted, 0);
  return await queuedOutcome(submitted, door);
}

async function queuedOutcome(submitted: Submitted, door: Door): Promise<Submission> {
  // Left out of ledgers: where none closes by itself, waiting for one that has room has no end.
  if (!door.timePasses() && !paysGoingFee(submitted, door.surge())) {
    return { kind: "timeout", id: submitted.id };
  }
  const result = outcome(submitted, door);
  door.onQueued();
  return await result;
}

async function outcome({ id }: Submitted, door: Door): Promise<Submission> {
  const found = await door.waiters.wait(id, door.last().sequence);
  return (found ? await fromHistory(id, door) : undefined) ?? { kind: "timeout", id };
}

async function fromHistory(id: string, { history }: Door): Promise<Submission | undefined> {
  const record = await history.transaction(id);
  if (record === undefined) return undefined;
  if (record.successful === true) return { kind: "included", id, record };
  return { kind: "failed", id, result: String(record.result_xdr) };
}

function refused(submitted: Submitted, judged: Judged): Submission {
  const result = transactionResult(judged, submitted.bump === undefined ? undefined : submitted.inner.hash);
  return { kind: "failed", id: submitted.id, result: result.toXdr("base64") };
}
