/**
 * `deno task load --minutes M --share S [--storage embedded|remote] [--processes N]`: finds how much mixed traffic a gateway
 * keeps pace with, lets it serve that share of it for that long, and judges: no error, no growth of memory, latency at the
 * end as at the beginning, books that agree. Ends non-zero when one of these is not so.
 * @module
 */
import { loadWith } from "./load/run.ts";
import { readOptions } from "./load/options.ts";
import { print } from "./gate/print.ts";

const options = readOptions(Deno.args);
if (typeof options === "string") {
  print(`Cannot load: ${options}`);
  Deno.exit(2);
}
for (const name of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(name, () => Deno.exit(130));
try {
  Deno.exit(await loadWith(options, print) ? 0 : 1);
} catch (error) {
  print(`LOAD FAILED: ${error instanceof Error ? error.message : "nobody knows why"}`);
  Deno.exit(1);
}
