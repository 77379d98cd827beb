import { Operation } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { decideEnvelope, undecidedEnvelopes } from "../../../core/operators/decide-envelope.ts";
import { settleAlarm } from "../../../core/operators/settle-alarm.ts";
import { openAlarms } from "../../../core/records/alarms.ts";
import { lastEntries } from "../../../core/records/audit.ts";
import { checkChain } from "../../../core/records/audit-check.ts";
import { settleErrand, storeErrand } from "../../../core/stellar/errands.ts";
import { payOnLedger } from "../../../core/stellar/payouts.ts";
import { refundOnLedger } from "../../../core/stellar/refunds.ts";
import { keysOf } from "../stellar/horizon-records.ts";
import { type LedgerWorld, ledgerWorld } from "../stellar/ledger-world.ts";
import { closeAlarms, type MoneyWorld, moneyWorld } from "../stellar/money-world.ts";
import { assertBackOnce, refundingWorld, underpaid } from "../stellar/paid-back.ts";
import { attemptStates, dying, PAID, PAID_BOOKS } from "../stellar/paid-deposits.ts";
import { ONE } from "../transfers/money-at-work.ts";

/** Somebody else's transaction takes the sequence that the distribution account's envelope was built for. */
const takeItsPlace = (world: LedgerWorld) =>
  world.put(world.distribution, [Operation.manageData({ name: "by", value: "hand" })]);

/** Past bound and margin of everything that was stored before. */
const PAST = 421;

const decide = (work: MoneyWorld, id: string, named: string | null = null, actor = "anna") =>
  decideEnvelope({ settling: work.ledgerPaying, actor }, id, named);

async function entries({ db }: MoneyWorld) {
  assert.equal((await checkChain(db, "actions")).kind, "whole");
  return (await lastEntries(db, "actions", 99)).map(({ actor, action, detail }) =>
    `${actor} ${action} ${detail}`
  );
}

const open = async ({ db }: MoneyWorld) =>
  (await openAlarms(db, 99)).map(({ kind, detail }) => `${kind}:${detail}`);

/** The one envelope that waits. */
async function waiting({ db }: MoneyWorld) {
  const [envelope, ...others] = await undecidedEnvelopes(db);
  assert.ok(envelope && others.length === 0);
  return envelope;
}

/** A deposit whose envelope nobody can decide: its sequence is used, and its hash is not there. */
async function undecidable(world: LedgerWorld, work: MoneyWorld) {
  const user = await world.account("user", { trusts: true });
  const transfer = await work.fundedDeposit(user);
  await dying(work)(transfer.id);
  const inItsPlace = await takeItsPlace(world);
  await world.pass(PAST);
  assert.deepEqual(await work.perform(transfer), { kind: "done" });
  assert.equal((await work.now(transfer)).message, "payout_undecidable");
  return { user, transfer, inItsPlace, envelope: await waiting(work) };
}

Deno.test("M-2 M-5 M-28 the transaction in an envelope's place proves it absent: its source is free and the payout goes on", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const { user, transfer, inItsPlace, envelope } = await undecidable(world, work);
  assert.equal(envelope.transferId, transfer.id);
  assert.equal(envelope.source, world.distribution.publicKey());
  const elsewhere = await world.put(user, [Operation.manageData({ name: "x", value: "y" })]);
  const later = await takeItsPlace(world);
  const before = await work.now(transfer);
  // What proves nothing changes nothing: no such transaction, another account's, another sequence's.
  for (const named of ["f".repeat(64), elsewhere, later]) {
    assert.deepEqual(await decide(work, envelope.id, named), { kind: "refused", reason: "not_proven" });
  }
  assert.deepEqual(await work.now(transfer), before);
  assert.deepEqual(await entries(work), []);
  assert.deepEqual(await decide(work, "nobody's"), { kind: "refused", reason: "unknown" });

  // Closing the alarm alone would leave the source taken, and nobody would know.
  const alarm = `payout_undecidable:${transfer.id}:${envelope.id}`;
  assert.equal(await settleAlarm({ db: work.db, actor: "anna" }, alarm), "undecided");
  assert.deepEqual(await entries(work), []);

  const decided = await decide(work, envelope.id, inItsPlace);
  assert.deepEqual(decided, { kind: "decided", word: "absent", transferId: transfer.id });
  assert.deepEqual(await entries(work), [
    `anna envelope.decide {"word":"absent","transaction":"${inItsPlace}"}`,
  ]);
  assert.deepEqual(await open(work), []);
  assert.deepEqual(await undecidedEnvelopes(work.db), []);
  assert.deepEqual(await decide(work, envelope.id, inItsPlace), { kind: "refused", reason: "unknown" });
  assert.deepEqual(await work.performAll(transfer), { kind: "done" });
  assert.deepEqual(await attemptStates(work), ["payout:absent", "payout:completed"]);
  assert.equal(await work.holds(user), PAID);
  assert.deepEqual(await work.balances(), PAID_BOOKS);
});

Deno.test("M-2 a history that reaches back to before the envelope proves its absence, one that does not proves nothing", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const { user, transfer, envelope } = await undecidable(world, work);
  const { horizon } = work.ledgerPaying;
  const since = (closedAt: number) => ({
    ...horizon,
    ledger: async (sequence: number) => {
      const found = await horizon.ledger(sequence);
      return found.kind === "found" ? { ...found, closedAt } : found;
    },
  });
  const [row] = await work.db.query({ sql: "select valid_until as bound from attempts" });
  const built = Number(row?.bound) - 300;
  const by = (closedAt: number) =>
    decideEnvelope(
      { settling: { ...work.ledgerPaying, horizon: since(closedAt) }, actor: "anna" },
      envelope.id,
      null,
    );
  assert.deepEqual(await by(built + 1), { kind: "refused", reason: "not_proven" });
  assert.equal((await by(built)).kind, "decided");
  assert.deepEqual(await work.performAll(transfer), { kind: "done" });
  assert.equal(await work.holds(user), PAID);
  assert.deepEqual(await work.balances(), PAID_BOOKS);
});

