import { Asset, Operation } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { lastEntries } from "../../../core/records/audit.ts";
import { payAtBank } from "../../../core/bank/payouts.ts";
import type { Database } from "../../../core/records/database.ts";
import { repeatable } from "../../../core/records/database.ts";
import { watchedAccounts } from "../../../core/stellar/accounts.ts";
import { firstCursor, readCursor } from "../../../core/stellar/cursors.ts";
import { errandOfId, settleErrand, storeErrand } from "../../../core/stellar/errands.ts";
import { isHistoryInDoubt } from "../../../core/stellar/history-alarm.ts";
import { reportHistory, skipHistory } from "../../../core/stellar/history-skip.ts";
import { HorizonUnavailable } from "../../../core/stellar/horizon.ts";
import { endOfLedger, ledgerOf } from "../../../core/stellar/position.ts";
import { readNew } from "../../../core/stellar/watch.ts";
import { inMemory } from "../records/memory.ts";
import { BOB, hashOf, ledgerRecord, pageOf } from "./horizon-records.ts";
import { type LedgerWorld, ledgerWorld } from "./ledger-world.ts";
import { type MoneyWorld, moneyWorld } from "./money-world.ts";
import { attemptStates, dying, PAID } from "./paid-deposits.ts";
import { NOT_FOUND, root, scriptedHorizon } from "./scripted-horizon.ts";
import { idsIn, payments, plenty, setCursor } from "./watched-stream.ts";

const round = ({ db, own }: MoneyWorld, { horizon }: LedgerWorld) =>
  readNew(db, horizon, watchedAccounts(own), plenty);

const placeOf = async ({ db, own }: MoneyWorld) => (await readCursor(db, own.distribution))?.position;

async function alarmsIn(db: Database): Promise<string[]> {
  const rows = await db.query({ sql: "select id from alarms where closed_ms is null order by id" });
  return rows.map(({ id }) => String(id));
}

/** Begins the network anew and lets it come past every ledger that was there before. */
async function beginAnew(world: LedgerWorld): Promise<void> {
  const { latestLedger } = await world.horizon.root();
  await world.ledger.behave({ behaviour: "reset" });
  await world.fund(world.distribution.publicKey());
  await world.ledger.close(latestLedger + 10);
}

Deno.test("M-10 a network that began anew is seen though it has come past our cursor, and nothing moves", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  await work.watch();
  const before = await placeOf(work);
  await beginAnew(world);
  for (let again = 0; again < 2; again++) {
    assert.deepEqual(await round(work, world), { kind: "stopped" });
    assert.deepEqual(await alarmsIn(work.db), ["ledger_history:chain:history_other:1"]);
  }
  assert.equal(await placeOf(work), before);
  // Closed without a remedy, it is open again before anything is read.
  await work.db.write([{ sql: "update alarms set closed_ms = 1" }], repeatable);
  assert.deepEqual(await round(work, world), { kind: "stopped" });
  assert.equal(await isHistoryInDoubt(work.db), true);
});

Deno.test("M-10 a network that has just begun anew is shorter than what we have read", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  await world.ledger.close(20);
  await work.watch();
  await setRemembered(work.db, 20);
  await world.ledger.behave({ behaviour: "reset" });
  assert.deepEqual(await round(work, world), { kind: "stopped" });
  assert.deepEqual(await alarmsIn(work.db), ["ledger_history:chain:history_shorter:2"]);
});

/** As if this ledger had been remembered; no other has its hash. */
async function setRemembered(db: Database, ledger: number): Promise<void> {
  await db.write([{
    sql: "update cursors set value = ?, version = version + 1 where name = 'chain:ledger'",
    args: [`${ledger}:${hashOf("c")}`],
  }], repeatable);
}

Deno.test("M-10 history that is forgotten behind what we have read is no alarm; before it, it is one", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user", { trusts: true });
  await world.ledger.close(70);
  await work.performAll(await work.fundedDeposit(user));
  await work.watch();
  await world.ledger.behave({ behaviour: "prune", keep: 5 });
  assert.equal((await round(work, world)).kind, "read");

  await world.put(world.distribution, [Operation.manageData({ name: "a", value: "b" })]);
  await world.ledger.close(30);
  await world.ledger.behave({ behaviour: "prune", keep: 5 });
  const before = await placeOf(work);
  assert.deepEqual(await round(work, world), { kind: "stopped" });
  assert.equal(await placeOf(work), before);
  assert.match((await alarmsIn(work.db)).join(), /^ledger_history:chain:history_gone:\d+$/);
});

