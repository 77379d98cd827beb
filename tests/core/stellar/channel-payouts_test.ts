import { Asset, Operation } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { encodeSeed } from "../../../core/auth/seeds.ts";
import { seedKey } from "../../../core/auth/strkey.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { channelSigners } from "../../../core/stellar/channels.ts";
import { findFreeSource } from "../../../core/stellar/envelopes.ts";
import { HorizonUnavailable } from "../../../core/stellar/horizon.ts";
import { payOnLedger } from "../../../core/stellar/payouts.ts";
import { refundOnLedger } from "../../../core/stellar/refunds.ts";
import { localSigner, type Signer } from "../../../core/stellar/signer.ts";
import { createSources } from "../../../core/stellar/sources.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import { databaseText } from "../../support/database-text.ts";
import { inFile } from "../records/files.ts";
import { ONE } from "../transfers/money-at-work.ts";
import { keysOf } from "./horizon-records.ts";
import { type LedgerWorld, ledgerWorld } from "./ledger-world.ts";
import { type MoneyWorld, moneyWorld } from "./money-world.ts";
import { memoOf, payment, withdrawal } from "./withdrawals.ts";
import { attemptStates, HUNDRED, PAID, PAID_BOOKS } from "./paid-deposits.ts";

const SEED = new Uint8Array(32).fill(5);

/** Creates these accounts with so much XLM each. */
function create(world: LedgerWorld, accounts: readonly Pick<Signer, "account">[], startingBalance = "5") {
  return world.put(
    world.distribution,
    accounts.map(({ account }) => Operation.createAccount({ destination: account, startingBalance })),
  );
}

async function openAlarms({ db }: MoneyWorld): Promise<Set<string>> {
  const rows = await db.query({ sql: "select id from alarms where closed_ms is null" });
  return new Set(rows.map(({ id }) => String(id)));
}

Deno.test("M-4 M-5 M-30 fifty payouts from fifty channels by two processes land in one ledger, each once", async () => {
  await using world = await ledgerWorld();
  await using file = await inFile();
  const [one, two] = [await file.open(), await file.open()];
  try {
    await migrate(one, migrations);
    const channels = channelSigners({ seed: SEED, count: 50 });
    await create(world, channels);
    const first = await moneyWorld(world, { db: one, channels });
    const second = await moneyWorld(world, { db: two, beside: first, channels });
    const user = await world.account("user", { trusts: true });
    const deposits: Transfer[] = [];
    for (let count = 0; count < 50; count++) deposits.push(await first.fundedDeposit(user));

    // From here on ledgers close when they are told to.
    world.ledger.behave({ behaviour: "close_every", seconds: 1_000_000 });
    // Channels alone, each process with its own sight of them.
    const [ofFirst, ofSecond] = [createSources(channels), createSources(channels)];
    const step = (work: MoneyWorld, { id }: Transfer) => {
      const sources = work === first ? ofFirst : ofSecond;
      return payOnLedger({ ...work.ledgerPaying, sources, submitTimeoutMs: 600 }, id);
    };
    const round = () =>
      Promise.all(deposits.flatMap((deposit) => [step(first, deposit), step(second, deposit)]));
    for (let rounds = 0; rounds < 20 && (await attemptStates(first)).length < 50; rounds++) await round();
    assert.deepEqual(await attemptStates(first), Array(50).fill("payout:stored"));
    assert.equal((await one.query({ sql: "select distinct place from attempts" })).length, 50);
    // Whatever is stored has been handed in by somebody.
    await round();
    assert.equal(await first.holds(user), 0n);
    await world.ledger.close(1);
    await round();

    for (const deposit of deposits) assert.equal((await first.now(deposit)).state, "completed");
    assert.deepEqual(await attemptStates(first), Array(50).fill("payout:completed"));
    assert.equal((await one.query({ sql: "select distinct ledger from attempts" })).length, 1);
    assert.equal(await first.holds(user), 50n * PAID);
    assert.deepEqual(await first.balances(), {
      "bank:bank": 50n * HUNDRED,
      fees: -50n * ONE,
      outstanding: -50n * PAID,
    });
    await first.balances("native");
    // What channels signed for is known when the distribution account's stream shows it.
    await first.watch();
    assert.deepEqual(await openAlarms(first), new Set());
  } finally {
    one.close();
    two.close();
  }
});