Deno.test("M-2 what was in the ledger all the time is found there, whatever an operator names", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user", { trusts: true });
  const transfer = await work.fundedDeposit(user);
  await dying(work)(transfer.id);
  const [row] = await work.db.query({ sql: "select key, envelope from attempts" });
  await world.horizon.submit(String(row?.envelope));
  await world.pass(PAST);
  // A Horizon that lost a part of its history.
  const transaction = () => Promise.resolve({ kind: "not_found" } as const);
  const lossy = { ...work.ledgerPaying.horizon, transaction };
  await payOnLedger({ ...work.ledgerPaying, horizon: lossy }, transfer.id);
  const envelope = await waiting(work);
  assert.deepEqual(await decide(work, envelope.id, "f".repeat(64)), {
    kind: "refused",
    reason: "not_proven",
  });
  const decided = await decide(work, envelope.id, String(row?.key));
  assert.deepEqual(decided, { kind: "decided", word: "succeeded", transferId: transfer.id });
  const done = await work.now(transfer);
  assert.deepEqual([done.state, done.stellarTransactionId], ["completed", row?.key]);
  assert.equal(await work.holds(user), PAID);
  assert.deepEqual(await open(work), []);
  assert.deepEqual(await work.balances(), PAID_BOOKS);
});

Deno.test("M-10 while the history is in doubt nothing is decided", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const { transfer, inItsPlace, envelope } = await undecidable(world, work);
  const { horizon } = work.ledgerPaying;
  const other = {
    ...horizon,
    ledger: async (sequence: number) => {
      const found = await horizon.ledger(sequence);
      return found.kind === "found" ? { ...found, hash: "e".repeat(64) } : found;
    },
  };
  const settling = { ...work.ledgerPaying, horizon: other };
  for (const named of [null, inItsPlace]) {
    const decided = await decideEnvelope({ settling, actor: "anna" }, envelope.id, named);
    assert.deepEqual(decided, { kind: "refused", reason: "not_proven" });
  }
  assert.equal((await work.now(transfer)).state, "on_hold");
});

Deno.test("M-2 M-28 M-30 two operators at once decide it once", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const { user, transfer, inItsPlace, envelope } = await undecidable(world, work);
  await Promise.all([
    decide(work, envelope.id, inItsPlace, "anna"),
    decide(work, envelope.id, null, "bert"),
  ]);
  assert.equal((await entries(work)).length, 1);
  await work.performAll(transfer);
  assert.equal(await work.holds(user), PAID);
  assert.deepEqual(await work.balances(), PAID_BOOKS);
});

Deno.test("M-2 M-19 a refund that nobody could decide goes on to go back, once", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await refundingWorld(world);
  using _ = work;
  const transfer = await underpaid(world, work, user);
  const submit = () => Promise.reject(new Error("the process died"));
  const horizon = { ...work.ledgerRefunding.horizon, submit };
  await refundOnLedger({ ...work.ledgerRefunding, horizon }, transfer.id).catch(() => {});
  await takeItsPlace(world);
  await world.pass(PAST);
  await work.refund(transfer);
  assert.equal((await work.now(transfer)).message, "refund_undecidable");
  const envelope = await waiting(work);
  assert.equal((await decide(work, envelope.id)).kind, "decided");
  assert.equal((await work.now(transfer)).state, "refunding");
  assert.deepEqual(await work.refund(transfer), { kind: "done" });
  await assertBackOnce(work, transfer, user);
});

Deno.test("M-2 M-8 an account whose creation nobody could decide is created after all", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world, { rules: { startingBalance: 2n * ONE, claimableBalances: false } });
  const user = keysOf("newcomer");
  const transfer = await work.fundedDeposit(user);
  await dying(work)(transfer.id);
  await takeItsPlace(world);
  await world.pass(PAST);
  assert.deepEqual(await work.perform(transfer), { kind: "park", error: "undecidable" });
  const envelope = await waiting(work);
  assert.equal(envelope.purpose, "create_account");
  assert.equal((await decide(work, envelope.id)).kind, "decided");
  await work.perform(transfer);
  assert.equal(await work.holds(user, "native"), 2n * ONE);
  await work.balances("native");
});

Deno.test("M-2 M-4 an errand that nobody could decide gives its source back", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const { payer } = work.ledgerPaying;
  const running = { ...work.ledgerPaying, db: work.db };
  const orders = [{
    kind: "create_account",
    destination: keysOf("one").publicKey(),
    startingBalance: 2n * ONE,
  }] as const;
  const errand = await storeErrand(running, { payer, sources: [payer], orders });
  assert.ok(errand);
  const inItsPlace = await takeItsPlace(world);
  await world.pass(PAST);
  assert.equal((await settleErrand(running, errand)).judgement.kind, "undecidable");
  assert.equal(await storeErrand(running, { payer, sources: [payer], orders }), null);
  const alarm = `payout_undecidable:${errand.id}:errand`;
  assert.equal(await settleAlarm({ db: work.db, actor: "anna" }, alarm), "undecided");
  assert.deepEqual(await decide(work, (await waiting(work)).id, inItsPlace), {
    kind: "decided",
    word: "absent",
    transferId: null,
  });
  assert.deepEqual(await open(work), []);
  assert.ok(await storeErrand(running, { payer, sources: [payer], orders }));
  await closeAlarms(work);
});
