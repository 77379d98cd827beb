/**
 * Which accounts are ours (M-13), as the environment and the config say.
 * @module
 */
import { importAccount, importSeed } from "../auth/mod.ts";
import type { Anchor } from "../config/anchor-runtime.ts";
import type { Environment } from "../config/environment.ts";
import type { OwnAccounts } from "../stellar/accounts.ts";
import { channelSigners } from "../stellar/channels.ts";

/** Our accounts. */
export function ownAccountsOf(
  { seeds }: Pick<Environment, "seeds">,
  { assets, treasuryAccounts }: Pick<Anchor, "assets" | "treasuryAccounts">,
): OwnAccounts {
  return {
    distribution: importSeed(seeds.distribution).account,
    issuers: assets.map(({ issuer }) => issuer),
    fee: importSeed(seeds.fee).account,
    channels: channelSigners(seeds.channels).map(({ account }) => account),
    treasury: treasuryAccounts.filter((account) => importAccount(account) !== null),
  };
}
