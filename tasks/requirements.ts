/**
 * `deno task requirements`: what of `docs/requirements/` has a test that ran and passed in the last report.
 *
 * Names of lists show these line by line (`deno task requirements sep-10`). `--require sep-01,sep-10,M-1` fails when
 * a MUST of these lists, or one of these ids, is neither covered nor left out with a reason in `left-out.json`.
 */
import { z } from "zod";
import { coverage } from "./gate/coverage.ts";
import { readReport, tally, tallyLine } from "./gate/junit.ts";
import { detailOf, overviewOf, unmet } from "./gate/overview.ts";
import { print } from "./gate/print.ts";
import { readLists } from "./gate/requirement-lists.ts";
import { REPORT } from "./gate/suite.ts";

const FOLDER = "docs/requirements";
const { names, required } = readArguments(Deno.args);
Deno.exit(
  await show().catch((error: unknown) => {
    print(error instanceof Error ? error.message : String(error));
    return 1;
  }),
);

async function show(): Promise<number> {
  const lists = await readLists(FOLDER);
  const unknown = names.filter((name) => !lists.some((list) => list.name === name));
  if (unknown.length > 0) throw new RangeError(`Cannot show ${unknown.join(", ")}: there is no such list`);
  const { cases, written } = await lastReport();
  const counted = coverage(lists, cases, await leftOut());
  for (const list of lists) {
    if (names.length > 0 && !names.includes(list.name)) continue;
    print(...overviewOf(list, counted), ...(names.length > 0 ? detailOf(list, counted) : []));
  }
  print(`counted in ${REPORT} of ${written}: ${tallyLine(tally(cases, 0))}`);
  const missing = unmet(required, lists, counted);
  const faults = [
    ...counted.faults,
    ...(missing.length > 0 ? [`required, and neither covered nor left out: ${missing.join(" ")}`] : []),
  ];
  print(...faults.map((fault) => `fault: ${fault}`));
  return faults.length > 0 ? 1 : 0;
}

async function lastReport() {
  try {
    const cases = readReport(await Deno.readTextFile(REPORT));
    const { mtime } = await Deno.stat(REPORT);
    if (cases) return { cases, written: mtime?.toISOString() ?? "an unknown time" };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  throw new Error(`Cannot count: there is no report in ${REPORT}; run deno task test first`);
}

async function leftOut(): Promise<Record<string, string>> {
  const text = await Deno.readTextFile(`${FOLDER}/left-out.json`);
  return z.record(z.string(), z.string()).parse(JSON.parse(text));
}

function readArguments(given: string[]): { names: string[]; required: string[] } {
  const names: string[] = [];
  const required: string[] = [];
  for (let at = 0; at < given.length; at++) {
    const argument = given[at] ?? "";
    if (argument === "--require") required.push(...(given[++at] ?? "").split(","));
    else if (argument.startsWith("--require=")) required.push(...argument.slice(10).split(","));
    else names.push(argument);
  }
  return { names, required: required.filter((one) => one !== "") };
}
