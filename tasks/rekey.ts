/**
 * `deno task rekey`: seals everything anew with the first `DATA_KEY`, hashes it anew with the first `INDEX_KEY`, and says
 * which older key may be dropped (docs/keys.md). Gateways serve meanwhile. May be stopped, and run again.
 *
 * `--check` only counts. `--give-up ID` lets processes start without a key that is lost for good.
 *
 * Exit codes: 0 all stands under the first keys; 1 could not be done; 2 values did not open, or need a key that is not
 * configured; 3 values stand under an older key; 130 stopped.
 * @module
 */
import { stampOf } from "../core/gateway/stamp.ts";
import { giveUpKey } from "../core/keys/keys-in-use.ts";
import { checkKeys, rekey } from "../core/keys/rekey.ts";
import { type Database, RecordsUnavailable } from "../core/records/database.ts";
import { migrations } from "../core/records/migrations/mod.ts";
import { recordsProblems } from "../core/records/prove.ts";
import { createVault } from "../core/records/vault.ts";
import { print } from "./gate/print.ts";
import { openConfigured } from "./read-config.ts";
import { countOf, exitOf, progressLine, reportLines, unopenedLine } from "./rekey/report.ts";

/** A line for each so many rows of a large table. */
const ROWS_A_LINE = 20_000;
/** Values that do not open are named one by one, up to so many. */
const MOST_NAMED = 100;

const [command, keyId, ...more] = Deno.args;
const isKnown = command === undefined || (command === "--check" && keyId === undefined) ||
  (command === "--give-up" && /^[0-9a-f]{16}$/.test(keyId ?? "") && more.length === 0);
if (!isKnown) {
  print(
    "Cannot read the arguments: write nothing, --check, or --give-up and the id of a key (16 hex digits)",
  );
  Deno.exit(1);
}

let signalled = false;
const stop = () => {
  // A second signal does not wait for the batch.
  if (signalled) Deno.exit(130);
  signalled = true;
};
Deno.addSignalListener("SIGINT", stop);
Deno.addSignalListener("SIGTERM", stop);

const { environment, anchor, db } = await openConfigured("tasks/rekey.ts");
const code = await run(db).catch((error: unknown) => {
  if (!(error instanceof RecordsUnavailable)) throw error;
  print("stopped: the database does not answer in time; what is done is done, run the task again");
  return 1;
});
db.close();
Deno.exit(code);

async function run(db: Database): Promise<number> {
  const problems = await recordsProblems(db, { migrations, stamp: stampOf(environment, anchor) });
  if (problems.length > 0) {
    print(`Cannot use the database:\n- ${problems.join("\n- ")}`);
    return 1;
  }
  if (command === "--give-up") {
    const known = await giveUpKey(db, keyId ?? "");
    print(known ? `gave up ${keyId}: processes start without it` : `nothing asks for the key ${keyId}`);
    return known ? 0 : 1;
  }
  let named = 0;
  let told = 0;
  const walking = {
    db,
    vault: createVault({ dataKeys: environment.dataKeys, indexKeys: environment.indexKeys }),
    isStopped: () => signalled,
    unopened(value: Parameters<typeof unopenedLine>[0]) {
      if (++named <= MOST_NAMED) print(unopenedLine(value));
      else if (named === MOST_NAMED + 1) print("does not open: more, which are counted");
    },
    progress(progress: Parameters<typeof progressLine>[0]) {
      if (!progress.isOver && progress.looked - told < ROWS_A_LINE) return;
      told = progress.isOver ? 0 : progress.looked;
      print(progressLine(progress));
    },
  };
  const end = command === "--check" ? await checkKeys(walking) : await rekey(walking);
  for (const line of reportLines(end)) print(line);
  if (end.kind === "counted" && end.unopened > 0) print(`${countOf(end.unopened)} did not open`);
  return exitOf(end);
}
