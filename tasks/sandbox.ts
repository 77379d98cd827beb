/**
 * `deno task sandbox`: the sandbox alone, so that gateways in other processes can use its ledger by `HORIZON_URL`.
 * Listens on `SANDBOX_PORT` (8100).
 * @module
 */
import { loadEnvironment } from "../core/config/environment.ts";
import { describeMistakes } from "../core/config/mistakes.ts";
import { sandboxKey } from "../core/gateway/stamp.ts";
import { startSandbox } from "../sandbox/mod.ts";
import { print } from "./gate/print.ts";
import { untilStopped } from "./until-stopped.ts";

const environment = await loadEnvironment(Deno.env.toObject());
if (!environment.ok) {
  print(describeMistakes(environment.mistakes));
  Deno.exit(1);
}
const { passphrase, seeds, asset, homeDomains, storage, webhookSecret } = environment.value;
const { sandboxDatabaseUrl, dataDir } = storage;
if (sandboxDatabaseUrl === null) {
  print("Cannot start the sandbox: leave SANDBOX_URL out, it names one that runs elsewhere");
  Deno.exit(1);
}
const port = Number(Deno.env.get("SANDBOX_PORT") ?? "8100");
if (!Number.isInteger(port) || port < 1 || port > 65_535) {
  print("SANDBOX_PORT: write a port from 1 to 65535");
  Deno.exit(1);
}
await Deno.mkdir(dataDir, { recursive: true });
const sandbox = await startSandbox({
  databaseUrl: sandboxDatabaseUrl,
  ledger: { passphrase, closeEvery: 1000 },
  key: sandboxKey(webhookSecret),
  port,
});
if (seeds.sandboxIssuer !== null) {
  await sandbox.seed({
    issuerSecret: seeds.sandboxIssuer,
    distributionSecret: seeds.distribution,
    code: asset.code,
    homeDomain: homeDomains[0],
  });
}
print(`The sandbox answers at ${sandbox.url}`);
print(`  Horizon    ${sandbox.url}/horizon`);
print(`  friendbot  ${sandbox.url}/friendbot?addr=G...`);
print(`  bank       ${sandbox.url}/bank/transfers`);
await untilStopped({ stop: sandbox.close });
