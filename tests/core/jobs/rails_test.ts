import assert from "node:assert/strict";
import { budgetOf } from "../../../core/jobs/job.ts";
import { fileJobs, prepareJob, railJobs } from "../../../core/jobs/rails.ts";
import { payAtBank } from "../../../core/bank/payouts.ts";
import type { StatementPage } from "../../../plugins/bank-rail.ts";
import { bankOfFiles } from "../bank/bank-of-files.ts";
import { inbound, scriptedRail } from "../bank/scripted-rail.ts";
import { moneyAtWork, ONE } from "../transfers/money-at-work.ts";

const budget = () => budgetOf(10_000);

/** Ids that jobs told of. */
function listening() {
  const moved: string[] = [];
  const onMoved = (ids: readonly string[]) => {
    moved.push(...ids);
    return Promise.resolve();
  };
  return { moved, onMoved };
}

Deno.test("P10 a rail that can be polled has a job at its own pace, which rests until the rail is ready", async () => {
  using work = await moneyAtWork();
  const { instance } = work.bank;
  const mute = scriptedRail({ declares: { news: { webhook: true, pollEverySeconds: null, files: false } } });
  const { moved, onMoved } = listening();
  let isReady = false;
  const jobs = railJobs(work.receiving, [instance, mute.instance], onMoved, () => isReady);
  assert.deepEqual(jobs.map(({ name, everyMs }) => [name, everyMs]), [["rail:bank", 5_000]]);
  const [job] = jobs;
  assert.ok(job);
  const deposit = await work.deposit();
  const page = (next: string, more: boolean, ...rows: StatementPage["inbound"]): StatementPage => ({
    inbound: rows,
    payouts: [],
    otherDebits: [],
    next,
    more,
  });
  work.bank.pages = [
    page("v1:1", true),
    page("v1:2", false, inbound("in-1", 100n * ONE, { match: { reference: deposit.reference ?? "" } })),
    page("v1:2", false),
  ];
  assert.equal(await job.run(budget()), 0);
  assert.deepEqual(moved, []);
  isReady = true;
  assert.equal(await job.run(budget()), 0);
  assert.deepEqual(moved, [deposit.id]);
  assert.equal((await work.now(deposit)).state, "funded");
  // A budget that ends between two pages asks for another run, which goes on there.
  work.bank.pages.push(page("v1:4", true), page("v1:5", false));
  work.bank.pages[2] = page("v1:3", true);
  assert.equal(await job.run({ isSpent: () => true }), 1);
  assert.equal(await job.run(budget()), 0);
});

Deno.test("P10 M-15 a rail of files has a job that reads statements and then writes payouts", async () => {
  await using bank = await bankOfFiles();
  using work = await moneyAtWork({ bank: bank.asScript });
  const { moved, onMoved } = listening();
  const [job, ...others] = fileJobs(
    work.receiving,
    work.paying,
    [scriptedRail({ name: "other" }).instance, bank.instance],
    onMoved,
  );
  assert.ok(job && others.length === 0);
  assert.equal(job.name, "files:bank");
  const deposit = await work.deposit();
  await bank.payIn(deposit.reference ?? "", 100n * ONE);
  await bank.tell(1);
  const withdrawal = await work.fundedWithdrawal(50n * ONE, {
    owner: { sub: "bob", account: "bob", memo: null, muxedId: null, clientDomain: null },
  });
  await payAtBank(work.paying, withdrawal.id);
  await job.run(budget());
  assert.deepEqual(moved, [deposit.id]);
  assert.equal((await bank.written()).flat().length, 1);
  await job.run(budget());
  assert.deepEqual(moved, [deposit.id]);
  assert.equal((await bank.written()).length, 1);
});

Deno.test("modules are asked to make themselves ready until they are, and never after that", async () => {
  const asked: string[] = [];
  const ready: string[] = [];
  let isUp = false;
  const job = prepareJob([
    { name: "quick", prepare: () => Promise.resolve(asked.push("quick") > 0) },
    { name: "slow", prepare: () => Promise.resolve(asked.push("slow") > 0 && isUp) },
  ], (name) => void ready.push(name));
  await job.run({ isSpent: () => true });
  assert.deepEqual(asked, []);
  await job.run(budget());
  await job.run(budget());
  isUp = true;
  await job.run(budget());
  await job.run(budget());
  assert.deepEqual(asked, ["quick", "slow", "slow", "slow"]);
  assert.deepEqual(ready, ["quick", "slow"]);
});

Deno.test("a module that throws while it makes itself ready holds up no other", async () => {
  const ready: string[] = [];
  let isBroken = true;
  const job = prepareJob([
    { name: "broken", prepare: () => isBroken ? Promise.reject(new Error("away")) : Promise.resolve(true) },
    { name: "sound", prepare: () => Promise.resolve(true) },
  ], (name) => void ready.push(name));
  await assert.rejects(job.run(budget()), AggregateError);
  assert.deepEqual(ready, ["sound"]);
  isBroken = false;
  await job.run(budget());
  assert.deepEqual(ready, ["sound", "broken"]);
});
