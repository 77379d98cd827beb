/**
 * Transactions and operations of a closed ledger as Horizon shows them, without links, which depend on who asks.
 * @module
 */
import { xdr } from "@stellar/stellar-sdk";
import { type Party, partyFields } from "./address.ts";
import type { PlacedOperation, Submitted } from "./envelope.ts";
import { innerId } from "./envelope.ts";
import type { Header } from "./header.ts";
import { extraSigners } from "./validate.ts";

/** A record as JSON. */
export type JsonRecord = Record<string, unknown>;

/** Where in history something is: `ledger << 32 | transaction << 12 | operation`, both counted from 1. */
export function historyToken(ledger: number, transaction = 0, operation = 0): bigint {
  return BigInt(ledger) << 32n | BigInt(transaction) << 12n | BigInt(operation);
}

/** A time in seconds as Horizon writes it. */
export function isoTime(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

/** What a ledger says of one transaction in it. */
export interface IncludedTransaction {
  submitted: Submitted;
  /** Position in the ledger, from 1. */
  order: number;
  successful: boolean;
  feeCharged: bigint;
  resultXdr: string;
  resultMetaXdr: string;
  feeMetaXdr: string;
}

/** A transaction under its outermost hash. */
export function transactionRecord(included: IncludedTransaction, ledger: Header): JsonRecord {
  const { submitted, order, successful, feeCharged } = included;
  const { inner, bump } = submitted;
  const payer = bump?.source ?? inner.source;
  const signatures = signatureTexts(bump?.signatures ?? inner.signatures);
  return {
    id: submitted.id,
    paging_token: historyToken(ledger.sequence, order).toString(),
    successful,
    hash: submitted.id,
    ledger: ledger.sequence,
    created_at: isoTime(ledger.closeTime),
    ...accountFields(inner.source),
    source_account_sequence: inner.sequence.toString(),
    ...partyFields("fee_account", payer),
    fee_charged: feeCharged.toString(),
    max_fee: (bump?.fee ?? inner.fee).toString(),
    operation_count: inner.operations.length,
    envelope_xdr: submitted.envelope,
    result_xdr: included.resultXdr,
    result_meta_xdr: included.resultMetaXdr,
    fee_meta_xdr: included.feeMetaXdr,
    ...memoFields(inner.memo),
    signatures,
    ...preconditionFields(submitted),
    ...(bump === undefined ? {} : {
      fee_bump_transaction: { hash: submitted.id, signatures },
      inner_transaction: {
        hash: innerId(submitted),
        signatures: signatureTexts(inner.signatures),
        max_fee: inner.fee.toString(),
      },
    }),
  };
}

/** The source of a transaction; Horizon drops `source_` from the names of its multiplexed form. */
function accountFields(source: Party): JsonRecord {
  const { account: source_account, ...muxed } = partyFields("account", source);
  return { source_account, ...muxed };
}

function signatureTexts(signatures: readonly xdr.DecoratedSignatureWire[]): string[] {
  return signatures.map(({ signature }) => xdr.encodeBytes(signature, "base64"));
}

function memoFields(memo: xdr.MemoWire): JsonRecord {
  switch (memo.type) {
    case 0:
      return { memo_type: "none" };
    case 1:
      return {
        memo_type: "text",
        memo: memo.text.toString(),
        memo_bytes: xdr.encodeBytes(memo.text.bytes, "base64"),
      };
    case 2:
      return { memo_type: "id", memo: memo.id.toString() };
    case 3:
      return { memo_type: "hash", memo: xdr.encodeBytes(memo.hash, "base64") };
    case 4:
      return { memo_type: "return", memo: xdr.encodeBytes(memo.retHash, "base64") };
  }
}

function preconditionFields({ inner }: Submitted): JsonRecord {
  const { timeBounds, ledgerBounds, minSeqNum, minSeqAge, minSeqLedgerGap } = inner.conditions;
  const signers = extraSigners(inner);
  const preconditions = {
    ...(timeBounds === null ? {} : {
      timebounds: {
        min_time: timeBounds.minTime.toString(),
        ...(timeBounds.maxTime === 0n ? {} : { max_time: timeBounds.maxTime.toString() }),
      },
    }),
    ...(ledgerBounds === null ? {} : {
      ledgerbounds: {
        min_ledger: ledgerBounds.minLedger,
        ...(ledgerBounds.maxLedger === 0 ? {} : { max_ledger: ledgerBounds.maxLedger }),
      },
    }),
    ...(minSeqNum === null ? {} : { min_account_sequence: minSeqNum.toString() }),
    ...(minSeqAge === 0n ? {} : { min_account_sequence_age: minSeqAge.toString() }),
    ...(minSeqLedgerGap === 0 ? {} : { min_account_sequence_ledger_gap: minSeqLedgerGap }),
    ...(signers.length === 0 ? {} : { extra_signers: signers }),
  };
  return Object.keys(preconditions).length === 0 ? {} : { preconditions };
}

/** An operation of a transaction in a ledger; `position` counts from 1. */
export function operationRecord(
  placed: PlacedOperation,
  position: number,
  included: IncludedTransaction,
  ledger: Header,
): JsonRecord {
  const token = historyToken(ledger.sequence, included.order, position).toString();
  return {
    id: token,
    paging_token: token,
    transaction_successful: included.successful,
    ...partyFields("source_account", placed.source),
    type: placed.operation?.name ?? "unknown",
    type_i: placed.type,
    created_at: isoTime(ledger.closeTime),
    transaction_hash: included.submitted.id,
    ...placed.operation?.fields(placed.source, included.successful),
  };
}
