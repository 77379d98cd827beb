/**
 * `deno task chaos --kills N --seed S [--storage embedded|remote] [--processes N] [--channels N] [--points BEGINNING,…]
 * [--stories NAME,…]`: kills gateways with SIGKILL, at named points, after batches and at random instants, while transfers of every
 * kind are on their way; at the end compares bank, ledger and books. The last line says what was counted. Ends non-zero when a
 * unit is lost, or in two places.
 * @module
 */
import { runCampaign } from "./chaos/campaign.ts";
import { channelVariables } from "./chaos/channels.ts";
import { readOptions } from "./chaos/options.ts";
import { reportOf } from "./chaos/report.ts";
import { print } from "./gate/print.ts";
import { placeStorage } from "./load/storage.ts";

const options = readOptions(Deno.args);
if (typeof options === "string") {
  print(`Cannot kill: ${options}`);
  Deno.exit(2);
}
for (const name of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(name, () => Deno.exit(130));
const { kills, seed, processes, channels, points, stories } = options;
const storage = await placeStorage(options.storage);
const dataDir = await Deno.makeTempDir({ prefix: "kedge-chaos-" });
let code = 1;
try {
  print(`${kills} kills of ${processes} gateways on ${options.storage} storage, seed ${seed}`);
  const outcome = await runCampaign({
    kills,
    seed,
    processes,
    points,
    dataDir,
    variables: { ...storage.variables, ...channelVariables(channels) },
    databaseUrl: storage.variables["LIBSQL_URL"] ?? `file:${dataDir}/kedge.db`,
    ...(stories === undefined ? {} : { stories }),
  });
  print(...reportOf(outcome));
  code = outcome.faults.length === 0 ? 0 : 1;
} catch (error) {
  print(`CHAOS FAILED: ${error instanceof Error ? error.message : "nobody knows why"}`);
} finally {
  await storage.stop();
  await Deno.remove(dataDir, { recursive: true });
}
Deno.exit(code);
