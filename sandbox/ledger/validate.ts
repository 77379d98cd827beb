/**
 * Whether a transaction may be taken: at the door, by the state of the last ledger, and again while a ledger is made.
 * The order of the checks is the network's, since it decides which code is seen.
 * @module
 */
import { SignerKey, xdr } from "@stellar/stellar-sdk";
import { INT64_MAX } from "./amount.ts";
import type { AccountEntry } from "./entries.ts";
import type { PlacedOperation, PlainTransaction, Submitted } from "./envelope.ts";
import { available, BASE_FEE } from "./reserve.ts";
import type { Judged, TransactionCode, Verdict } from "./results.ts";
import { type SignatureCheck, signatureCheck } from "./signatures.ts";
import { accountIn, type Reading } from "./view.ts";

/** Number and close time (seconds) of the ledger by which a transaction is judged. */
export interface LedgerFacts {
  sequence: number;
  closeTime: number;
}

/** How far a check came before it found a fault: only after its sequence number was right does a failure use it up. */
export type Reached =
  | { code: TransactionCode; usesSequence: boolean }
  | undefined;

/** The least that a transaction of so many operations pays, in stroops. A fee bump counts as one more. */
export function leastFee({ inner, bump }: Submitted): bigint {
  return leastFeeInside(inner) + (bump === undefined ? 0n : BASE_FEE);
}

function leastFeeInside({ operations }: PlainTransaction): bigint {
  return BASE_FEE * BigInt(Math.max(1, operations.length));
}

/** Judges a transaction as the network does when it arrives. `tx_success` means that it may be taken. */
export function judgeAtDoor(submitted: Submitted, state: Reading, last: LedgerFacts): Judged {
  const feeCharged = leastFee(submitted);
  if (!submitted.inner.supported) {
    return { feeCharged: 0n, verdict: { code: "tx_malformed" }, reachedInner: false };
  }
  const refusedBump = bumpFault(submitted, state);
  if (refusedBump !== undefined) {
    return {
      feeCharged: refusedBump.feeNeeded ?? feeCharged,
      verdict: { code: refusedBump.code },
      reachedInner: false,
    };
  }
  return { feeCharged, verdict: plainVerdict(submitted, state, last), reachedInner: true };
}

function plainVerdict({ inner, bump }: Submitted, state: Reading, last: LedgerFacts): Verdict {
  const check = signatureCheck(inner.hash, inner.signatures);
  const feeBid = bump === undefined ? inner.fee : undefined;
  const fault = transactionFault(inner, state, last, check, { least: feeBid, spend: feeBid });
  if (fault !== undefined) return { code: fault.code };
  const results = inner.operations.map(untouchedResult);
  for (const [index, operation] of inner.operations.entries()) {
    const refused = operation.operation === undefined
      ? { code: -3 } as const
      : signatureFault(operation, state, check) ?? operation.operation.check(operation.source.account);
    if (refused === undefined) continue;
    results[index] = refused;
    return { code: "tx_failed", results };
  }
  return check.allUsed() ? { code: "tx_success", results } : { code: "tx_bad_auth_extra" };
}

/** The result of an operation that was not looked at. */
export function untouchedResult({ operation }: PlacedOperation): xdr.OperationResultWire {
  return operation?.untouched ?? { code: -3 };
}

/** What is wrong with a fee bump itself, with the fee that would have been enough. */
function bumpFault(
  submitted: Submitted,
  state: Reading,
): { code: TransactionCode; feeNeeded?: bigint } | undefined {
  const { bump, inner } = submitted;
  if (bump === undefined) return undefined;
  const least = leastFee(submitted);
  if (bump.fee < least) return { code: "tx_insufficient_fee" };
  // The bump has to offer at least the rate per operation that is offered inside.
  const leastInside = leastFeeInside(inner);
  if (bump.fee * leastInside < inner.fee * least) {
    const feeNeeded = (inner.fee * least + leastInside - 1n) / leastInside;
    return { code: "tx_insufficient_fee", feeNeeded: feeNeeded > INT64_MAX ? INT64_MAX : feeNeeded };
  }
  const payer = accountIn(state, bump.source.account);
  if (payer === undefined) return { code: "tx_no_source_account" };
  const check = signatureCheck(bump.hash, bump.signatures);
  if (!check.reaches(payer, payer.thresholds.low)) return { code: "tx_bad_auth" };
  if (available(payer) < bump.fee) return { code: "tx_insufficient_balance" };
  return check.allUsed() ? undefined : { code: "tx_bad_auth_extra" };
}

