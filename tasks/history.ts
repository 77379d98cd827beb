/**
 * `deno task history`: whether the ledger's history still fits what this database has read (M-10);
 * `deno task history skip LEDGER` goes on after a ledger that it named. Ends with 1 while something does not fit.
 * @module
 */
import { ownAccountsOf } from "../core/gateway/own-accounts.ts";
import { watchedAccounts } from "../core/stellar/accounts.ts";
import type { HistoryFault } from "../core/stellar/history-alarm.ts";
import { type HistoryReport, reportHistory, skipHistory } from "../core/stellar/history-skip.ts";
import { createHorizon, HorizonUnavailable } from "../core/stellar/horizon.ts";
import { print } from "./gate/print.ts";
import { openConfigured } from "./read-config.ts";

/** Milliseconds that Horizon may take. */
const TIMEOUT_MS = 10_000;

const WHY: Readonly<Record<HistoryFault, string>> = {
  history_gone: "what comes next is older than what this Horizon keeps",
  history_shorter: "it is ahead of the latest ledger: the network began anew, or this is another one",
  history_other:
    "under a number that was read stands another ledger: the network began anew, or this is another one",
};

const [command, ledger = ""] = Deno.args;
const { environment, anchor, sandboxUrl, db } = await openConfigured("tasks/history.ts");
const { passphrase } = environment;
const url = environment.horizonUrl ?? `${sandboxUrl}/horizon`;
const horizon = createHorizon({ url, passphrase, timeoutMs: TIMEOUT_MS });
const accounts = watchedAccounts(ownAccountsOf(environment, anchor));
let fits = false;
try {
  fits = command === "skip" ? await skip() : describe(await reportHistory(db, horizon, accounts));
} catch (error) {
  if (!(error instanceof HorizonUnavailable)) throw error;
  print(`Horizon gives no answer to rest on at ${url} (${error.trouble}).`);
}
db.close();
Deno.exit(fits ? 0 : 1);

function describe({ root, chain, places, goesOnAfter }: HistoryReport): boolean {
  print(`Horizon keeps ledgers ${root.elderLedger} to ${root.latestLedger}.`);
  if (chain !== null) print(`The ledger that is remembered: ${WHY[chain]}.`);
  for (const { cursor, ledger, fault } of places) {
    print(`${cursor.account} is read up to ledger ${ledger}${fault === null ? "." : `: ${WHY[fault]}.`}`);
  }
  if (goesOnAfter === null) {
    print("All of it fits. What rested goes on when its alarm is closed: deno task alarms");
    return true;
  }
  print(
    "Nothing is read and nothing is paid out meanwhile. Where another Horizon keeps what is missing, set",
    "HORIZON_URL to it and close the alarm (deno task alarms). Where none does, what happened on these accounts in",
    "between has to be compared by hand; an alarm for each account says which ledgers:",
    `  deno task history skip ${goesOnAfter}`,
  );
  return false;
}

async function skip(): Promise<boolean> {
  if (!/^\d{1,9}$/.test(ledger)) {
    print("Cannot skip: write the ledger that deno task history names");
    return false;
  }
  const skipped = await skipHistory(db, horizon, accounts, Number(ledger), "task:history");
  switch (skipped.kind) {
    case "skipped":
      print(`Reading goes on after ledger ${ledger}; what nobody has read is said by deno task alarms.`);
      return true;
    case "fits":
      print("There is nothing to skip: all of it fits.");
      return true;
    case "other_ledger":
      print(`Cannot skip to ledger ${ledger}: look again with deno task history.`);
      return false;
    case "stale":
      print("Cannot skip: something was read meanwhile. Look again with deno task history.");
      return false;
  }
}
