/**
 * Account addresses as the ledger needs them: signers, trustlines and balances belong to the `G…` inside an `M…`,
 * payments keep the `M…` (sep-23, trap 1).
 * @module
 */
import { StrKey } from "@stellar/stellar-sdk";

/** The kinds of address that a payment may name. */
export type AddressKind = "account" | "muxed" | "contract";

/** What an address is; null when it is none of these, wrong checksums included (R-23-1, R-23-2). */
export function addressKindOf(address: string): AddressKind | null {
  if (StrKey.isValidEd25519PublicKey(address)) return "account";
  if (StrKey.isValidMed25519PublicKey(address)) return "muxed";
  return StrKey.isValidContract(address) ? "contract" : null;
}

/**
 * The `G…` of a `G…` or `M…`.
 * @throws {Error} for anything else
 */
export function baseAccountOf(address: string): string {
  if (addressKindOf(address) === "account") return address;
  return StrKey.encodeEd25519PublicKey(muxedParts(address).key);
}

/**
 * The id in an `M…`, as plain digits; every one of 64 bits is kept (R-23-3).
 * @throws {Error} for anything else
 */
export function muxedIdOf(address: string): string {
  const { id } = muxedParts(address);
  return new DataView(id.buffer, id.byteOffset, id.byteLength).getBigUint64(0).toString();
}

/** The key of 32 bytes and, behind it, the id of 8, most significant byte first. */
function muxedParts(address: string): { key: Uint8Array; id: Uint8Array } {
  if (addressKindOf(address) !== "muxed") throw new Error("Cannot read a muxed account: the text is none");
  const bytes = StrKey.decodeMed25519PublicKey(address);
  return { key: bytes.subarray(0, 32), id: bytes.subarray(32, 40) };
}
