/**
 * The outside world of a bench: ledger, bank and bureau in a process of their own, with the secrets of the gateway's folder.
 * @module
 */
import { loadEnvironment } from "../../core/config/environment.ts";
import { sandboxKey } from "../../core/gateway/stamp.ts";
import { startSandbox } from "../../sandbox/mod.ts";
import { untilStopped } from "../until-stopped.ts";
import { sayReady } from "./child.ts";

const loaded = await loadEnvironment(Deno.env.toObject());
if (!loaded.ok) throw new Error(`Cannot start the world: ${JSON.stringify(loaded.mistakes)}`);
const { passphrase, seeds, asset, homeDomains, storage, webhookSecret } = loaded.value;
const sandbox = await startSandbox({
  databaseUrl: `file:${storage.dataDir}/world.db`,
  ledger: { passphrase, closeEvery: 1000 },
  key: sandboxKey(webhookSecret),
});
if (seeds.sandboxIssuer !== null) {
  await sandbox.seed({
    issuerSecret: seeds.sandboxIssuer,
    distributionSecret: seeds.distribution,
    code: asset.code,
    homeDomain: homeDomains[0],
  });
}
sayReady({ sandboxUrl: sandbox.url, horizonUrl: sandbox.horizonUrl });
await untilStopped({ stop: sandbox.close });
