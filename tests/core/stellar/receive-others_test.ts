import { Asset, Claimant, Operation } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { repeatable } from "../../../core/records/database.ts";
import type { UnderstoodOperation } from "../../../core/stellar/observed.ts";
import { payOnLedger } from "../../../core/stellar/payouts.ts";
import { takeTransaction } from "../../../core/stellar/receive.ts";
import { explain, of, onlyDebit } from "../operators/debits-at-work.ts";
import { ONE } from "../transfers/money-at-work.ts";
import { keysOf } from "./horizon-records.ts";
import { ledgerWorld } from "./ledger-world.ts";
import { type MoneyWorld, moneyWorld } from "./money-world.ts";
import { attemptStates, PAID, PAID_BOOKS } from "./paid-deposits.ts";
import { holder, memoOf, payment, setUp, withdrawal } from "./withdrawals.ts";

Deno.test("M-13 what our own accounts send each other is neither matched nor money that came in", async () => {
  await using world = await ledgerWorld();
  const user = await holder(world);
  const treasury = user.publicKey();
  using work = await moneyWorld(world, { treasury: [treasury] });
  const transfer = await withdrawal(work);
  await world.put(user, [payment(world, world.distribution.publicKey(), "100")], memoOf(transfer));
  await world.put(world.distribution, [payment(world, treasury, "5")]);
  assert.deepEqual(await work.watch(), []);
  assert.equal((await work.now(transfer)).state, "waiting");
  assert.equal(await work.count("receipts"), 0);
  assert.deepEqual(await work.balances(), {});
  assert.deepEqual(await work.alarms(), []);
});

Deno.test("M-13 a payment that nobody stored goes to suspense and raises an alarm, whatever carried it", async () => {
  await using world = await ledgerWorld();
  const { user, work, pay } = await setUp(world);
  using _ = work;
  const asset = new Asset("USDX", world.issuer.publicKey());
  const destination = user.publicKey();
  await world.put(world.distribution, [
    pay("5", destination),
    Operation.createClaimableBalance({ asset, amount: "2", claimants: [new Claimant(destination)] }),
    Operation.payment({ destination, asset: Asset.native(), amount: "3" }),
    Operation.createAccount({ destination: keysOf("new").publicKey(), startingBalance: "4" }),
  ]);
  await work.watch();
  assert.deepEqual(await work.balances(), { outstanding: -7n * ONE, suspense: 7n * ONE });
  assert.deepEqual(await work.balances("native"), { "bank:stellar": -7n * ONE, suspense: 7n * ONE });
  const alarms = await work.alarms();
  assert.deepEqual(alarms, [
    `statement_debit:${world.asset}`,
    `statement_debit:${world.asset}`,
    "statement_debit:native",
    "statement_debit:native",
  ]);
});

Deno.test("M-2 M-14 a payout that was taken for absent and stands in a ledger all the same stops payouts", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user", { trusts: true });
  const transfer = await work.fundedDeposit(user);
  const { horizon } = work.ledgerPaying;
  const dropped = () => Promise.resolve({ kind: "timeout" } as const);
  const drops = { ...work.ledgerPaying, horizon: { ...horizon, submit: dropped } };
  assert.equal((await payOnLedger(drops, transfer.id)).kind, "again");
  const [row] = await work.db.query({ sql: "select envelope from attempts" });
  // A Horizon that is wrong about both: the sequence, and that it has no such transaction.
  const before = await horizon.account(world.distribution.publicKey());
  assert.equal((await horizon.submit(String(row?.envelope))).kind, "included");
  await world.pass(500);
  const wrong = {
    ...horizon,
    account: () => Promise.resolve(before),
    transaction: () => Promise.resolve({ kind: "not_found" } as const),
  };
  assert.equal((await payOnLedger({ ...work.ledgerPaying, horizon: wrong }, transfer.id)).kind, "done");
  assert.deepEqual(await attemptStates(work), ["payout:absent"]);
  await work.watch();
  assert.deepEqual(await work.alarms(), [`statement_debit:${world.asset}`]);
  assert.equal((await work.perform(transfer)).kind, "again");
  assert.equal((await work.balances()).suspense, PAID);
  assert.equal(await explain(work, await onlyDebit(work), of(transfer)), "explained");
  assert.deepEqual(await work.performAll(transfer), { kind: "done" });
  assert.equal((await work.now(transfer)).state, "completed");
  assert.equal(await work.holds(user), PAID, "paid once");
  assert.deepEqual(await work.balances(), PAID_BOOKS);
});

