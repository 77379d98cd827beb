/**
 * `deno task bench`: what requests, records, a start and memory cost, each as a ratio to something bare that was measured
 * in the same run. Names of sections run those alone; `--rounds N` measures more often, `--transfers N` fills the big
 * database with so many. Nothing here fails by time.
 * @module
 */
import { readArguments } from "./bench/arguments.ts";
import { createReport } from "./bench/report.ts";
import { SECTIONS } from "./bench/sections.ts";
import { print } from "./gate/print.ts";

const asked = readArguments(Deno.args, [...SECTIONS.keys()]);
if (!asked.ok) {
  print(asked.says);
  Deno.exit(1);
}
const report = createReport(print);
for (const [name, section] of SECTIONS) {
  if (asked.names.includes(name)) await section(report, asked.options);
}
report.end();
