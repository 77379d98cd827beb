/**
 * Positions in the ledger's history: one number of ledger (32 bits), transaction (20 bits) and operation (12 bits).
 * @module
 */

/** The ledger of a position. */
export function ledgerOf(position: bigint): number {
  return Number(position >> 32n);
}

/** The last position that a ledger can hold: as a cursor, everything after that ledger. */
export function endOfLedger(ledger: number): bigint {
  return (BigInt(ledger + 1) << 32n) - 1n;
}

/** The position of the transaction that an operation belongs to. */
export function transactionPosition(position: bigint): bigint {
  return position & ~0xfffn;
}
