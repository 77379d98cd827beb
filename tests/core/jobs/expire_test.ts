import assert from "node:assert/strict";
import { expireJob } from "../../../core/jobs/expire.ts";
import { closeAlarm, openAlarms } from "../../../core/records/alarms.ts";
import { repeatable } from "../../../core/records/database.ts";
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

Deno.test("R-06-142 a bank that cannot be read takes no other's turn, however many of its deposits are due", async () => {
  using work = await moneyAtWork();
  const waiting = await work.deposit();
  const copy = "waiting_copies";
  // Two hundred more of that bank, due before the one that is to end.
  await work.db.write([
    { sql: `create temp table ${copy} as select * from transfers where id = ?`, args: [waiting.id] },
  ], repeatable);
  for (let n = 0; n < 200; n++) {
    await work.db.write([
      {
        sql: `update ${copy} set id = ?, reference = ?, expires_ms = expires_ms - 1`,
        args: [`copy${n}`.padEnd(26, "x"), `REF${n}`],
      },
      { sql: `insert into transfers select * from ${copy}` },
    ], repeatable);
  }
  const kyc = await work.open({
    owner: { sub: "bob", account: "b", memo: null, muxedId: null, clientDomain: null },
  });
  const down = () => Promise.reject(new Error("the bank is down"));
  const job = expireJob(work.books, [{
    name: `rail:${work.bank.instance.name}`,
    everyMs: 1_000,
    run: down,
  }]);
  await moveClock(work.db, 3_601_000);
  assert.equal(await job.run(budget), 1);
  assert.deepEqual([(await work.now(kyc)).state, (await work.now(waiting)).state], ["expired", "waiting"]);
});

Deno.test("R-06-151 what runs out while a bank is read ends after its own reading", async () => {
  using work = await moneyAtWork();
  const [first, second] = [await work.deposit(), await work.deposit()];
  const expire = (id: string) => ({ sql: "update transfers set expires_ms = 1 where id = ?", args: [id] });
  await work.db.write([expire(first.id)], repeatable);
  const reader = {
    name: `rail:${work.bank.instance.name}`,
    everyMs: 1_000,
    run: async () => {
      // It runs out at this moment, and its money is told right after.
      const ms = "cast(unixepoch('subsec') * 1000 as integer) + 50";
      await work.db.write([{
        sql: `update transfers set expires_ms = ${ms} where id = ?`,
        args: [second.id],
      }], repeatable);
      await new Promise((resolve) => setTimeout(resolve, 60));
      return 0;
    },
  };
  assert.equal(await expireJob(work.books, [reader]).run(budget), 1);
  assert.deepEqual([(await work.now(first)).state, (await work.now(second)).state], ["expired", "waiting"]);
});

Deno.test("M-10 R-06-151 no withdrawal ends while the ledger's history is in doubt", async () => {
  using work = await moneyAtWork();
  await work.setKyc("alice", "accepted");
  const [withdrawal, deposit] = [await work.open({ kind: "withdrawal" }), await work.deposit()];
  assert.equal(withdrawal.state, "waiting");
  const job = expireJob(work.books, [{ name: "ledger", everyMs: 1_000, run: () => Promise.resolve(0) }]);
  await moveClock(work.db, 3_601_000);
  await raiseHistoryAlarm(work.db, "G", "history_gone", 1n);
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
