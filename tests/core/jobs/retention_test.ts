import assert from "node:assert/strict";
import { budgetOf } from "../../../core/jobs/job.ts";
import { retentionJob } from "../../../core/jobs/retention.ts";
import { checkBooks } from "../../../core/money/equation.ts";
import { settleAlarm } from "../../../core/operators/settle-alarm.ts";
import { raiseAlarm, raiseAlarmAnew } from "../../../core/records/alarms.ts";
import { lastEntries } from "../../../core/records/audit.ts";
import { moveClock } from "../../../core/records/clock.ts";
import { repeatable } from "../../../core/records/database.ts";
import { createInbox } from "../../../core/records/inbox.ts";
import { testVault } from "../records/memory.ts";
import { moneyAtWork, ONE } from "../transfers/money-at-work.ts";
import { apply } from "../../../core/transfers/record.ts";

const DAY = 86_400_000;

Deno.test("webhooks that were read go after a month, what is over after the retention, each once", async () => {
  using work = await moneyAtWork();
  const { db, books: { outbox } } = work;
  const inbox = createInbox({ db, vault: testVault() });
  const job = retentionJob({ db, inbox, outbox, retentionDays: 100 });
  const run = () => job.run(budgetOf(10_000));
  const request = { method: "POST", path: "", query: "", headers: [], body: new Uint8Array([1]) };
  const contents = async () => {
    const rows = await db.query({ sql: "select id, length(request) > 0 as kept from inbox order by id" });
    return Object.fromEntries(rows.map(({ id, kept }) => [String(id), kept === 1n]));
  };
  await inbox.putRaw({ id: "bank", contract: "rail", instance: "bank", request });
  await inbox.putRaw({ id: "kyc", contract: "kyc", instance: "bureau", request });
  for (const item of await inbox.takeDue(10)) await db.write(inbox.markDone(item), repeatable);
  await inbox.putRaw({ id: "parked", contract: "rail", instance: "bank", request });
  const [parked] = await inbox.takeDue(10);
  assert.ok(parked);
  await inbox.markParked(parked, "malformed");
  await inbox.putRaw({ id: "unread", contract: "rail", instance: "bank", request });
  assert.deepEqual(await contents(), { bank: true, kyc: false, parked: true, unread: true });

  await outbox.markParked(await effect("parked effect"), "gone");
  async function effect(id: string) {
    const inserted = outbox.insert({
      id,
      kind: "transfer_callback",
      subject: "s",
      delivery: "at_least_once",
      body: { url: "https://wallet.example" },
    });
    await db.write([inserted], repeatable);
    return await outbox.markSending(id) ?? assert.fail(id);
  }
  const transfer = await work.deposit();
  await apply(work.books, transfer.id, { type: "time_ran_out" });
  assert.equal(await run(), 0);

  await moveClock(db, 31 * DAY);
  assert.equal(await run(), 3, "two webhooks, and the effect that asked for instructions");
  assert.deepEqual(await contents(), { parked: true, unread: true });
  assert.notEqual((await work.now(transfer)).instructions, null);

  await moveClock(db, 70 * DAY);
  assert.equal(await run(), 3);
  assert.deepEqual(await contents(), { parked: false, unread: true });
  assert.equal((await work.now(transfer)).instructions, null);
  const bodies = await db.query({ sql: "select body from outbox where id = 'parked effect'" });
  assert.deepEqual(bodies, [{ body: null }]);
  assert.equal(await run(), 0);
  assert.equal((await inbox.takeDue(10)).length, 1, "what nobody has read is still to be read");
});

Deno.test("notes with which alarms were closed go after the retention, what was closed and its hash stay", async () => {
  using work = await moneyAtWork();
  const { db, books: { outbox }, vault } = work;
  const job = retentionJob({ db, inbox: createInbox({ db, vault }), outbox, retentionDays: 100 });
  const notes = async () => {
    const rows = await db.query({
      sql: "select subject from alarms where note is not null order by subject",
    });
    return rows.map(({ subject }) => subject);
  };
  for (const subject of ["early", "late", "open"]) {
    await db.write([raiseAlarm("statement_gap", subject, "x")], repeatable);
  }
  const close = (subject: string) =>
    settleAlarm({ db, vault, actor: "anna" }, `statement_gap:${subject}:x`, "Ada Lovelace called");
  await close("early");
  await close("open");
  await db.write(raiseAlarmAnew("statement_gap", "open", "x"), repeatable);
  await moveClock(db, 60 * DAY);
  await close("late");
  await moveClock(db, 39 * DAY);
  assert.equal(await job.run(budgetOf(10_000)), 0);
  assert.deepEqual(await notes(), ["early", "late", "open"]);
  await moveClock(db, 2 * DAY);
  assert.deepEqual([await job.run(budgetOf(10_000)), await job.run(budgetOf(10_000))], [1, 0]);
  assert.deepEqual(await notes(), ["late", "open"], "one that is open is not settled yet");
  const [, , entry] = await lastEntries(db, "actions", 9);
  assert.match(entry?.detail ?? "", /"note":"sha256:[0-9a-f]{64}"/);
});

Deno.test("M-15 M-12 money that is told again after its effects were forgotten is paid out by none, and no memo comes again", async () => {
  using work = await moneyAtWork();
  const { db, books: { outbox } } = work;
  const inbox = createInbox({ db, vault: testVault() });
  const transfer = await work.deposit();
  await work.pay(transfer, 100n * ONE);
  const withdrawal = await work.fundedWithdrawal(100n * ONE);
  await db.write([outbox.endOf([transfer.id, withdrawal.id])], repeatable);
  const memos = await work.count("memos");
  await moveClock(db, 31 * DAY);
  assert.ok(await retentionJob({ db, inbox, outbox, retentionDays: 1 }).run(budgetOf(10_000)) > 1);
  assert.equal(await work.count("outbox"), 0);
  await work.pay(transfer, 100n * ONE);
  assert.equal(await work.count("outbox"), 0);
  assert.equal(await work.count("receipts"), 2);
  assert.equal(await work.count("memos"), memos);
  assert.notEqual((await work.now(withdrawal)).receiveMemo, null);
  // Its effects ended without its payout, which no performer does.
  const stuck = [transfer, withdrawal].map(({ id }) => `money moves and nothing is due for it: ${id}`);
  assert.deepEqual((await checkBooks(db)).sort(), stuck.sort());
});