Deno.test("M-13 a deauthorization of our trustline raises an alarm, one of a user's does not", async () => {
  await using world = await ledgerWorld();
  const { user, work } = await setUp(world);
  using _ = work;
  const asset = new Asset("USDX", world.issuer.publicKey());
  await world.put(world.issuer, [Operation.setOptions({ setFlags: 10 })]);
  await world.put(world.issuer, [
    Operation.setTrustLineFlags({
      trustor: world.distribution.publicKey(),
      asset,
      flags: { authorized: false },
    }),
  ]);
  await world.put(world.issuer, [
    Operation.setTrustLineFlags({ trustor: user.publicKey(), asset, flags: { authorized: false } }),
  ]);
  await work.watch();
  assert.deepEqual(await work.alarms(), ["statement_debit:authorization_changed"]);
  assert.deepEqual(await work.balances(), {});
});

Deno.test("M-13 an offer or a contract that may have changed our balance raises an alarm, an option does not", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const account = world.distribution.publicKey();
  const other = world.issuer.publicKey();
  const seen = [
    ["1", "manage_sell_offer", account, true],
    ["2", "invoke_host_function", other, true],
    ["3", "set_options", account, false],
  ] as const;
  for (const [id, type, source, value] of seen) {
    const operation: UnderstoodOperation = {
      ...await stored(work, id, account),
      source,
      type,
      kind: "other",
      direction: "none",
      value,
    };
    await takeTransaction(work.ledgerReceiving, { hash: "h", account, operations: [operation] });
  }
  assert.deepEqual(await work.alarms(), [
    "statement_debit:manage_sell_offer",
    "receipt_unmatched:invoke_host_function",
  ]);
  assert.deepEqual(await work.balances(), {});
});

Deno.test("M-13 M-23 a clawback from us stops payouts, and takes nothing from what is outstanding", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const account = world.distribution.publicKey();
  for (const [id, asset] of [["1", world.asset], ["2", "OTHER:G"]] as const) {
    const source = world.issuer.publicKey();
    const operation: UnderstoodOperation = {
      ...await stored(work, id, account),
      source,
      type: "clawback",
      kind: "clawback",
      direction: "out",
      from: account,
      asset,
      amount: 5n,
    };
    await takeTransaction(work.ledgerReceiving, { hash: "h", account, operations: [operation] });
  }
  assert.deepEqual(await work.alarms(), [`statement_debit:${world.asset}`, "statement_debit:OTHER:G"]);
  assert.deepEqual(await work.balances(), {});
  assert.deepEqual(await work.balances("OTHER:G"), { "bank:stellar": -5n, suspense: 5n });
});

Deno.test("M-11 a claimable balance for us is told to an operator and counts only when it is ours", async () => {
  await using world = await ledgerWorld();
  const { user, work, ours } = await setUp(world);
  using _ = work;
  const asset = new Asset("USDX", world.issuer.publicKey());
  await world.put(user, [
    Operation.createClaimableBalance({ asset, amount: "100", claimants: [new Claimant(ours)] }),
  ]);
  await work.watch();
  assert.deepEqual(await work.alarms(), ["receipt_unmatched:claimable_balance_created"]);
  assert.deepEqual(await work.balances(), {});
});

/** Keeps an operation as unprocessed, as the watch does. @returns its place */
async function stored({ db }: MoneyWorld, id: string, account: string) {
  await db.write([{
    sql: `insert into ledger_operations (id, position, account, transaction_hash, record, state, seen_ms)
      values (?, ?, ?, 'h', '{}', 'new', 0)`,
    args: [id, Number(id), account],
  }], repeatable);
  return { id, position: BigInt(id), hash: "h", innerHash: null, ledger: 1, closedAt: 1, memo: null };
}
