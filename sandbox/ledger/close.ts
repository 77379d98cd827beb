/**
 * Making the next ledger out of the last one and the transactions that wait.
 * @module
 */
import { hash, xdr } from "@stellar/stellar-sdk";
import { type Applied, applyTransaction, type Change, chargeFee } from "./apply.ts";
import type { Entry } from "./entries.ts";
import { type Submitted } from "./envelope.ts";
import { type Header, LEDGER_CAPACITY, makeHeader } from "./header.ts";
import { feeMeta, resultMeta } from "./meta.ts";
import type { IncludedTransaction } from "./records.ts";
import { transactionResult } from "./results.ts";
import { goingFee, paysGoingFee, type Surge } from "./surge.ts";
import { judgeAtDoor } from "./validate.ts";
import { layerOver, type Reading } from "./view.ts";

/** A transaction that waits for its ledger. */
export interface Candidate {
  submitted: Submitted;
  /** Makes it fail in its ledger, with this code of Horizon or the usual one. */
  forcedFailure?: { code?: string | undefined };
}

/** A transaction in a ledger, with the accounts that its changes touched. */
export interface Included extends IncludedTransaction {
  touched: string[];
  /** Claimable balances that each operation made. */
  created: string[][];
}

/** A ledger that has been made, not yet kept. */
export interface ClosedLedger {
  header: Header;
  included: Included[];
  /** Transactions that may no longer be taken; the network forgets them without a word. */
  dropped: Submitted[];
  /** What differs from the state before. */
  changes: ReadonlyMap<string, Entry | null>;
}

/** Makes the ledger after `previous` out of the candidates, in their order, as far as they fit and pay for it. */
export function makeLedger(
  state: Reading,
  previous: Header,
  closeTime: number,
  candidates: readonly Candidate[],
  surge?: Surge,
): ClosedLedger {
  const facts = { sequence: previous.sequence + 1, closeTime };
  const { taken, dropped } = select(state, previous, closeTime, candidates, surge);
  const view = layerOver(state, facts.sequence);
  // All fees are charged before any transaction is applied.
  const charged = taken.map((candidate) => ({
    candidate,
    ...chargeFee(view, candidate.submitted, goingFee(candidate.submitted, surge)),
  }));
  const results: xdr.TransactionResultPairWire[] = [];
  const included = charged.map(({ candidate, fee, changes }, index): Included => {
    const { submitted, forcedFailure } = candidate;
    const applied = applyTransaction(view, submitted, facts, fee, forcedFailure);
    const result = transactionResult(
      applied.judged,
      submitted.bump === undefined ? undefined : submitted.inner.hash,
    );
    const transactionHash = xdr.decodeBytes(submitted.id, "hex");
    results.push({ transactionHash, result: result.toXdrObject() });
    return {
      submitted,
      order: index + 1,
      successful: applied.judged.verdict.code === "tx_success",
      feeCharged: fee,
      resultXdr: result.toXdr("base64"),
      resultMetaXdr: resultMeta(applied),
      feeMetaXdr: feeMeta(changes),
      touched: touchedAccounts(applied, changes),
      created: applied.operationChanges.map(createdBalances),
    };
  });
  const header = makeHeader({
    ...facts,
    previousHash: previous.hash,
    feePool: charged.reduce((pool, { fee }) => pool + fee, previous.feePool),
    transactionSetHash: setHash(previous, taken),
    resultsHash: hash(xdr.TransactionResultSet.fromXdrObject({ results }).toXdr()),
  });
  return { header, included, dropped, changes: view.changes() };
}

/** Candidates are judged again by the state before the ledger, at its own close time. */
function select(
  state: Reading,
  previous: Header,
  closeTime: number,
  candidates: readonly Candidate[],
  surge: Surge | undefined,
): { taken: Candidate[]; dropped: Submitted[] } {
  const taken: Candidate[] = [];
  const dropped: Submitted[] = [];
  let room = LEDGER_CAPACITY;
  for (const candidate of candidates) {
    const { submitted } = candidate;
    const judged = judgeAtDoor(submitted, state, { sequence: previous.sequence, closeTime });
    if (judged.verdict.code !== "tx_success") dropped.push(submitted);
    else if (paysGoingFee(submitted, surge) && submitted.inner.operations.length <= room) {
      room -= submitted.inner.operations.length;
      taken.push(candidate);
    }
  }
  return { taken, dropped };
}

function setHash(previous: Header, taken: readonly Candidate[]): Uint8Array {
  return hash(xdr.decodeBytes(previous.hash + taken.map(({ submitted }) => submitted.id).join(""), "hex"));
}

function touchedAccounts(applied: Applied, feeChanges: readonly Change[]): string[] {
  const changes = [...feeChanges, ...applied.changesBefore, ...applied.operationChanges.flat()];
  const entries = changes.flatMap(({ before, after }) => [before, after]);
  return [...new Set(entries.flatMap((entry) => entry?.kind === "account" ? [entry.id] : []))];
}

function createdBalances(changes: readonly Change[]): string[] {
  return changes.flatMap(({ before, after }) =>
    before === null && after?.kind === "balance" ? [after.id] : []
  );
}
