import { Operation } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { errandsJob } from "../../../core/jobs/errands.ts";
import { channelOrders, findChannels } from "../../../core/stellar/channel-funding.ts";
import { channelSigners } from "../../../core/stellar/channels.ts";
import { type Running, settleErrand, storeErrand, undecidedErrands } from "../../../core/stellar/errands.ts";
import { localSigner, type Signer } from "../../../core/stellar/signer.ts";
import { inFile } from "../records/files.ts";
import { keysOf } from "./horizon-records.ts";
import { type LedgerWorld, ledgerWorld } from "./ledger-world.ts";
import { type MoneyWorld, moneyWorld } from "./money-world.ts";
import { dying, PAID } from "./paid-deposits.ts";
import { PASSPHRASE } from "./scripted-horizon.ts";

const channels = channelSigners({ seed: new Uint8Array(32).fill(6), count: 3 });

const runningOn = (world: LedgerWorld, { db }: Pick<MoneyWorld, "db">): Running => ({
  db,
  horizon: world.horizon,
  passphrase: PASSPHRASE,
});

async function kinds(world: LedgerWorld, of: readonly Signer[] = channels): Promise<string[]> {
  return (await findChannels(world.horizon, of)).map(({ kind }) => kind);
}

/** The one envelope that makes the channels ready. */
async function ordersOf(world: LedgerWorld) {
  const [orders, ...more] = channelOrders(await findChannels(world.horizon, channels));
  assert.ok(orders && more.length === 0);
  return orders;
}

Deno.test("M-5 M-13 channels are made and filled up from the fee account, within our own accounts, and the books agree", async () => {
  await using world = await ledgerWorld();
  const fee = await world.account("fee");
  using work = await moneyWorld(world, { channels, treasury: [fee.publicKey()] });
  const on = runningOn(world, work);
  const by = { payer: localSigner(fee.secret()), sources: [work.ledgerPaying.payer] };
  const held = async () =>
    (await Promise.all(
      [fee.publicKey(), world.distribution.publicKey(), ...channels.map(({ account }) => account)]
        .map((account) => work.holds(account, "native")),
    )).reduce((sum, xlm) => sum + xlm);
  const before = await held();
  assert.deepEqual(await kinds(world), ["missing", "missing", "missing"]);
  const errand = await storeErrand(on, { ...by, orders: await ordersOf(world) });
  assert.ok(errand);
  assert.equal((await settleErrand(on, errand)).judgement.kind, "succeeded");
  assert.deepEqual(await kinds(world), ["ready", "ready", "ready"]);
  assert.deepEqual(channelOrders(await findChannels(world.horizon, channels)), []);
  assert.equal(await work.holds(channels[0]?.account ?? "", "native"), 50_000_000n);

  // Only what the network took has left our accounts and the books.
  const spent = before - await held();
  assert.ok(spent > 0n);
  assert.deepEqual(await work.balances("native"), { "bank:stellar": -spent, costs: spent });
  assert.deepEqual(await work.watch(), []);
  assert.deepEqual(await work.alarms(), []);
  assert.deepEqual(await work.balances("native"), { "bank:stellar": -spent, costs: spent });

  const user = await world.account("user", { trusts: true });
  assert.deepEqual(await work.perform(await work.fundedDeposit(user)), { kind: "done" });
  const [paid] = await work.db.query({ sql: "select place from attempts" });
  assert.ok(channels.some(({ account }) => account === paid?.place));
});

Deno.test("M-5 a channel that runs out of XLM is filled up to what it began with, and a stranger's is left alone", async () => {
  await using world = await ledgerWorld();
  const [low, locked] = [keysOf("low"), await world.account("locked")];
  await world.put(world.distribution, [
    Operation.createAccount({ destination: low.publicKey(), startingBalance: "1.5" }),
  ]);
  const signer = { ed25519PublicKey: keysOf("thief").publicKey(), weight: 1 };
  await world.put(locked, [Operation.setOptions({ masterWeight: 0, signer })]);
  const signers = [low, locked].map((keys) => localSigner(keys.secret()));
  const findings = await findChannels(world.horizon, signers);
  assert.deepEqual(findings, [
    { kind: "low", account: low.publicKey(), amount: 35_000_000n },
    { kind: "no_signer", account: locked.publicKey() },
  ]);
  assert.deepEqual(channelOrders(findings), [[
    { kind: "payment", destination: low.publicKey(), asset: "native", amount: 35_000_000n },
  ]]);
});

