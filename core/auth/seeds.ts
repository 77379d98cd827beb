/**
 * New Stellar seeds as text.
 * @module
 */
import { StrKey } from "@stellar/stellar-sdk/base";

/** The `S…` text of 32 secret bytes. */
export function encodeSeed(raw: Uint8Array): string {
  return StrKey.encodeEd25519SecretSeed(raw);
}
