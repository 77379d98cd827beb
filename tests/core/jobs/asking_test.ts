import assert from "node:assert/strict";
import { askingJob } from "../../../core/jobs/asking.ts";
import { closeAlarm, openAlarms } from "../../../core/records/alarms.ts";
import { moveClock } from "../../../core/records/clock.ts";
import { payAtBank } from "../../../core/bank/payouts.ts";
import { refundAtBank } from "../../../core/bank/refunds.ts";
import { apply } from "../../../core/transfers/record.ts";
import { scriptedRail } from "../bank/scripted-rail.ts";
import { moneyAtWork, ONE } from "../transfers/money-at-work.ts";

const DAY = 86_400_000;
const budget = { isSpent: () => false };

Deno.test("R-06-151 money that waits for data for a week is told to an operator, once, and waits on", async () => {
  using work = await moneyAtWork({
    judge: () =>
      Promise.resolve({
        clearance: { kind: "asks", tier: "heavy" },
        moved: { "day": 0n, "30 days": 0n },
        unchanged: [],
      }),
  });
  const job = askingJob(work.db);
  const early = await work.deposit();
  await work.pay(early, 100n * ONE);
  await moveClock(work.db, 2 * DAY);
  const late = await work.deposit();
  await work.pay(late, 100n * ONE);
  await moveClock(work.db, 5 * DAY - 60_000);
  assert.equal(await job.run(budget), 0);
  await moveClock(work.db, 120_000);
  assert.equal(await job.run(budget), 1);
  assert.deepEqual(await work.alarms(), ["transfer_asking:a_week"]);
  assert.ok(await closeAlarm(work.db, `transfer_asking:${early.id}:a_week`));
  await moveClock(work.db, 3 * DAY);
  assert.deepEqual([await job.run(budget), await job.run(budget)], [1, 0]);
  for (const transfer of [early, late]) assert.equal((await work.now(transfer)).state, "asking");
  await work.balances();
});

Deno.test("M-19 M-25 money that has been on its way back, or out, for a week is told to an operator, once", async () => {
  using work = await moneyAtWork({
    bank: scriptedRail({ becomes: "accepted" }),
    service: { amountRule: { kind: "refund" } },
  });
  const back = await work.deposit();
  await work.pay(back, 50n * ONE);
  await refundAtBank(work.refunding, back.id);
  const out = await work.fundedWithdrawal(100n * ONE);
  await payAtBank(work.paying, out.id);
  const trusting = await work.deposit();
  await work.pay(trusting, 100n * ONE);
  await apply(work.books, trusting.id, { type: "destination_waits", reason: "no_trustline" });
  const job = askingJob(work.db);
  assert.equal(await job.run(budget), 0);
  await moveClock(work.db, 7 * DAY + 1_000);
  assert.deepEqual([await job.run(budget), await job.run(budget)], [3, 0]);
  assert.deepEqual(await work.alarms(), Array.from({ length: 3 }, () => "transfer_waiting:a_week"));
  // Somebody has looked; another week on one of them waits still, and is told again.
  await apply(work.books, trusting.id, { type: "destination_ready" });
  const closed = await openAlarms(work.db, 10);
  for (const { id } of closed) assert.ok(await closeAlarm(work.db, id));
  await moveClock(work.db, 6 * DAY);
  assert.equal(await job.run(budget), 0);
  await moveClock(work.db, DAY + 1_000);
  assert.equal(await job.run(budget), 3);
  assert.equal((await openAlarms(work.db, 10)).length, 3);
});
