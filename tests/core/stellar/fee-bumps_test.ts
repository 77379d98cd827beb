import assert from "node:assert/strict";
import { FeeBumpTransaction, TransactionBuilder } from "@stellar/stellar-sdk";
import { openAlarms } from "../../../core/records/alarms.ts";
import type { Database } from "../../../core/records/database.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { errandsJob } from "../../../core/jobs/errands.ts";
import { settleErrand, storeErrand } from "../../../core/stellar/errands.ts";
import { payOnLedger } from "../../../core/stellar/payouts.ts";
import { localSigner } from "../../../core/stellar/signer.ts";
import { findOwn } from "../../../core/transfers/find.ts";
import { inFile } from "../records/files.ts";
import { keysOf } from "./horizon-records.ts";
import { type LedgerWorld, ledgerWorld } from "./ledger-world.ts";
import { type MoneyWorld, moneyWorld } from "./money-world.ts";
import { attemptStates, dying, PAID, PAID_BOOKS } from "./paid-deposits.ts";
import { PASSPHRASE } from "./scripted-horizon.ts";

const CAP = 100_000n;

async function bumpsIn(db: Database): Promise<{ hash: string; fee: bigint; envelope: string }[]> {
  const rows = await db.query({ sql: "select hash, fee, envelope from fee_bumps order by number" });
  return rows.map(({ hash, fee, envelope }) => ({
    hash: String(hash),
    fee: BigInt(Number(fee)),
    envelope: String(envelope),
  }));
}

/** Pays deposits with bumps that an account of their own pays. */
async function bumping(world: LedgerWorld, work: MoneyWorld, cap = CAP) {
  const payer = await world.account("fees");
  const on = {
    ...work.ledgerPaying,
    bumping: { payer: localSigner(payer.secret()), cap },
    submitTimeoutMs: 1_000,
  };
  return { payer, on, step: (id: string) => payOnLedger(on, id) };
}

/** A deposit whose envelope was stored while ledgers had room, and not sent yet. */
async function cheapEnvelope(world: LedgerWorld, work: MoneyWorld) {
  const user = await world.account("user", { trusts: true });
  const transfer = await work.fundedDeposit(user);
  await dying(work)(transfer.id);
  const [row] = await work.db.query({ sql: "select key from attempts" });
  return { user, transfer, inner: String(row?.key) };
}

for (const turns_away of ["door", "ledger"] as const) {
  Deno.test(`M-6 M-7 an envelope that full ledgers turn away at the ${turns_away} gets in by a bump that was stored before`, async () => {
    await using world = await ledgerWorld();
    using work = await moneyWorld(world);
    const { user, transfer, inner } = await cheapEnvelope(world, work);
    const { payer, step } = await bumping(world, work);
    const before = await work.holds(payer, "native");
    await world.ledger.behave({ behaviour: "surge", fee: 5000, turns_away });

    assert.deepEqual(await step(transfer.id), { kind: "again", afterMs: 0 });
    const [bump] = await bumpsIn(work.db);
    assert.equal(bump?.fee, 5000n);
    assert.equal(await work.holds(user), 0n, "it is stored, and not sent yet");
    const outer = TransactionBuilder.fromXdr(bump?.envelope ?? "", PASSPHRASE);
    assert.ok(outer instanceof FeeBumpTransaction);
    assert.equal(outer.hash().toHex(), bump?.hash);
    assert.equal(outer.innerTransaction.hash().toHex(), inner);

    assert.deepEqual(await step(transfer.id), { kind: "done" });
    const done = await work.now(transfer);
    assert.equal(done.state, "completed");
    // The hash under which the ledger lists it; the attempt stays known by its own.
    assert.equal(done.stellarTransactionId, bump?.hash);
    assert.deepEqual(await work.db.query({ sql: "select key from attempts" }), [{ key: inner }]);
    for (const hash of [inner, bump?.hash ?? ""]) {
      assert.equal((await findOwn(work.db, "alice", { stellarTransactionId: hash }))?.id, done.id);
    }
    assert.equal(await findOwn(work.db, "bob", { stellarTransactionId: inner }), null);
    assert.equal(await work.holds(user), PAID);
    assert.equal(before - await work.holds(payer, "native"), 10_000n);
    assert.deepEqual(await work.balances("native"), { "bank:stellar": -10_000n, costs: 10_000n });
    assert.deepEqual(await work.balances(), PAID_BOOKS);
    assert.deepEqual(await work.watch(), []);
    assert.deepEqual(await work.alarms(), [], "watching knows it by its inner hash");
    await world.ledger.behave({ behaviour: "clear" });
    await world.ledger.close(3);
    assert.equal(await work.holds(user), PAID);
  });
}

