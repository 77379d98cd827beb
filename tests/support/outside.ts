/**
 * The sandbox outside of the gateways under test: it lives in the test's own process, so that a gateway that is killed,
 * doubled or started again never takes the bank and the ledger along.
 * @module
 */
import { loadEnvironment } from "../../core/config/environment.ts";
import type { Environment } from "../../core/config/environment.ts";
import { sandboxKey } from "../../core/gateway/stamp.ts";
import { type Sandbox, startSandbox } from "../../sandbox/mod.ts";

/** A sandbox and the folder whose secrets it shares with the gateways. */
export interface Outside {
  readonly sandbox: Sandbox;
  readonly environment: Environment;
  readonly dataDir: string;
  readonly horizonUrl: string;
  readonly stop: () => Promise<void>;
}

/** How often its ledger closes, in milliseconds, when nothing else is said. */
const CLOSE_EVERY = 40;

/** Starts the sandbox with a folder of its own, or in one that is kept; `variables` are those of the gateways. */
export async function startOutside(
  variables: Readonly<Record<string, string>> = {},
  options: { readonly dataDir?: string; readonly closeEvery?: number | "on submit" | "on demand" } = {},
): Promise<Outside> {
  const dataDir = options.dataDir ?? await Deno.makeTempDir({ prefix: "kedge-" });
  const loaded = await loadEnvironment({ DATA_DIR: dataDir, ...variables });
  if (!loaded.ok) throw new Error(`Cannot load the environment: ${JSON.stringify(loaded.mistakes)}`);
  const environment = loaded.value;
  const sandbox = await startSandbox({
    databaseUrl: `file:${dataDir}/outside.db`,
    ledger: { passphrase: environment.passphrase, closeEvery: options.closeEvery ?? CLOSE_EVERY },
    key: sandboxKey(environment.webhookSecret),
  });
  const { seeds, asset, homeDomains } = environment;
  if (seeds.sandboxIssuer !== null) {
    await sandbox.seed({
      issuerSecret: seeds.sandboxIssuer,
      distributionSecret: seeds.distribution,
      code: asset.code,
      amount: "100000000",
      homeDomain: homeDomains[0],
    });
  }
  return {
    sandbox,
    environment,
    dataDir,
    horizonUrl: sandbox.horizonUrl ?? "",
    async stop() {
      await sandbox.close();
      if (options.dataDir === undefined) await Deno.remove(dataDir, { recursive: true });
    },
  };
}
