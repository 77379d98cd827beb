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
  return from === null ? [] : channelKeys(from).map(seedSigner);
}

/** Seeds of their keys, 32 bytes each; they are kept nowhere. @throws as {@link channelSigners} */
export function channelKeys({ seed, count }: ChannelSeed): Uint8Array[] {
  if (seed.length !== 32) throw new RangeError("Cannot derive channels: the seed is not 32 bytes long");
  return Array.from({ length: count }, (_, index) => {
    const key = createHmac("sha256", seed).update(`kedge channel ${index}`).digest();
    return new Uint8Array(key);
  });
}
