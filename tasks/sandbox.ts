/**
 * `deno task sandbox`: the sandbox alone, so that gateways in other processes can be pointed at it: its ledger by
 * `HORIZON_URL`, its bank and KYC bureau by their address. Listens on `SANDBOX_PORT` (8100).
 * @module
 */
import { loadEnvironment } from "../core/config/environment.ts";
import { describeMistakes } from "../core/config/mistakes.ts";
import { sandboxKey } from "../core/gateway/stamp.ts";
import { startSandbox } from "../sandbox/mod.ts";
import { untilStopped } from "./until-stopped.ts";

const say = (text: string) => void Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));

const environment = await loadEnvironment(Deno.env.toObject());
if (!environment.ok) {
  say(describeMistakes(environment.mistakes));
  Deno.exit(1);
}
const { passphrase, seeds, asset, homeDomains, storage, webhookSecret } = environment.value;
const { sandboxDatabaseUrl, dataDir } = storage;
if (sandboxDatabaseUrl === null) {
  say("Cannot start the sandbox here: set SANDBOX_LIBSQL_URL, the disk does not last");
  Deno.exit(1);
}
await Deno.mkdir(dataDir, { recursive: true });
const sandbox = await startSandbox({
  databaseUrl: sandboxDatabaseUrl,
  ledger: { passphrase, closeEvery: 1000 },
  key: sandboxKey(webhookSecret),
  port: Number(Deno.env.get("SANDBOX_PORT") ?? "8100"),
});
if (seeds.sandboxIssuer !== null) {
  await sandbox.seed({
    issuerSecret: seeds.sandboxIssuer,
    distributionSecret: seeds.distribution,
    code: asset.code,
    amount: "100000000",
    homeDomain: homeDomains[0],
  });
}
say(`The sandbox answers at ${sandbox.url}`);
say(`  Horizon    ${sandbox.url}/horizon`);
say(`  friendbot  ${sandbox.url}/friendbot?addr=G...`);
say(`  bank       ${sandbox.url}/bank/transfers`);
await untilStopped({ stop: sandbox.close });
