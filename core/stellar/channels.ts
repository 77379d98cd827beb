/**
 * Channel accounts (M-5): sources of transactions whose keys are derived from one seed and never stored.
 * @module
 */
import { createHmac } from "node:crypto";
import { seedSigner } from "./signer.ts";
import type { Signer } from "./signer.ts";

/** What channels are made of. */
export interface ChannelSeed {
  /** `CHANNEL_SEED`, 32 bytes. */
  readonly seed: Uint8Array;
  /** How many of them; the first ones are always the same. */
  readonly count: number;
}

/**
 * The signers of the first channels of a seed; the same seed gives the same channels for ever.
 * @param from null: no channels
 * @throws {RangeError} for a seed of another length; it says nothing of the seed
 */
export function channelSigners(from: ChannelSeed | null): Signer[] {
  if (from === null) return [];
  const { seed, count } = from;
  if (seed.length !== 32) throw new RangeError("Cannot derive channels: the seed is not 32 bytes long");
  return Array.from({ length: count }, (_, index) => {
    const key = createHmac("sha256", seed).update(`kedge channel ${index}`).digest();
    return seedSigner(new Uint8Array(key));
  });
}