Deno.test("M-7 a fee above the cap is never offered; the payment waits until ledgers have room", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const { user, transfer } = await cheapEnvelope(world, work);
  const { step } = await bumping(world, work, 3_000n);
  await world.ledger.behave({ behaviour: "surge", fee: 9_000, turns_away: "door" });
  for (let time = 0; time < 5; time++) assert.equal((await step(transfer.id)).kind, "again");
  assert.deepEqual((await bumpsIn(work.db)).map(({ fee }) => fee), [3_000n]);
  assert.deepEqual(await attemptStates(work), ["payout:stored"]);
  await world.ledger.behave({ behaviour: "surge", fee: 100, turns_away: "door" });
  assert.deepEqual(await step(transfer.id), { kind: "done" });
  assert.equal(await work.holds(user), PAID);
  assert.deepEqual(await work.balances(), PAID_BOOKS);
});

Deno.test("M-7 fees that rise further are followed, each bump stored", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const { user, transfer } = await cheapEnvelope(world, work);
  const { step } = await bumping(world, work);
  for (const fee of [1_000, 4_000, 20_000]) {
    await world.ledger.behave({ behaviour: "surge", fee, turns_away: "door" });
    assert.deepEqual(await step(transfer.id), { kind: "again", afterMs: 0 });
  }
  assert.deepEqual((await bumpsIn(work.db)).map(({ fee }) => fee), [1_000n, 4_000n, 20_000n]);
  assert.deepEqual(await step(transfer.id), { kind: "done" });
  assert.equal(await work.holds(user), PAID);
});

Deno.test("M-7 M-30 two processes that bump at once send one payment", async () => {
  await using world = await ledgerWorld();
  await using file = await inFile();
  const [one, two] = [await file.open(), await file.open()];
  await migrate(one, migrations);
  const first = await moneyWorld(world, { db: one });
  const second = await moneyWorld(world, { db: two, beside: first });
  const { user, transfer } = await cheapEnvelope(world, first);
  const { step, on } = await bumping(world, first);
  await world.ledger.behave({ behaviour: "surge", fee: 5000, turns_away: "door" });
  const other = { ...second.ledgerPaying, bumping: on.bumping };
  for (let time = 0; time < 4; time++) {
    await Promise.all([step(transfer.id), payOnLedger(other, transfer.id)]);
  }
  assert.equal((await first.now(transfer)).state, "completed");
  assert.equal(await first.holds(user), PAID);
  assert.equal((await bumpsIn(one)).length, 1);
  assert.deepEqual(await first.balances(), PAID_BOOKS);
  one.close();
  two.close();
});

Deno.test("M-2 M-7 an envelope whose bumps never get in is absent by its own bounds, and built anew once", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const { user, transfer } = await cheapEnvelope(world, work);
  const { step } = await bumping(world, work, 3_000n);
  await world.ledger.behave({ behaviour: "surge", fee: 9_000, turns_away: "door" });
  assert.equal((await step(transfer.id)).kind, "again");
  await world.pass(430);
  await world.ledger.behave({ behaviour: "clear" });
  await step(transfer.id);
  await step(transfer.id);
  assert.deepEqual(await attemptStates(work), ["payout:absent", "payout:completed"]);
  assert.equal(await work.holds(user), PAID);
  assert.deepEqual(await work.balances(), PAID_BOOKS);
});

