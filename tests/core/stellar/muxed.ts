/**
 * Muxed addresses for tests, made by the SDK and not by our own reader.
 * @module
 */
import { Account, MuxedAccount } from "@stellar/stellar-sdk";

/** The `M…` of a `G…` with this id. */
export function muxedOf(account: string, id: bigint): string {
  return new MuxedAccount(new Account(account, "0"), id.toString()).accountId();
}
