import assert from "node:assert/strict";
import { expireJob } from "../../../core/jobs/expire.ts";
import { closeAlarm, openAlarms } from "../../../core/records/alarms.ts";
import { moveClock } from "../../../core/records/clock.ts";
import { raiseHistoryAlarm } from "../../../core/stellar/history-alarm.ts";
import { apply } from "../../../core/transfers/record.ts";
import { moneyAtWork, ONE } from "../transfers/money-at-work.ts";

const budget = { isSpent: () => false };

Deno.test("R-06-142 R-06-151 M-29 what nobody pays in time ends by the database's clock, and what is paid does not", async () => {
  using work = await moneyAtWork();
  const [unpaid, paid, arriving] = [await work.deposit(), await work.deposit(), await work.deposit()];
  const kyc = await work.open({
    owner: { sub: "bob", account: "b", memo: null, muxedId: null, clientDomain: null },
  });
  await work.pay(paid, 100n * ONE);
  await work.pay(arriving, 100n * ONE, "soon", { state: "pending" });
  const job = expireJob(work.books);
  await moveClock(work.db, 3_590_000);
  assert.equal(await job.run(budget), 0);
  await moveClock(work.db, 11_000);
  assert.equal(await job.run({ isSpent: () => true }), 2);
  assert.equal((await work.now(unpaid)).state, "waiting");
  await Promise.all([job.run(budget), job.run(budget)]);
  const states = await Promise.all(
    [unpaid, kyc, paid, arriving].map(async (one) => (await work.now(one)).state),
  );
  assert.deepEqual(states, ["expired", "expired", "funded", "arriving"]);
  assert.equal(await job.run(budget), 0);
  await work.balances();
});

Deno.test("R-06-151 M-29 who paid in time while nobody read is found before the end, and what cannot be read ends nothing", async () => {
  using work = await moneyAtWork();
  const [paid, unpaid] = [await work.deposit(), await work.deposit()];
  const kyc = await work.open({
    owner: { sub: "bob", account: "b", memo: null, muxedId: null, clientDomain: null },
  });
  let isDown = true;
  const reader = {
    name: `rail:${work.bank.instance.name}`,
    everyMs: 1_000,
    run: async () => {
      if (isDown) throw new Error("the bank is down");
      return (await work.pay(paid, 100n * ONE)).kind === "booked" ? 1 : 0;
    },
  };
  const job = expireJob(work.books, [reader]);
  await moveClock(work.db, 3_601_000);
  const states = async () =>
    await Promise.all([paid, unpaid, kyc].map(async (one) => (await work.now(one)).state));
  assert.equal(await job.run(budget), 1);
  assert.deepEqual(await states(), ["waiting", "waiting", "expired"]);
  assert.equal(await job.run(budget), 0);
  isDown = false;
  await job.run(budget);
  assert.deepEqual(await states(), ["funded", "expired", "expired"]);
  await work.balances();
});

Deno.test("M-10 R-06-151 no withdrawal ends while the ledger's history is in doubt", async () => {
  using work = await moneyAtWork();
  await work.setKyc("alice", "accepted");
  const [withdrawal, deposit] = [await work.open({ kind: "withdrawal" }), await work.deposit()];
  assert.equal(withdrawal.state, "waiting");
  const job = expireJob(work.books, [{ name: "ledger", everyMs: 1_000, run: () => Promise.resolve(0) }]);
  await moveClock(work.db, 3_601_000);
  await raiseHistoryAlarm(work.db, { account: "G", position: 1n, version: 1n }, "history_gone");
  await job.run(budget);
  assert.deepEqual([(await work.now(withdrawal)).state, (await work.now(deposit)).state], [
    "waiting",
    "expired",
  ]);
  const [alarm] = await openAlarms(work.db, 1);
  await closeAlarm(work.db, alarm?.id ?? "");
  await job.run(budget);
  assert.equal((await work.now(withdrawal)).state, "expired");
});

Deno.test("M-17 money that comes after the end is kept with a link, and never credited", async () => {
  using work = await moneyAtWork();
  const late = await work.deposit();
  await apply(work.books, late.id, { type: "time_ran_out" });
  assert.deepEqual(await work.pay(late, 100n * ONE), { kind: "unmatched" });
  assert.equal((await work.now(late)).state, "expired");
  assert.equal((await work.balances()).suspense, -100n * ONE);
});