Deno.test("M-1 M-7 while the fee account's signer is away, the envelope is handed in as it is, and somebody is told", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const { user, transfer } = await cheapEnvelope(world, work);
  const { payer, on } = await bumping(world, work);
  const away = { ...localSigner(payer.secret()), sign: () => Promise.reject(new Error("away")) };
  const without = { ...on, bumping: { payer: away, cap: CAP } };
  await world.ledger.behave({ behaviour: "surge", fee: 5000, turns_away: "door" });
  assert.deepEqual(await payOnLedger(without, transfer.id), { kind: "again", afterMs: 1_000 });
  assert.deepEqual(await bumpsIn(work.db), []);
  assert.deepEqual(await work.alarms(), ["signer_unavailable:signer_failed"]);
  // It signs again, and what it signs is stored: the alarm is settled.
  await payOnLedger(on, transfer.id);
  assert.deepEqual(await openAlarms(work.db, 10), []);
  assert.deepEqual(await payOnLedger(without, transfer.id), { kind: "done" });
  assert.equal(await work.holds(user), PAID);
});

Deno.test("M-4 M-6 M-7 an errand that full ledgers turn away is bumped too, and gives its source back", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const { on, payer } = await bumping(world, work);
  const running = { ...on, db: work.db };
  const distribution = work.ledgerPaying.payer;
  const made = ["one", "two"].map((name) => keysOf(name).publicKey());
  const errand = await storeErrand(running, {
    payer: distribution,
    sources: [distribution],
    orders: made.map((destination) => ({
      kind: "create_account",
      destination,
      startingBalance: 50_000_000n,
    })),
  });
  assert.ok(errand);
  const before = await work.holds(payer, "native");
  await world.ledger.behave({ behaviour: "surge", fee: 5000, turns_away: "door" });
  assert.equal((await settleErrand(running, errand)).judgement.kind, "undecided");
  assert.deepEqual((await bumpsIn(work.db)).map(({ fee }) => fee), [5_000n]);
  // Whoever goes on hands in the bump.
  await errandsJob(running).run({ isSpent: () => false });
  assert.deepEqual(await work.db.query({ sql: "select state from ledger_errands" }), [{
    state: "completed",
  }]);
  assert.equal(before - await work.holds(payer, "native"), 15_000n, "two operations and the bump's own");
  assert.equal(await work.holds(made[0] ?? "", "native"), 50_000_000n);
  assert.deepEqual(await work.balances("native"), { "bank:stellar": -15_000n, costs: 15_000n });
  assert.deepEqual(
    await work.db.query({ sql: "select 1 from stellar_sources where attempt_id is not null" }),
    [],
  );
});

Deno.test("M-8 M-13 starting balances are paid by the fee account, whose operations are known by the stored attempt", async () => {
  await using world = await ledgerWorld();
  const fees = await world.account("fees");
  using work = await moneyWorld(world, {
    rules: { startingBalance: 20_100_000n, claimableBalances: false },
    treasury: [fees.publicKey()],
  });
  const on = { ...work.ledgerPaying, bumping: { payer: localSigner(fees.secret()), cap: CAP } };
  const user = keysOf("newcomer");
  const transfer = await work.fundedDeposit(user);
  const before = await work.holds(world.distribution, "native");
  assert.deepEqual(await payOnLedger(on, transfer.id), { kind: "again", afterMs: 0 });
  assert.equal(await work.holds(user, "native"), 20_100_000n);
  assert.equal(10_000n * 10_000_000n - await work.holds(fees, "native"), 20_100_000n);
  assert.equal(before - await work.holds(world.distribution, "native"), 100n, "the envelope's fee alone");
  await work.watch();
  assert.deepEqual(await work.alarms(), []);
  await work.balances("native");
});
