/** A process that enters acts into the audit log: database URL, its name, how many. */
import { enter } from "../../../core/records/audit.ts";
import { openDatabase } from "../../../core/records/database.ts";

const [url = "", actor = "", times = ""] = Deno.args;
const db = await openDatabase({ url, onDeploy: false });
for (let n = 1; n <= Number(times); n++) {
  await enter(db, "actions", { actor, action: "alarm.close", subject: `subject:${n}` });
}
db.close();
