import { deepEqual, equal } from "node:assert/strict";
import { closeAlarm, openAlarms, raiseAlarm } from "../../../core/records/alarms.ts";
import { openDatabase, repeatable } from "../../../core/records/database.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";

Deno.test("an alarm is open once, however often it is raised, until a person closes it", async () => {
  const db = await openDatabase({ url: ":memory:", onDeploy: false });
  try {
    await migrate(db, migrations);
    const raise = () => db.write([raiseAlarm("statement_debit", "bank:1", "USD")], repeatable);
    await raise();
    await raise();
    const [alarm, ...others] = await openAlarms(db, 10);
    deepEqual([alarm?.kind, alarm?.subject, alarm?.detail, others.length], [
      "statement_debit",
      "bank:1",
      "USD",
      0,
    ]);
    equal(await closeAlarm(db, alarm?.id ?? ""), true);
    equal(await closeAlarm(db, alarm?.id ?? ""), false, "it is closed by now");
    equal(await closeAlarm(db, "nobody:raised:this"), false);
    deepEqual(await openAlarms(db, 10), []);
    await raise();
    deepEqual(await openAlarms(db, 10), [], "what a person has settled is not raised again");
  } finally {
    db.close();
  }
});
