/**
 * Channel accounts (M-5): sources of transactions whose keys are derived from one seed and never stored.
 * @module
 */
import { createHmac } from "node:crypto";
import { seedSigner } from "./signer.ts";
import type { Signer } from "./signer.ts";

/**
 * The signers of the first channels of a seed; the same seed gives the same channels for ever.
 * @param seed `CHANNEL_SEED`, 32 bytes
 * @throws {RangeError} for a seed of another length; it says nothing of the seed
 */
export function channelSigners(seed: Uint8Array, count: number): Signer[] {
  if (seed.length !== 32) throw new RangeError("Cannot derive channels: the seed is not 32 bytes long");
  return Array.from({ length: count }, (_, index) => {
    const key = createHmac("sha256", seed).update(`kedge channel ${index}`).digest();
    return seedSigner(new Uint8Array(key));
  });
}