Deno.test("M-5 one stuck channel stops nothing else, and its payout goes on when its absence is proven", async () => {
  await using world = await ledgerWorld();
  const channels = channelSigners({ seed: SEED, count: 2 });
  const [stuck, sound] = channels;
  assert.ok(stuck && sound);
  await create(world, channels);
  using work = await moneyWorld(world, { channels });
  const user = await world.account("user", { trusts: true });
  world.ledger.behave({
    behaviour: "timeout",
    included_after: "never",
    count: "until_cleared",
    account: stuck.account,
  });
  const by = (...signers: readonly Signer[]) => ({ ...work.ledgerPaying, sources: createSources(signers) });
  const unlucky = await work.fundedDeposit(user);
  assert.equal((await payOnLedger(by(stuck), unlucky.id)).kind, "again");
  assert.deepEqual(await attemptStates(work), ["payout:stored"]);
  for (let count = 0; count < 4; count++) {
    assert.deepEqual(await work.perform(await work.fundedDeposit(user)), { kind: "done" });
  }
  assert.equal(await work.holds(user), 4n * PAID);
  assert.equal((await work.now(unlucky)).state, "paying");
  await world.pass(421);
  assert.deepEqual(await work.perform(unlucky), { kind: "done" });
  assert.deepEqual(await payOnLedger(by(sound), unlucky.id), { kind: "done" });
  assert.equal(await work.holds(user), 5n * PAID);
  assert.equal((await work.now(unlucky)).state, "completed");
  await work.balances();
});

Deno.test("M-5 M-6 a channel never made, merged away, without XLM or under another key is passed over and told", async () => {
  await using world = await ledgerWorld();
  const keys = ["merged", "poor", "locked", "never"].map((name) => keysOf(`channel ${name}`));
  const channels = keys.map((pair) => localSigner(pair.secret()));
  const [merged, poor, locked, never] = channels;
  const [mergedKeys, , lockedKeys] = keys;
  assert.ok(merged && poor && locked && never && mergedKeys && lockedKeys);
  await create(world, [merged, locked]);
  await create(world, [poor], "1.005");
  await world.put(mergedKeys, [Operation.accountMerge({ destination: world.distribution.publicKey() })]);
  const signer = { ed25519PublicKey: keysOf("thief").publicKey(), weight: 1 };
  await world.put(lockedKeys, [Operation.setOptions({ masterWeight: 0, signer })]);

  using work = await moneyWorld(world, { channels });
  const user = await world.account("user", { trusts: true });
  let clock = 0;
  const asked: string[] = [];
  const on = {
    ...work.ledgerPaying,
    sources: createSources([work.ledgerPaying.payer, ...channels], () => clock),
    horizon: {
      ...work.ledgerPaying.horizon,
      account: (id: string) => (asked.push(id), work.ledgerPaying.horizon.account(id)),
    },
  };
  const pay = async () => await payOnLedger(on, (await work.fundedDeposit(user)).id);
  assert.deepEqual(await pay(), { kind: "done" });
  assert.deepEqual(await work.balances(), PAID_BOOKS);
  const told = (fault: string, { account }: Signer) => `source_unfit:${account}:${fault}`;
  const all = new Set([
    told("missing", merged),
    told("missing", never),
    told("no_funds", poor),
    told("no_signer", locked),
  ]);
  assert.deepEqual(await openAlarms(work), all);

  // For a while nobody asks for them again, each costs a request.
  asked.length = 0;
  assert.deepEqual(await pay(), { kind: "done" });
  assert.ok(!asked.some((id) => channels.some(({ account }) => account === id)));

  // Mended, it is used again, and its alarm ends by itself.
  await create(world, [never]);
  clock = 60_000;
  asked.length = 0;
  assert.deepEqual(await pay(), { kind: "done" });
  const [last] = await work.db.query({
    sql: "select place from attempts order by stored_ms desc, rowid desc limit 1",
  });
  assert.equal(last?.place, never.account);
  assert.ok(!(await openAlarms(work)).has(told("missing", never)));
  // Nor need it be the process that has told of it.
  const funds = Operation.payment({ destination: poor.account, asset: Asset.native(), amount: "2" });
  await world.put(world.distribution, [funds]);
  const sources = createSources([work.ledgerPaying.payer, poor]);
  const another = (await work.fundedDeposit(user)).id;
  assert.deepEqual(await payOnLedger({ ...work.ledgerPaying, sources }, another), { kind: "done" });
  assert.ok(!(await openAlarms(work)).has(told("no_funds", poor)));
  assert.equal(await work.holds(user), 4n * PAID);
});

