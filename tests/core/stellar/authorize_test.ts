import { Asset, Operation } from "@stellar/stellar-sdk";
import type { Keypair } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { payOnLedger } from "../../../core/stellar/payouts.ts";
import { localSigner, type Signer } from "../../../core/stellar/signer.ts";
import { keysOf } from "./horizon-records.ts";
import { type LedgerWorld, ledgerWorld } from "./ledger-world.ts";
import { type MoneyWorld, moneyWorld } from "./money-world.ts";
import { attemptStates, PAID, PAID_BOOKS } from "./paid-deposits.ts";

const authorizer = localSigner(keysOf("authorizer").secret());

/** AUTH_REQUIRED and AUTH_REVOCABLE. */
const DEMANDING = 3;

/** Lets the issuer demand authorization, and take the authorizer's signature for it. */
async function demand(world: LedgerWorld): Promise<void> {
  const signer = { ed25519PublicKey: authorizer.account, weight: 1 };
  await world.put(world.issuer, [Operation.setOptions({ setFlags: DEMANDING, signer })]);
}

/** A customer whose trustline waits for the issuer. */
async function newcomer(world: LedgerWorld): Promise<Keypair> {
  const user = await world.account("newcomer", { trusts: true });
  const account = await world.horizon.account(user.publicKey());
  assert.ok(account.kind === "found");
  assert.equal(account.balances.find(({ asset }) => asset === world.asset)?.authorized, false);
  return user;
}

const pay = (work: MoneyWorld, { id }: { readonly id: string }, by: Signer | null = authorizer) =>
  payOnLedger({ ...work.ledgerPaying, ...(by ? { authorizer: by } : {}) }, id);

async function errands({ db }: MoneyWorld): Promise<string[]> {
  const rows = await db.query({ sql: "select state from ledger_errands order by stored_ms, rowid" });
  return rows.map(({ state }) => String(state));
}

Deno.test("R-06-70 R-24-92 M-8 a new trustline is authorized before the payout, by an envelope that is stored first", async () => {
  await using world = await ledgerWorld();
  await demand(world);
  using work = await moneyWorld(world);
  const user = await newcomer(world);
  const transfer = await work.fundedDeposit(user);
  // The process dies between store and send: the bytes are there, and whoever goes on sends them.
  const submit = () => Promise.reject(new Error("the process died"));
  const dying = { ...work.ledgerPaying, authorizer, horizon: { ...world.horizon, submit } };
  await assert.rejects(payOnLedger(dying, transfer.id));
  assert.equal((await work.now(transfer)).state, "trusting");
  assert.deepEqual(await errands(work), ["stored"]);
  const stored = await work.db.query({ sql: "select hash, envelope from ledger_errands" });

  assert.deepEqual(await pay(work, transfer), { kind: "again", afterMs: 0 });
  assert.deepEqual(await errands(work), ["completed"]);
  assert.deepEqual(await work.db.query({ sql: "select hash, envelope from ledger_errands" }), stored);
  assert.equal(await work.holds(user), 0n);
  for (let step = 0; step < 3; step++) await pay(work, transfer);
  assert.equal((await work.now(transfer)).state, "completed");
  assert.deepEqual(await attemptStates(work), ["payout:completed"]);
  assert.equal(await work.holds(user), PAID);
  assert.deepEqual(await work.balances(), PAID_BOOKS);
  await work.balances("native");
  await work.watch();
  assert.deepEqual(await work.alarms(), []);

  // The next payout needs none.
  const next = await work.fundedDeposit(user);
  assert.deepEqual(await pay(work, next), { kind: "done" });
  assert.deepEqual(await errands(work), ["completed"]);
});

Deno.test("M-8 M-30 two steps at once authorize a trustline once", async () => {
  await using world = await ledgerWorld();
  await demand(world);
  using work = await moneyWorld(world);
  const user = await newcomer(world);
  const deposits = [await work.fundedDeposit(user), await work.fundedDeposit(user)];
  for (let round = 0; round < 8; round++) {
    await Promise.all(deposits.flatMap((deposit) => [pay(work, deposit), pay(work, deposit)]));
  }
  assert.deepEqual(await errands(work), ["completed"]);
  assert.equal(await work.holds(user), 2n * PAID);
});

Deno.test("M-8 without a secret, or with one that the issuer does not take, the transfer waits and nothing is sent", async () => {
  await using world = await ledgerWorld();
  await demand(world);
  using work = await moneyWorld(world);
  const transfer = await work.fundedDeposit(await newcomer(world));
  for (const by of [null, localSigner(keysOf("stranger").secret())]) {
    assert.deepEqual(await pay(work, transfer, by), { kind: "again", afterMs: 5_000 });
    const { state, message } = await work.now(transfer);
    assert.deepEqual([state, message], ["trusting", "not_authorized"]);
    assert.deepEqual(await errands(work), []);
  }
});

Deno.test("M-8 a trustline that was frozen after we authorized it is not authorized again: a person is told", async () => {
  await using world = await ledgerWorld();
  await demand(world);
  using work = await moneyWorld(world);
  const user = await newcomer(world);
  const transfer = await work.fundedDeposit(user);
  for (let step = 0; step < 4; step++) await pay(work, transfer);
  assert.equal(await work.holds(user), PAID);
  await world.put(world.issuer, [
    Operation.setTrustLineFlags({
      trustor: user.publicKey(),
      asset: new Asset("USDX", world.issuer.publicKey()),
      flags: { authorized: false },
    }),
  ]);
  const second = await work.fundedDeposit(user);
  for (let step = 0; step < 3; step++) await pay(work, second);
  assert.deepEqual(await errands(work), ["completed"]);
  assert.deepEqual(await work.alarms(), ["payout_refused:authorization_revoked"]);
  assert.equal((await work.now(second)).state, "trusting");
  assert.equal(await work.holds(user), PAID);
});

Deno.test("M-6 M-8 an authorization that the ledger refuses is told and not tried again until the alarm is closed", async () => {
  await using world = await ledgerWorld();
  await demand(world);
  using work = await moneyWorld(world);
  const user = await newcomer(world);
  const transfer = await work.fundedDeposit(user);
  world.ledger.behave({ behaviour: "fail", code: "op_invalid_state", count: 1 });
  for (let step = 0; step < 3; step++) await pay(work, transfer);
  assert.deepEqual(await errands(work), ["failed"]);
  assert.deepEqual(await work.alarms(), ["payout_refused:not_authorized"]);
  await work.db.write([{ sql: "update alarms set closed_ms = 1" }], {
    committed: { sql: "select 1 where false" },
  });
  for (let step = 0; step < 4; step++) await pay(work, transfer);
  assert.deepEqual(await errands(work), ["failed", "completed"]);
  assert.equal(await work.holds(user), PAID);
  await work.balances("native");
});
