/**
 * `deno task alarms`: what only a person can settle, one line each; `deno task alarms close ID` closes one, and what
 * rested because of it (payouts of an asset, watching the ledger) goes on.
 * @module
 */
import { settleAlarm } from "../core/operators/settle-alarm.ts";
import { openAlarms } from "../core/records/alarms.ts";
import { print } from "./gate/print.ts";
import { openRecordsAlone } from "./open-records.ts";

const db = await openRecordsAlone("tasks/alarms.ts");
const [command, id] = Deno.args;
let code = 0;
if (command === "close" && id !== undefined) {
  const settled = await settleAlarm({ db, actor: "task:alarms" }, id);
  print(
    {
      closed: `closed ${id}`,
      unknown: `Cannot close ${id}: no such alarm is open`,
      unexplained: `Cannot close ${id}: explain the debit first, by POST /operator/debits/ID/explain`,
      undecided: `Cannot close ${id}: have the ledger asked again, by POST /operator/envelopes/ID/decide`,
    }[settled],
  );
  code = settled === "closed" ? 0 : 1;
} else {
  const open = await openAlarms(db, 200);
  for (const { id, raisedMs } of open) print(`${new Date(raisedMs).toISOString()}  ${id}`);
  print(
    open.length === 0 ? "no alarm is open" : `${open.length} open; close one with: deno task alarms close ID`,
  );
}
db.close();
Deno.exit(code);
