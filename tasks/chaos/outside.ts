/**
 * Bank, bureau and ledger of a campaign, in this process: none of them dies, so that what they say can be compared.
 * @module
 */
import { type Environment, loadEnvironment } from "../../core/config/environment.ts";
import { channelSigners } from "../../core/stellar/channels.ts";
import { sandboxKey } from "../../core/gateway/stamp.ts";
import { startSandbox } from "../../sandbox/mod.ts";
import { openLoadLedger } from "../load/ledger.ts";
import type { Outside } from "./stories.ts";

/** Milliseconds between two ledgers. */
const CLOSE_MS = 100;

/** The outside, with where it answers. */
export interface ChaosOutside extends Outside {
  readonly environment: Environment;
  /** `…/sandbox` */
  readonly sandboxUrl: string;
  readonly horizonUrl: string;
  readonly stop: () => Promise<void>;
}

/** Starts it with the secrets of a folder, which the gateways share. */
export async function startChaosOutside(
  dataDir: string,
  variables: Readonly<Record<string, string>>,
): Promise<ChaosOutside> {
  const loaded = await loadEnvironment({ DATA_DIR: dataDir, ...variables });
  if (!loaded.ok) throw new Error(`Cannot load the environment: ${JSON.stringify(loaded.mistakes)}`);
  const environment = loaded.value;
  const { passphrase, seeds, asset, homeDomains } = environment;
  const sandbox = await startSandbox({
    databaseUrl: `file:${dataDir}/outside.db`,
    ledger: { passphrase, closeEvery: CLOSE_MS },
    key: sandboxKey(environment.webhookSecret),
  });
  const issuerSeed = seeds.sandboxIssuer ?? "";
  const horizonUrl = sandbox.horizonUrl ?? "";
  await sandbox.seed({
    issuerSecret: issuerSeed,
    distributionSecret: seeds.distribution,
    code: asset.code,
    homeDomain: homeDomains[0],
  });
  // Before the gateways' first look at the ledger, as accounts that were there already.
  await Promise.all(
    channelSigners(seeds.channels).map(({ account }) => give(`${sandbox.url}/friendbot`, account)),
  );
  return {
    environment,
    sandboxUrl: sandbox.url,
    horizonUrl,
    ledger: openLoadLedger({
      horizonUrl,
      friendbotUrl: `${sandbox.url}/friendbot`,
      passphrase,
      code: asset.code,
      issuerSeed,
    }),
    async payIn(payment) {
      const answer = await fetch(`${sandbox.url}/bank/transfers`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ ...payment, currency: "USD" }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`Cannot pay in: the bank answers ${answer.status} ${text}`);
    },
    stop: () => sandbox.close(),
  };
}

/** Lets the friendbot make an account. */
async function give(friendbot: string, account: string): Promise<void> {
  const answer = await fetch(`${friendbot}?addr=${account}`);
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`Cannot make a channel: the friendbot answers ${answer.status}`);
}
