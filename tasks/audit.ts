/**
 * `deno task audit`: what operators did last, one line each. `--check` walks both chains of the audit log from their
 * beginnings and names the first break (M-28). Each head that a kept statement of the reserve names has to be that of an
 * entry still, and so has each hash behind `--check`: heads that the log, or a statement that was taken elsewhere, told of.
 *
 * Exit codes: 0 whole; 1 could not be done; 2 broken.
 * @module
 */
import { CHAINS, lastEntries } from "../core/records/audit.ts";
import { type Break, checkChain } from "../core/records/audit-check.ts";
import type { Database } from "../core/records/database.ts";
import { toldHeads } from "../core/reserve/readings.ts";
import { print } from "./gate/print.ts";
import { openRecordsAlone } from "./open-records.ts";

const LINES = 50;

const SAYS: Readonly<Record<Break, string>> = {
  missing: "it is not there",
  changed: "it was changed after it was written",
  unlinked: "it does not follow from the entry before it",
  not_the_head: "it is not the entry that the head names",
  behind_the_head: "it stands behind the last entry that the head names",
  head_missing: "the chain has no head",
};

const [command, ...hashes] = Deno.args;
const isKnown = command === undefined ||
  (command === "--check" && hashes.every((hash) => /^[0-9a-f]{64}$/.test(hash)));
if (!isKnown) {
  print("Cannot read the arguments: write nothing, or --check and hashes of heads (64 hex digits each)");
  Deno.exit(1);
}
const db = await openRecordsAlone("tasks/audit.ts");
const code = command === undefined ? await list(db) : await check(db, new Set(hashes));
db.close();
Deno.exit(code);

async function list(db: Database): Promise<number> {
  const entries = await lastEntries(db, "actions", LINES);
  for (const { atMs, sequence, actor, action, subject } of entries.reverse()) {
    print(`${new Date(atMs).toISOString()}  ${sequence}  ${actor}  ${action}  ${subject}`);
  }
  if (entries.length === 0) print("nothing has been done yet");
  return 0;
}

async function check(db: Database, given: ReadonlySet<string>): Promise<number> {
  let code = 0;
  const known = given.union(await toldHeads(db));
  const unseen = new Set(known);
  for (const chain of CHAINS) {
    const checked = await checkChain(db, chain, known);
    if (checked.kind === "broken") {
      print(`${chain}: broken at entry ${checked.sequence}: ${SAYS[checked.why]}`);
      code = 2;
      continue;
    }
    for (const hash of checked.found) unseen.delete(hash);
    print(`${chain}: whole, ${checked.entries} entries, head ${checked.hash}`);
  }
  // Behind a break nobody looked.
  if (code !== 0) return code;
  for (const hash of unseen) {
    const teller = given.has(hash) ? "" : ", though a statement of the reserve told of it";
    print(`${hash}: no entry has this hash${teller}; a chain was written anew, or put back`);
  }
  return unseen.size > 0 ? 2 : 0;
}
