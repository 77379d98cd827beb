/**
 * The signers of a deployment, one for each part that an account of ours plays on the ledger. All are local keys unless the
 * gateway's options put another signer in the place of one: an HSM, or a service that signs. The SEP-10 key is none of
 * them: it moves no money, and a signer elsewhere would be asked once for each anonymous request for a challenge.
 * @module
 */
import { type ChannelSeed, channelSigners } from "./channels.ts";
import { localSigner, type Signer } from "./signer.ts";

/** Who signs what. */
export interface Signers {
  /** Pays out and sends back. */
  readonly distribution: Signer;
  /** Pays fee bumps and starting balances. */
  readonly fee: Signer;
  /** Authorizes trustlines for the issuers; null: others do. */
  readonly authorizer: Signer | null;
  /** Lend their sequences (M-5). */
  readonly channels: readonly Signer[];
}

/** Secrets as the environment has them. */
export interface SignerSeeds {
  readonly distribution: string;
  readonly fee: string;
  readonly authorizer: string | null;
  readonly channels: ChannelSeed | null;
}

/**
 * Local keys, and what stands in the place of some of them.
 * @throws {Error} for one that signs for another account than the environment names
 */
export function signersOf(seeds: SignerSeeds, others: Partial<Signers> = {}): Signers {
  const local: Signers = {
    distribution: localSigner(seeds.distribution),
    fee: localSigner(seeds.fee),
    authorizer: seeds.authorizer === null ? null : localSigner(seeds.authorizer),
    channels: channelSigners(seeds.channels),
  };
  const signers = { ...local, ...others };
  // Who we are is stamped into the records: a signer is changed, an account is not.
  const isSame = accountsIn(signers) === accountsIn(local);
  if (!isSame) throw new Error("Cannot use a signer of another account than the environment names");
  return signers;
}

function accountsIn({ distribution, fee, channels }: Signers): string {
  return [distribution, fee, ...channels].map(({ account }) => account).join(" ");
}