Deno.test("M-4 M-5 a channel whose sequence Horizon does not show yet is passed over; without another nothing is built", async () => {
  await using world = await ledgerWorld();
  const channels = channelSigners({ seed: SEED, count: 1 });
  const [channel] = channels;
  assert.ok(channel);
  await create(world, channels);
  using work = await moneyWorld(world, { channels });
  const user = await world.account("user", { trusts: true });
  assert.deepEqual(await work.perform(await work.fundedDeposit(user)), { kind: "done" });
  const distribution = world.distribution.publicKey();
  world.ledger.behave({ behaviour: "lag", count: "until_cleared", account: channel.account });
  const both = [channel.account, distribution];
  assert.equal((await findFreeSource(work.db, world.horizon, both))?.account, distribution);
  await assert.rejects(findFreeSource(work.db, world.horizon, [channel.account]), HorizonUnavailable);
});

Deno.test("M-4 M-19 M-30 two processes with a channel each send one receipt back once, and make one account once", async () => {
  await using world = await ledgerWorld();
  const channels = channelSigners({ seed: SEED, count: 2 });
  const [one, two] = channels;
  assert.ok(one && two);
  await create(world, channels);
  using work = await moneyWorld(world, {
    channels,
    rules: { startingBalance: 2n * ONE, claimableBalances: false },
    service: { amountRule: { kind: "refund" } },
  });
  /** A process that stores its envelope on the one channel and dies before it hands it in. */
  const quick = {
    ...work.ledgerRefunding,
    sources: createSources([one]),
    horizon: { ...world.horizon, submit: () => Promise.reject(new Error("the process died")) },
  };
  /** Another that has looked before it and stores after it, on the other channel. */
  const slow = (meanwhile: () => Promise<unknown>) => ({
    ...work.ledgerRefunding,
    sources: createSources([two]),
    horizon: {
      ...world.horizon,
      feeStats: async () => {
        await meanwhile().catch(() => {});
        return await world.horizon.feeStats();
      },
    },
  });
  const user = await world.account("user", { trusts: true });
  const opened = await withdrawal(work);
  await world.put(world.issuer, [payment(world, user.publicKey(), "100")]);
  await world.put(user, [payment(world, world.distribution.publicKey(), "5")], memoOf(opened));
  await work.watch();
  assert.equal((await work.now(opened)).state, "refunding");
  const before = await work.holds(user);
  const second = await refundOnLedger(slow(() => refundOnLedger(quick, opened.id)), opened.id);
  assert.equal(second.kind, "again");
  assert.deepEqual(await attemptStates(work), ["refund:stored"]);
  for (let step = 0; step < 3; step++) await work.refund(opened);
  assert.equal((await work.now(opened)).state, "refunded");
  assert.equal(await work.holds(user), before + 5n * ONE);

  const deposit = await work.fundedDeposit(keysOf("newcomer"));
  await payOnLedger(slow(() => payOnLedger(quick, deposit.id)), deposit.id);
  assert.deepEqual((await attemptStates(work)).slice(1), ["create_account:stored"]);
  await work.performAll(deposit);
  assert.equal(await work.holds(keysOf("newcomer"), "native"), 2n * ONE);
  await work.balances();
});

Deno.test("M-1 M-5 keys of channels and of the payer are in no error, no inspection and no row", async () => {
  await using world = await ledgerWorld();
  const channels = channelSigners({ seed: SEED, count: 2 });
  const [channel] = channels;
  assert.ok(channel);
  await create(world, [channel]);
  using work = await moneyWorld(world, { channels });
  const user = await world.account("user", { trusts: true });
  await work.perform(await work.fundedDeposit(user));
  world.ledger.behave({ behaviour: "fail", code: "op_underfunded", count: 1 });
  await work.perform(await work.fundedDeposit(user));
  assert.equal((await attemptStates(work)).length, 2);
  const derived = [0, 1].map((index) =>
    new Uint8Array(createHmac("sha256", SEED).update(`kedge channel ${index}`).digest())
  );
  const payer = seedKey(world.distribution.secret()) ?? assert.fail();
  const secrets = [SEED, payer, ...derived].flatMap((raw) => [
    encodeSeed(raw),
    raw.toHex(),
    raw.toBase64({ omitPadding: true }),
    raw.toBase64({ alphabet: "base64url", omitPadding: true }),
    raw.join(", "),
  ]);
  const inspected = Deno.inspect([channels, work.ledgerPaying], {
    depth: 12,
    showHidden: true,
    iterableLimit: 1_000,
  });
  const seen = `${await databaseText(work.db, work.vault)}\n${inspected}`;
  assert.ok(seen.includes(channel.account), "the look is at the right place");
  assert.deepEqual(secrets.filter((secret) => seen.includes(secret)), []);
});