/**
 * What is wrong with a transaction as a whole, its operations left aside.
 *
 * @param fee what it has to offer at least and what its source must be able to spend; undefined where a fee bump pays
 */
export function transactionFault(
  transaction: PlainTransaction,
  state: Reading,
  ledger: LedgerFacts,
  check: SignatureCheck,
  fee: { least: bigint | undefined; spend: bigint | undefined },
): Reached {
  const early = faultBeforeSequence(transaction, ledger);
  if (early !== undefined) return { code: early, usesSequence: false };
  if (fee.least !== undefined && fee.least < BASE_FEE * BigInt(transaction.operations.length)) {
    return { code: "tx_insufficient_fee", usesSequence: false };
  }
  const source = accountIn(state, transaction.source.account);
  if (source === undefined) return { code: "tx_no_source_account", usesSequence: false };
  if (isBadSequence(transaction, source, ledger)) return { code: "tx_bad_seq", usesSequence: false };
  if (isTooSoonForSource(transaction, source, ledger)) {
    return { code: "tx_bad_minseq_age_or_gap", usesSequence: true };
  }
  const extra = extraSigners(transaction);
  const signed = check.reaches(source, source.thresholds.low) &&
    (extra.length === 0 || check.signedByAll(extra));
  if (!signed) return { code: "tx_bad_auth", usesSequence: true };
  if (fee.spend !== undefined && available(source) < fee.spend) {
    return { code: "tx_insufficient_balance", usesSequence: true };
  }
  return undefined;
}

/** Faults that do not depend on any account. */
function faultBeforeSequence(
  transaction: PlainTransaction,
  ledger: LedgerFacts,
): TransactionCode | undefined {
  const { timeBounds, ledgerBounds } = transaction.conditions;
  const extra = extraSigners(transaction);
  if (new Set(extra).size !== extra.length) return "tx_malformed";
  if (transaction.operations.length === 0) return "tx_missing_operation";
  const now = BigInt(ledger.closeTime);
  if (timeBounds !== null && timeBounds.minTime > now) return "tx_too_early";
  if (ledgerBounds !== null && ledgerBounds.minLedger > ledger.sequence) return "tx_too_early";
  if (timeBounds !== null && timeBounds.maxTime !== 0n && timeBounds.maxTime < now) return "tx_too_late";
  const endsAt = ledgerBounds?.maxLedger ?? 0;
  if (endsAt !== 0 && endsAt <= ledger.sequence) return "tx_too_late";
  return undefined;
}

function isBadSequence(
  { sequence, conditions }: PlainTransaction,
  source: AccountEntry,
  ledger: LedgerFacts,
): boolean {
  // The first number of a ledger's new accounts is never used by a transaction of that ledger.
  if (sequence === BigInt(ledger.sequence) << 32n) return true;
  if (conditions.minSeqNum !== null) {
    return source.sequence < conditions.minSeqNum || source.sequence >= sequence;
  }
  return source.sequence === INT64_MAX || source.sequence + 1n !== sequence;
}

function isTooSoonForSource(
  { conditions }: PlainTransaction,
  source: AccountEntry,
  ledger: LedgerFacts,
): boolean {
  const now = BigInt(ledger.closeTime);
  const { minSeqAge, minSeqLedgerGap } = conditions;
  return minSeqAge > now || now - minSeqAge < BigInt(source.sequenceTime) ||
    minSeqLedgerGap > ledger.sequence || ledger.sequence - minSeqLedgerGap < source.sequenceLedger;
}

/** Addresses of the signers that a transaction demands beside those of its accounts. */
export function extraSigners({ conditions }: PlainTransaction): string[] {
  return conditions.extraSigners.map((key) => SignerKey.encodeSignerKey(xdr.SignerKey.fromXdrObject(key)));
}

/** Whether the source of an operation has signed with enough weight. */
export function signatureFault(
  { source, hasOwnSource, operation }: PlacedOperation,
  state: Reading,
  check: SignatureCheck,
): xdr.OperationResultWire | undefined {
  const account = accountIn(state, source.account);
  if (account !== undefined) {
    const weight = account.thresholds[operation?.threshold ?? "medium"];
    return check.reaches(account, weight) ? undefined : { code: -1 };
  }
  if (!hasOwnSource) return { code: -2 };
  // An earlier operation may create the account; until then its master key has to sign.
  return check.signedByMaster(source.account) ? undefined : { code: -1 };
}
