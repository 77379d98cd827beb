/**
 * What an account may spend of its XLM: the ledger keeps back a reserve for each of its entries.
 * @module
 */
import type { Account } from "./horizon.ts";

/** Stroops above the reserve; below zero where others' sponsoring has ended. */
export function spendableXlm(account: Account, baseReserve: bigint): bigint {
  const xlm = account.balances.find(({ asset }) => asset === "native");
  // Two for the account itself, what it holds and sponsors, less what others sponsor for it.
  const entries = 2 + account.subentries + account.sponsoring - account.sponsored;
  return (xlm?.amount ?? 0n) - (xlm?.sellingLiabilities ?? 0n) - BigInt(entries) * baseReserve;
}
