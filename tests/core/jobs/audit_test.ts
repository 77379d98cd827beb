import assert from "node:assert/strict";
import { auditJob } from "../../../core/jobs/audit.ts";
import { budgetOf, type Job } from "../../../core/jobs/job.ts";
import type { LogFields } from "../../../core/log.ts";
import { enter, readHeads } from "../../../core/records/audit.ts";
import { moveClock } from "../../../core/records/clock.ts";
import { inMemory } from "../records/memory.ts";

const HOUR = 3_600_000;

Deno.test("M-28 M-29 the head of each chain goes into the log once an hour by the database's clock, whoever ticks", async () => {
  using db = await inMemory();
  const told: LogFields[] = [];
  const jobOf = () =>
    auditJob({
      db,
      log: (level, event, fields = {}) => {
        assert.deepEqual([level, event], ["info", "audit.head"]);
        told.push(fields);
      },
    });
  const tick = async (job: Job) => {
    if (await job.isDue?.()) await job.run(budgetOf(1_000));
  };
  const [one, other] = [jobOf(), jobOf()];
  await tick(one);
  assert.deepEqual(told.map(({ chain, sequence }) => [chain, sequence]), [["actions", 0], ["views", 0]]);
  await enter(db, "actions", { actor: "olga", action: "alarm.close", subject: "x" });
  for (const job of [one, other, jobOf()]) await tick(job);
  await moveClock(db, HOUR - 60_000);
  for (const job of [one, other]) await tick(job);
  // A run that was due when its lease was taken, and is no more, tells nothing either.
  await one.run(budgetOf(1_000));
  assert.equal(told.length, 2);
  await moveClock(db, 61_000);
  for (const job of [one, other]) await tick(job);
  const heads = await readHeads(db);
  assert.deepEqual(told.slice(2), heads.map(({ chain, sequence, hash }) => ({ chain, sequence, hash })));
  assert.deepEqual(heads.map(({ sequence }) => sequence), [1, 0]);
});