Deno.test("M-10 history that is forgotten between the root and a page is seen before the page is taken for whole", async () => {
  let elder = 1;
  await using server = scriptedHorizon((path) => {
    if (path === "/") return root(500, elder);
    if (path.startsWith("/ledgers")) return [200, ledgerRecord(500, 1_800_000_000)];
    // Forwards Horizon begins at its oldest ledger: what was between 100 and 300 is missing without a word.
    elder = 300;
    return [200, pageOf(payments(310, 1, 1))];
  });
  using db = await inMemory();
  await setCursor(db, endOfLedger(100));
  assert.deepEqual(await readNew(db, server.horizon, [BOB], plenty), { kind: "stopped" });
  assert.deepEqual(await idsIn(db), []);
  assert.equal((await readCursor(db, BOB))?.position, endOfLedger(100));
  assert.deepEqual(await alarmsIn(db), [`ledger_history:${BOB}:history_gone:1`]);
});

Deno.test("M-10 the first cursors are stored with the hash of their ledger, and a later ledger takes its place", async () => {
  const head = { latest: 1000 };
  await using server = scriptedHorizon((path) => {
    if (path === "/") return root(head.latest);
    if (path.startsWith("/ledgers?")) return [200, pageOf([ledgerRecord(head.latest, 1_800_000_000)])];
    const [, ledger] = /^\/ledgers\/(\d+)$/.exec(path) ?? [];
    return [200, ledger === undefined ? pageOf([]) : ledgerRecord(Number(ledger), 1_800_000_000)];
  });
  using db = await inMemory();
  const remembered = async () => {
    const [row] = await db.query({ sql: "select value from cursors where name = 'chain:ledger'" });
    return String(row?.value).split(":")[0];
  };
  await firstCursor(db, server.horizon, [BOB]);
  assert.equal(await remembered(), "1000");
  // An account that is added later changes nothing about what is remembered.
  head.latest = 1030;
  await firstCursor(db, server.horizon, [BOB, "other"]);
  for (const [latest, expected] of [[1059, "1000"], [1060, "1060"], [1100, "1060"]] as const) {
    head.latest = latest;
    assert.equal((await readNew(db, server.horizon, [BOB], plenty)).kind, "read");
    assert.equal(await remembered(), expected);
  }
});

Deno.test("M-10 a Horizon that does not show the ledger that we remember lags, and says nothing more", async () => {
  await using server = scriptedHorizon((path) => {
    if (path === "/") return root(1000);
    return path.startsWith("/ledgers/") ? NOT_FOUND : [200, pageOf([])];
  });
  using db = await inMemory();
  await setCursor(db, endOfLedger(900));
  for (const ledger of [999, 1001, 1002]) {
    await db.write([{
      sql: "insert or replace into cursors (name, value, version, moved_ms) values ('chain:ledger', ?, 1, 0)",
      args: [`${ledger}:${hashOf("c")}`],
    }], repeatable);
    await assert.rejects(
      readNew(db, server.horizon, [BOB], plenty),
      (error) => error instanceof HorizonUnavailable && error.trouble === "behind",
    );
  }
  assert.equal(await isHistoryInDoubt(db), false);
});

Deno.test("M-2 M-10 on another network nothing is proven absent: no envelope is built anew, no source freed", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user", { trusts: true });
  const transfer = await work.fundedDeposit(user);
  await dying(work)(transfer.id);
  await beginAnew(world);
  await world.pass(500);
  // By the rule of sequence and hash alone this envelope would be absent; watching has not even looked yet.
  for (let again = 0; again < 3; again++) {
    assert.equal((await work.perform(transfer)).kind, "again");
    assert.deepEqual(await attemptStates(work), ["payout:stored"]);
  }
  assert.equal((await work.now(transfer)).state, "paying");
  const [source] = await work.db.query({ sql: "select attempt_id from stellar_sources" });
  assert.notEqual(source?.attempt_id, null);
});

Deno.test("M-2 M-10 on another network an envelope that serves no transfer is not absent either", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user");
  const { payer } = work.ledgerPaying;
  const on = { ...work.ledgerPaying, db: work.db };
  const order = { kind: "payment", destination: user.publicKey(), asset: "native", amount: 10n } as const;
  const errand = await storeErrand(on, { payer, sources: [payer], orders: [order] });
  assert.ok(errand);
  await beginAnew(world);
  await world.pass(500);
  assert.equal((await settleErrand(on, errand)).judgement.kind, "undecided");
  assert.equal((await errandOfId(work.db, errand.id))?.state, "stored");
});

Deno.test("M-10 M-14 while the history is in doubt nothing is paid out, on the ledger or at the bank", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user", { trusts: true });
  const [deposit, withdrawal] = [await work.fundedDeposit(user), await work.open({ kind: "withdrawal" })];
  await work.db.write([
    { sql: "update transfers set state = 'funded' where id = ?", args: [withdrawal.id] },
  ], repeatable);
  await beginAnew(world);
  assert.deepEqual(await round(work, world), { kind: "stopped" });
  assert.deepEqual(await work.perform(deposit), { kind: "again", afterMs: 60_000 });
  assert.equal((await payAtBank(work.paying, withdrawal.id)).kind, "again");
  assert.deepEqual(await attemptStates(work), []);
  assert.equal((await work.now(deposit)).state, "funded");
});

