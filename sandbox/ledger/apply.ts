/**
 * What a ledger does with a transaction: it charges the fee, uses the sequence number up, and applies the operations,
 * all of them or none.
 * @module
 */
import { StrKey, type xdr } from "@stellar/stellar-sdk";
import type { Entry } from "./entries.ts";
import type { PlacedOperation, Submitted } from "./envelope.ts";
import type { Judged, Verdict } from "./results.ts";
import { type SignatureCheck, signatureCheck } from "./signatures.ts";
import { type LedgerFacts, signatureFault, transactionFault, untouchedResult } from "./validate.ts";
import { accountIn, layerOver, type View } from "./view.ts";

/** How an entry was before and how it is now; null where it was not there or is gone. */
export interface Change {
  before: Entry | null;
  after: Entry | null;
}

/** What a transaction did to the state, part by part. */
export interface Applied {
  judged: Judged;
  /** Sequence number and signers that are good once. */
  changesBefore: Change[];
  /** One list for each operation; empty lists when the transaction failed. */
  operationChanges: Change[][];
}

/** Charges the fee of a transaction: what the ledger asks, at most what was offered, at most what is there. */
export function chargeFee(
  view: View,
  submitted: Submitted,
  going: bigint,
): { fee: bigint; changes: Change[] } {
  const { inner, bump } = submitted;
  const payer = accountIn(view, bump?.source.account ?? inner.source.account);
  if (payer === undefined) throw new Error(`Cannot charge ${submitted.id}: its payer is not there`);
  const bid = bump?.fee ?? inner.fee;
  const asked = bid < going ? bid : going;
  const fee = asked < payer.balance ? asked : payer.balance;
  view.put({ ...payer, balance: payer.balance - fee });
  return { fee, changes: [{ before: payer, after: accountIn(view, payer.id) ?? null }] };
}

/**
 * Applies a transaction whose fee was charged.
 *
 * @param forcedFailure makes its first operation fail with this code of Horizon, or with the usual one
 */
export function applyTransaction(
  view: View,
  submitted: Submitted,
  ledger: LedgerFacts,
  feeCharged: bigint,
  forcedFailure?: { code?: string | undefined },
): Applied {
  const { inner, bump } = submitted;
  const before = layerOver(view, ledger.sequence);
  if (bump !== undefined) removeOneTimeSigner(before, [bump.source.account], bump.hash);
  const check = signatureCheck(inner.hash, inner.signatures);
  // The fee is paid already; the account may still have fallen below its reserve.
  const fault = transactionFault(inner, before, ledger, check, {
    least: undefined,
    spend: bump === undefined ? 0n : undefined,
  });
  if (fault === undefined || fault.usesSequence) useSequence(before, submitted, ledger);
  const failures = fault === undefined ? signatureFailures(inner.operations, before, check) : undefined;
  const sources = [inner.source.account, ...inner.operations.map(({ source }) => source.account)];
  removeOneTimeSigner(before, sources, inner.hash);
  const changesBefore = settle(before, view);

  const judged = (verdict: Verdict): Judged => ({ feeCharged, verdict, reachedInner: true });
  const without = (verdict: Verdict): Applied => ({
    judged: judged(verdict),
    changesBefore,
    operationChanges: [],
  });
  if (fault !== undefined) return without({ code: fault.code });
  if (failures !== undefined) return without({ code: "tx_failed", results: failures });
  if (!check.allUsed()) return without({ code: "tx_bad_auth_extra" });
  if (forcedFailure !== undefined) {
    const results = inner.operations.map(untouchedResult);
    const first = inner.operations[0]?.operation?.refusal(forcedFailure.code);
    if (first !== undefined) results[0] = first;
    return without({ code: "tx_failed", results });
  }
  const applied = applyOperations(view, submitted, ledger);
  return { judged: judged(applied.verdict), changesBefore, operationChanges: applied.changes };
}

function useSequence(view: View, { inner }: Submitted, ledger: LedgerFacts): void {
  const source = accountIn(view, inner.source.account);
  if (source === undefined) return;
  view.put({
    ...source,
    sequence: inner.sequence,
    sequenceLedger: ledger.sequence,
    sequenceTime: ledger.closeTime,
  });
}

/** Results of all operations if one of them lacks signatures; undefined when none does. */
function signatureFailures(
  operations: readonly PlacedOperation[],
  view: View,
  check: SignatureCheck,
): xdr.OperationResultWire[] | undefined {
  const faults = operations.map((operation) => signatureFault(operation, view, check));
  if (faults.every((fault) => fault === undefined)) return undefined;
  return operations.map((operation, index) => faults[index] ?? untouchedResult(operation));
}

/** A signer that is the hash of one transaction is gone after that transaction, whatever became of it. */
function removeOneTimeSigner(view: View, accounts: readonly string[], hash: Uint8Array): void {
  const key = StrKey.encodePreAuthTx(hash);
  for (const id of new Set(accounts)) {
    const account = accountIn(view, id);
    if (account === undefined || !account.signers.some((signer) => signer.key === key)) continue;
    const signers = account.signers.filter((signer) => signer.key !== key);
    view.put({ ...account, signers, subentries: account.subentries - 1 });
  }
}

function applyOperations(
  view: View,
  { inner }: Submitted,
  ledger: LedgerFacts,
): { verdict: Verdict; changes: Change[][] } {
  const all = layerOver(view, ledger.sequence);
  const results: xdr.OperationResultWire[] = [];
  const changes: Change[][] = [];
  const transaction = { source: inner.source.account, sequence: inner.sequence };
  for (const [index, { source: { account: source }, operation }] of inner.operations.entries()) {
    const own = layerOver(all, ledger.sequence);
    const result = accountIn(own, source) === undefined
      ? { code: -2 } as const
      : operation?.check(source) ?? operation?.apply({ view: own, source, ledger, transaction, index }) ??
        { code: -3 } as const;
    results.push(result);
    // The others are still tried, so that each has its result; nothing of them stays.
    changes.push(isSuccess(result) ? settle(own, all) : []);
  }
  if (!results.every(isSuccess)) return { verdict: { code: "tx_failed", results }, changes: [] };
  all.merge(view);
  return { verdict: { code: "tx_success", results }, changes };
}

function isSuccess(result: xdr.OperationResultWire): boolean {
  if (result.code !== 0) return false;
  return Object.values(result.tr).every((part) =>
    typeof part !== "object" || part === null || !("code" in part) || part.code === 0
  );
}

/** Merges a layer into the view below and answers what that changed. */
function settle(layer: View, below: View): Change[] {
  const before = [...layer.changes().keys()].map((key) => [key, below.get(key) ?? null] as const);
  layer.merge(below);
  return before.map(([key, entry]) => ({ before: entry, after: below.get(key) ?? null }))
    .filter((change) => change.before !== null || change.after !== null);
}