Deno.test("M-1 M-4 an errand is stored before it is sent, holds its source, and whoever goes on sends the same bytes", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const on = runningOn(world, work);
  const { payer } = work.ledgerPaying;
  const by = { payer, sources: [payer] };
  const user = await world.account("user", { trusts: true });
  const errand = await storeErrand(on, { ...by, orders: await ordersOf(world) });
  assert.ok(errand);
  // Nobody hands it in: the task died. No second one is built, and no payout takes the sequence.
  assert.equal(await storeErrand(on, { ...by, orders: await ordersOf(world) }), null);
  const transfer = await work.fundedDeposit(user);
  assert.equal((await work.perform(transfer)).kind, "again");
  assert.deepEqual(await undecidedErrands(work.db, 10), [errand]);
  const job = errandsJob(on);
  assert.equal(await job.isDue?.(), true);
  await job.run({ isSpent: () => false });
  assert.equal(await job.isDue?.(), false);
  assert.deepEqual(await kinds(world), ["ready", "ready", "ready"]);
  const [row] = await work.db.query({ sql: "select hash, state from ledger_errands" });
  assert.deepEqual({ ...row }, { hash: errand.hash, state: "completed" });
  assert.deepEqual(await work.perform(transfer), { kind: "done" });
  assert.equal(await work.holds(user), PAID);
});

Deno.test("M-4 while a payout is under way on the distribution account no errand is built on it", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const { payer } = work.ledgerPaying;
  const user = await world.account("user", { trusts: true });
  const transfer = await work.fundedDeposit(user);
  await dying(work)(transfer.id);
  const on = runningOn(world, work);
  const orders = await ordersOf(world);
  assert.equal(await storeErrand(on, { payer, sources: [payer], orders }), null);
  await work.perform(transfer);
  assert.ok(await storeErrand(on, { payer, sources: [payer], orders }));
  await work.balances();
});

Deno.test("M-2 M-5 an errand that failed, or is proven absent, frees its source; one that nobody can decide keeps it", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const { payer } = work.ledgerPaying;
  const on = runningOn(world, work);
  const store = async () =>
    await storeErrand(on, { payer, sources: [payer], orders: await ordersOf(world) }) ??
      assert.fail("the source is taken");
  const states = async () =>
    (await work.db.query({ sql: "select state, code from ledger_errands order by stored_ms, rowid" }))
      .map(({ state, code }) => `${state}${code === null ? "" : `:${code}`}`);

  world.ledger.behave({ behaviour: "fail", code: "op_underfunded", count: 1 });
  assert.equal((await settleErrand(on, await store())).judgement.kind, "failed");
  const swallowed = await store();
  world.ledger.behave({ behaviour: "timeout", included_after: "never", count: "until_cleared" });
  assert.equal((await settleErrand(on, swallowed)).judgement.kind, "undecided");
  world.ledger.behave({ behaviour: "clear" });
  await world.pass(421);
  assert.equal((await settleErrand(on, swallowed)).judgement.kind, "absent");
  const lost = await store();
  await world.put(world.distribution, [Operation.manageData({ name: "x", value: "y" })]);
  await world.pass(421);
  assert.equal((await settleErrand(on, lost)).judgement.kind, "undecidable");
  assert.deepEqual(await states(), ["failed:op_underfunded", "absent", "undecidable"]);
  assert.equal(await storeErrand(on, { payer, sources: [payer], orders: await ordersOf(world) }), null);
  assert.deepEqual(await work.alarms(), ["payout_undecidable:errand"]);
  await work.balances("native");
});

Deno.test("M-30 two processes that open channels at once make each once", async () => {
  await using world = await ledgerWorld();
  await using file = await inFile();
  const [one, two] = [await file.open(), await file.open()];
  try {
    await migrate(one, migrations);
    const work = await moneyWorld(world, { db: one });
    const { payer } = work.ledgerPaying;
    const orders = await ordersOf(world);
    const stored = await Promise.all(
      [one, two].map((db) => storeErrand(runningOn(world, { db }), { payer, sources: [payer], orders })),
    );
    const [errand, ...more] = stored.filter((errand) => errand !== null);
    assert.ok(errand && more.length === 0);
    const findings = await Promise.all(
      [one, two].map((db) => settleErrand(runningOn(world, { db }), errand)),
    );
    for (const { judgement } of findings) assert.equal(judgement.kind, "succeeded");
    assert.deepEqual(await kinds(world), ["ready", "ready", "ready"]);
    assert.equal((await one.query({ sql: "select 1 from postings where asset = 'native'" })).length, 2);
    await work.balances("native");
  } finally {
    one.close();
    two.close();
  }
});