Deno.test("M-10 an operator goes on after a reset: what was skipped stays an alarm, and payouts go on", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const accounts = watchedAccounts(work.own);
  await work.watch();
  const fitting = await reportHistory(work.db, world.horizon, accounts);
  assert.deepEqual([fitting.chain, fitting.goesOnAfter], [null, null]);
  assert.deepEqual(await skipHistory(work.db, world.horizon, accounts, 1, "task:history"), { kind: "fits" });
  const was = ledgerOf(await placeOf(work) ?? 0n);
  await beginAnew(world);
  assert.deepEqual(await round(work, world), { kind: "stopped" });

  const report = await reportHistory(work.db, world.horizon, accounts);
  assert.equal(report.chain, "history_other");
  const { latestLedger } = await world.horizon.root();
  assert.equal(report.goesOnAfter, latestLedger);
  // Only what the report named; looking alone has changed nothing.
  assert.deepEqual(await skipHistory(work.db, world.horizon, accounts, latestLedger + 1, "task:history"), {
    kind: "other_ledger",
  });
  assert.equal(await isHistoryInDoubt(work.db), true);
  await world.ledger.close(3);
  assert.deepEqual(await skipHistory(work.db, world.horizon, accounts, latestLedger, "task:history"), {
    kind: "skipped",
    alarms: 1,
  });
  assert.deepEqual(await alarmsIn(work.db), [
    `ledger_skipped:${work.own.distribution}:history_other:${was}-${latestLedger}`,
  ]);
  assert.equal(await isHistoryInDoubt(work.db), false);
  await work.watch();
  assert.deepEqual(await skipHistory(work.db, world.horizon, accounts, latestLedger, "task:history"), {
    kind: "fits",
  });
});

Deno.test("M-10 M-30 an operator goes on where history was forgotten; what is kept of it is read, and two at it skip once", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const accounts = watchedAccounts(work.own);
  const user = await world.account("user", { trusts: true });
  const send = () =>
    world.put(user, [Operation.payment({
      destination: work.own.distribution,
      asset: Asset.native(),
      amount: "1",
    })]);
  await work.watch();
  const was = ledgerOf(await placeOf(work) ?? 0n);
  await send();
  await world.ledger.close(20);
  const kept = await send();
  await world.ledger.close(2);
  await world.ledger.behave({ behaviour: "prune", keep: 5 });
  assert.deepEqual(await round(work, world), { kind: "stopped" });
  const { goesOnAfter } = await reportHistory(work.db, world.horizon, accounts);
  assert.ok(goesOnAfter !== null);
  const ends = await Promise.all(
    [1, 2].map(() => skipHistory(work.db, world.horizon, accounts, goesOnAfter, "task:history")),
  );
  assert.ok(ends.some(({ kind }) => kind === "skipped"));
  const entries = await lastEntries(work.db, "actions", 9);
  assert.deepEqual(entries.map(({ actor, action, subject }) => [actor, action, subject]), [
    ["task:history", "history.skip", `ledger:${goesOnAfter}`],
  ]);
  assert.deepEqual(await alarmsIn(work.db), [
    `ledger_skipped:${work.own.distribution}:history_gone:${was}-${goesOnAfter}`,
  ]);
  assert.equal((await round(work, world)).kind, "read");
  const rows = await work.db.query({ sql: "select transaction_hash as hash from ledger_operations" });
  assert.deepEqual(rows.map(({ hash }) => hash), [kept]);
});

Deno.test("M-10 after a skip on another network deposits are paid there, each once", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user", { trusts: true });
  // Its sequence stands in a ledger of the old network, and is higher than any of the new one's.
  await work.performAll(await work.fundedDeposit(user));
  const transfer = await work.fundedDeposit(user);
  await dying(work)(transfer.id);
  const { latestLedger } = await world.horizon.root();
  await world.ledger.behave({ behaviour: "reset" });
  await world.seed();
  await world.account("user", { trusts: true });
  await world.ledger.close(latestLedger + 5);
  assert.deepEqual(await round(work, world), { kind: "stopped" });
  const accounts = watchedAccounts(work.own);
  const { goesOnAfter } = await reportHistory(work.db, world.horizon, accounts);
  assert.equal(
    (await skipHistory(work.db, world.horizon, accounts, goesOnAfter ?? 0, "task:history")).kind,
    "skipped",
  );
  await world.pass(500);
  await work.performAll(transfer);
  assert.equal(await work.holds(user), PAID);
  await work.performAll(transfer);
  assert.equal(await work.holds(user), PAID);
});
