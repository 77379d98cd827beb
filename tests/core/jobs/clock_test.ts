import { deepEqual } from "node:assert/strict";
import { budgetOf } from "../../../core/jobs/job.ts";
import { clockJob } from "../../../core/jobs/clock.ts";
import { closeAlarm, openAlarms } from "../../../core/records/alarms.ts";
import { moveClock } from "../../../core/records/clock.ts";
import { openDatabase } from "../../../core/records/database.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { inMemory } from "../records/memory.ts";

/** Subjects of the alarms after a run with the clocks off by so many milliseconds. */
async function alarmed(off: { database?: number; ledger?: number }): Promise<unknown[]> {
  const db = await openDatabase({ url: ":memory:", onDeploy: false });
  try {
    await migrate(db, migrations);
    await moveClock(db, off.database ?? 0);
    const closedAt = Math.floor((Date.now() + (off.ledger ?? 0)) / 1000);
    const horizon = { latestLedger: () => Promise.resolve({ ...LEDGER, closedAt }) };
    const job = clockJob({ db, horizon });
    await job.run(budgetOf(1000));
    await job.run(budgetOf(1000));
    const rows = await db.query({
      sql: "select subject from alarms where kind = 'clock_differs' order by subject",
    });
    return rows.map(({ subject }) => subject);
  } finally {
    db.close();
  }
}

Deno.test("M-29 a clock that still differs after somebody has closed its alarm is told again", async () => {
  using db = await inMemory();
  const closedAt = Math.floor(Date.now() / 1000) - 40;
  const job = clockJob({ db, horizon: { latestLedger: () => Promise.resolve({ ...LEDGER, closedAt }) } });
  for (let round = 0; round < 2; round++) {
    await job.run(budgetOf(1000));
    const [alarm, ...others] = await openAlarms(db, 10);
    deepEqual([alarm?.subject, others], ["ledger", []]);
    deepEqual(await closeAlarm(db, alarm?.id ?? ""), true);
  }
});

const LEDGER = { sequence: 1, hash: "0".repeat(64), closedAt: 0, baseFee: 100n, baseReserve: 5_000_000n };

Deno.test("M-29 a difference of more than 30 s to the database's or the ledger's clock raises an alarm, once", async () => {
  deepEqual(await alarmed({}), []);
  deepEqual(await alarmed({ database: 20_000, ledger: -20_000 }), []);
  deepEqual(await alarmed({ database: 40_000 }), ["database"]);
  deepEqual(await alarmed({ ledger: -40_000 }), ["ledger"]);
  deepEqual(await alarmed({ database: -40_000, ledger: 40_000 }), ["database", "ledger"]);
});
