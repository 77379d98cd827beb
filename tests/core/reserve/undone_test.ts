import assert from "node:assert/strict";
import { reserveJob } from "../../../core/jobs/reserve.ts";
import { ledgerJob } from "../../../core/jobs/ledger.ts";
import { closeAlarm, openAlarms } from "../../../core/records/alarms.ts";
import { lastReading } from "../../../core/reserve/readings.ts";
import { ownership, payingAccounts } from "../../../core/stellar/accounts.ts";
import { raiseHistoryAlarm } from "../../../core/stellar/history-alarm.ts";
import { failed } from "../../../plugins/outcome.ts";
import { ledgerWorld } from "../stellar/ledger-world.ts";
import { reserveWorld } from "./reserve-world.ts";

const forever = { isSpent: () => false };

Deno.test("M-26 a bank that takes all the time to answer keeps nobody's reserve from being read", async () => {
  await using world = await ledgerWorld();
  using work = await reserveWorld(world);
  const read = Promise.withResolvers<void>();
  let isSpent = false;
  const slow = {
    ...work.instance,
    name: "slow",
    rail: {
      ...work.instance.rail,
      readBalance: async () => {
        const late = Promise.withResolvers<void>();
        const timer = setTimeout(late.resolve, 2_000);
        // The time that a call may take is all that a run has.
        await Promise.race([read.promise, late.promise]);
        clearTimeout(timer);
        isSpent = true;
        return failed("unavailable");
      },
    },
  };
  const ledger = ledgerJob({
    db: work.db,
    horizon: world.horizon,
    accounts: payingAccounts(work.own),
    isOurs: ownership(work.own),
    receiving: work.ledgerReceiving,
    onMoved: () => Promise.resolve(),
  });
  const job = reserveJob({
    reserve: work.options,
    rails: () => [slow, work.instance],
    horizon: world.horizon,
    accounts: payingAccounts(work.own),
    reading: [{
      ...ledger,
      run: async (budget) => {
        const done = await ledger.run(budget);
        read.resolve();
        return done;
      },
    }],
  });
  await job.run({ isSpent: () => isSpent });
  assert.equal((await lastReading(work.db))?.number, 1);
});

Deno.test("M-26 M-10 while the ledger's history does not fit, nothing is published of a ledger that nobody read", async () => {
  await using world = await ledgerWorld();
  using work = await reserveWorld(world);
  await raiseHistoryAlarm(work.db, work.own.distribution, "history_gone", 1);
  await work.job.run(forever);
  assert.equal(await lastReading(work.db), null);
  const [alarm] = await openAlarms(work.db, 1);
  await closeAlarm(work.db, alarm?.id ?? "");
  assert.equal((await work.read()).number, 1);
});
