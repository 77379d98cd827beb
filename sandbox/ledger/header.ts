/**
 * The header of a ledger: the chain that binds each ledger to the one before it.
 * @module
 */
import { hash, xdr } from "@stellar/stellar-sdk";
import { BASE_FEE, BASE_RESERVE } from "./reserve.ts";

/** The protocol that the sandbox follows. */
export const PROTOCOL = 23;

/** The most operations that one ledger takes. */
export const LEDGER_CAPACITY = 1000;

/** All native money there is, in stroops: one hundred thousand million. */
export const TOTAL_COINS = 1_000_000_000_000_000_000n;

/** A closed ledger. */
export interface Header {
  sequence: number;
  /** Lower-case hexadecimal. */
  hash: string;
  previousHash: string;
  /** Seconds. */
  closeTime: number;
  /** Fees collected since the beginning, in stroops. */
  feePool: bigint;
  /** The header's bytes. */
  bytes: Uint8Array;
}

/** What a new header is made of. */
export interface HeaderContent {
  sequence: number;
  previousHash: string;
  closeTime: number;
  feePool: bigint;
  /** Hashes of the transactions in the ledger and of their results. */
  transactionSetHash: Uint8Array;
  resultsHash: Uint8Array;
}

const EMPTY = new Uint8Array(32);

/** Makes the header of a new ledger. */
export function makeHeader(content: HeaderContent): Header {
  const bytes = xdr.LedgerHeader.fromXdrObject({
    ledgerVersion: PROTOCOL,
    previousLedgerHash: xdr.decodeBytes(content.previousHash, "hex"),
    scpValue: {
      txSetHash: content.transactionSetHash,
      closeTime: BigInt(content.closeTime),
      upgrades: [],
      ext: { v: 0 },
    },
    txSetResultHash: content.resultsHash,
    bucketListHash: EMPTY,
    ledgerSeq: content.sequence,
    totalCoins: TOTAL_COINS,
    feePool: content.feePool,
    inflationSeq: 0,
    idPool: 0n,
    baseFee: Number(BASE_FEE),
    baseReserve: Number(BASE_RESERVE),
    maxTxSetSize: LEDGER_CAPACITY,
    skipList: [EMPTY, EMPTY, EMPTY, EMPTY],
    ext: { v: 0 },
  }).toXdr();
  const { sequence, previousHash, closeTime, feePool } = content;
  return { sequence, previousHash, closeTime, feePool, bytes, hash: xdr.encodeBytes(hash(bytes), "hex") };
}

/** A closed ledger out of its header's bytes. */
export function readHeader(bytes: Uint8Array): Header {
  const header = xdr.LedgerHeader.fromXdr(bytes).toXdrObject();
  return {
    sequence: header.ledgerSeq,
    hash: xdr.encodeBytes(hash(bytes), "hex"),
    previousHash: xdr.encodeBytes(header.previousLedgerHash, "hex"),
    closeTime: Number(header.scpValue.closeTime),
    feePool: header.feePool,
    bytes,
  };
}
