/**
 * How an account looks when it begins.
 * @module
 */
import type { AccountEntry } from "./entries.ts";

/**
 * An account created in a ledger. Its sequence number begins at the ledger's number shifted by 32 bits, so that a
 * transaction of an account that was merged and created again cannot be played twice.
 */
export function newAccount(id: string, balance: bigint, ledger: number): AccountEntry {
  return {
    kind: "account",
    id,
    balance,
    sequence: BigInt(ledger) << 32n,
    sequenceLedger: 0,
    sequenceTime: 0,
    subentries: 0,
    sponsoring: 0,
    flags: 0,
    homeDomain: "",
    inflationDestination: null,
    thresholds: { master: 1, low: 0, medium: 0, high: 0 },
    signers: [],
    lastModified: ledger,
  };
}
