/**
 * A transaction as the ledger looks at it, read once out of its envelope.
 * @module
 */
import { FeeBumpTransaction, hash, Transaction, xdr } from "@stellar/stellar-sdk";
import { type Party, partyOf } from "./address.ts";
import { type Operation, operationOf } from "./operations/mod.ts";

/** One operation of a transaction with its source. */
export interface PlacedOperation {
  /** Source of the operation: its own, or that of the transaction. */
  source: Party;
  /** Whether the operation names a source of its own. */
  hasOwnSource: boolean;
  /** The network's number of its kind. */
  type: number;
  /** What the ledger knows of it; undefined when the sandbox does not know the kind. */
  operation: Operation | undefined;
}

/** A transaction without what pays for it: everything but a fee bump. */
export interface PlainTransaction {
  /** The hash that its signatures are about. */
  hash: Uint8Array;
  source: Party;
  sequence: bigint;
  /** The most that it offers to pay, in stroops. */
  fee: bigint;
  operations: readonly PlacedOperation[];
  signatures: readonly xdr.DecoratedSignatureWire[];
  memo: xdr.MemoWire;
  conditions: xdr.PreconditionsV2Wire;
  /** False for an envelope of the first version, or with data of smart contracts. */
  supported: boolean;
}

/** What is in a ledger under one hash: a transaction, or a fee bump around one. */
export interface Submitted {
  /** Lower-case hexadecimal hash of the outermost transaction. */
  id: string;
  /** The envelope as base64, in the canonical form. */
  envelope: string;
  inner: PlainTransaction;
  /** Present for a fee bump. */
  bump?: { hash: Uint8Array; source: Party; fee: bigint; signatures: readonly xdr.DecoratedSignatureWire[] };
}

/**
 * Reads an envelope.
 *
 * @throws Error of the SDK when the text is not the base64 of an envelope
 */
export function readEnvelope(text: string, passphrase: string): Submitted {
  const envelope = xdr.TransactionEnvelope.fromXdr(text, "base64");
  const wire = envelope.toXdrObject();
  if (wire.type === 5) {
    const outer = new FeeBumpTransaction(envelope, passphrase).hash();
    const { tx, signatures } = wire.feeBump;
    const innerEnvelope = xdr.TransactionEnvelope.fromXdrObject({ type: 2, v1: tx.innerTx.v1 });
    const innerHash = new Transaction(innerEnvelope, passphrase).hash();
    return {
      id: xdr.encodeBytes(outer, "hex"),
      envelope: envelope.toXdr("base64"),
      inner: plainOf(tx.innerTx.v1, innerHash),
      bump: { hash: outer, source: partyOf(tx.feeSource), fee: tx.fee, signatures },
    };
  }
  const own = new Transaction(envelope, passphrase).hash();
  const inner = wire.type === 2 ? plainOf(wire.v1, own) : plainOfFirstVersion(wire.v0, own);
  return { id: xdr.encodeBytes(own, "hex"), envelope: envelope.toXdr("base64"), inner };
}

/** The lower-case hexadecimal hash of the transaction inside, which a fee bump does not change. */
export function innerId(submitted: Submitted): string {
  return xdr.encodeBytes(submitted.inner.hash, "hex");
}

/** The network's id, which is the seed of its first account too. */
export function networkId(passphrase: string): Uint8Array {
  return hash(new TextEncoder().encode(passphrase));
}

function plainOf({ tx, signatures }: xdr.TransactionV1EnvelopeWire, own: Uint8Array): PlainTransaction {
  const source = partyOf(tx.sourceAccount);
  return {
    hash: own,
    source,
    sequence: tx.seqNum,
    fee: BigInt(tx.fee),
    operations: tx.operations.map((operation) => placed(operation, source)),
    signatures,
    memo: tx.memo,
    conditions: conditionsOf(tx.cond),
    supported: tx.ext.v === 0,
  };
}

function plainOfFirstVersion(
  { tx, signatures }: xdr.TransactionV0EnvelopeWire,
  own: Uint8Array,
): PlainTransaction {
  const source = partyOf({ type: 0, ed25519: tx.sourceAccountEd25519 });
  return {
    hash: own,
    source,
    sequence: tx.seqNum,
    fee: BigInt(tx.fee),
    operations: tx.operations.map((operation) => placed(operation, source)),
    signatures,
    memo: tx.memo,
    conditions: { ...UNCONDITIONAL, timeBounds: tx.timeBounds },
    supported: true,
  };
}

const UNCONDITIONAL: xdr.PreconditionsV2Wire = {
  timeBounds: null,
  ledgerBounds: null,
  minSeqNum: null,
  minSeqAge: 0n,
  minSeqLedgerGap: 0,
  extraSigners: [],
};

function conditionsOf(conditions: xdr.PreconditionsWire): xdr.PreconditionsV2Wire {
  if (conditions.type === 2) return conditions.v2;
  return conditions.type === 1 ? { ...UNCONDITIONAL, timeBounds: conditions.timeBounds } : UNCONDITIONAL;
}

function placed(operation: xdr.OperationWire, source: Party): PlacedOperation {
  return {
    source: operation.sourceAccount === null ? source : partyOf(operation.sourceAccount),
    hasOwnSource: operation.sourceAccount !== null,
    type: operation.body.type,
    operation: operationOf(operation.body),
  };
}
