import assert from "node:assert/strict";
import { openAlarms } from "../../../core/records/alarms.ts";
import { payOnLedger } from "../../../core/stellar/payouts.ts";
import { signatureOf, SignerUnavailable } from "../../../core/stellar/signatures.ts";
import { type DecoratedSignature, localSigner, type Signer } from "../../../core/stellar/signer.ts";
import { createSources } from "../../../core/stellar/sources.ts";
import { channelSigners } from "../../../core/stellar/channels.ts";
import { keysOf } from "./horizon-records.ts";
import { ledgerWorld } from "./ledger-world.ts";
import { moneyWorld } from "./money-world.ts";
import { attemptStates, PAID, PAID_BOOKS } from "./paid-deposits.ts";

const HASH = new Uint8Array(32).fill(7);
const good = localSigner(keysOf("signer").secret());
const other = localSigner(keysOf("other").secret());

/** What a signer elsewhere may do instead of signing. */
const WRONG: Readonly<Record<string, Signer["sign"]>> = {
  "a signature of another hash": () => good.sign(new Uint8Array(32)),
  "a signature by another key": (hash) => other.sign(hash),
  "another key's signature under the right hint": async (hash) => ({
    hint: (await good.sign(hash)).hint,
    signature: (await other.sign(hash)).signature,
  }),
  "the right signature under another hint": async (hash) => ({
    hint: (await other.sign(hash)).hint,
    signature: (await good.sign(hash)).signature,
  }),
  "half a signature": async (hash) => {
    const { hint, signature } = await good.sign(hash);
    return { hint, signature: signature.subarray(0, 32) };
  },
  "a signature of what it has made of the hash": async (hash) => {
    hash.fill(0);
    return await good.sign(hash);
  },
};

Deno.test("M-1 what is no signature of the very hash by the signer's key is refused", async () => {
  const signed = await signatureOf(good, HASH);
  assert.deepEqual(signed, await good.sign(HASH));
  for (const [what, sign] of Object.entries(WRONG)) {
    await assert.rejects(signatureOf({ ...good, sign }, HASH), (error) => {
      assert.ok(error instanceof SignerUnavailable, what);
      assert.equal(error.trouble, "signer_wrong", what);
      return true;
    });
  }
  assert.deepEqual(HASH, new Uint8Array(32).fill(7));
});

Deno.test("M-1 a signer may sign for an account by another key than the account's own", async () => {
  const signed = await signatureOf({ ...other, account: good.account }, HASH);
  assert.deepEqual(signed, await other.sign(HASH));
});

Deno.test("a signer's error is not passed on: it may hold anything", async () => {
  const secret = keysOf("signer").secret();
  for (
    const sign of [
      () => Promise.reject(new Error(secret)),
      (): Promise<DecoratedSignature> => {
        throw new Error(secret);
      },
    ]
  ) {
    await assert.rejects(signatureOf({ ...good, sign }, HASH), (error) => {
      assert.ok(error instanceof SignerUnavailable);
      assert.equal(error.trouble, "signer_failed");
      assert.ok(!Deno.inspect(error).includes(secret));
      assert.equal(error.cause, undefined);
      return true;
    });
  }
});

Deno.test("M-1 M-4 a signer that fails, is late or answers nonsense: nothing is sent, and one envelope in the end", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user", { trusts: true });
  const transfer = await work.fundedDeposit(user);
  const real = work.ledgerPaying.payer;
  const late: PromiseWithResolvers<void> = Promise.withResolvers();
  const signers: readonly (readonly [string, Signer["sign"]])[] = [
    ["signer_failed", () => Promise.reject(new Error("the vault is sealed"))],
    ["signer_wrong", () => real.sign(new Uint8Array(32))],
    ["signer_late", async (hash) => {
      await late.promise;
      return await real.sign(hash);
    }],
  ];
  const before = await world.horizon.account(real.account);
  for (const [trouble, sign] of signers) {
    const payer = { ...real, sign };
    const on = { ...work.ledgerPaying, payer, sources: createSources([payer]), signTimeoutMs: 50 };
    assert.deepEqual(await payOnLedger(on, transfer.id), { kind: "retry", error: trouble, isPatient: true });
    assert.equal((await work.now(transfer)).state, "funded");
    assert.deepEqual(await attemptStates(work), []);
    const told = (await openAlarms(work.db, 10)).map(({ kind, detail }) => `${kind}:${detail}`);
    assert.ok(told.includes(`signer_unavailable:${trouble}`), "somebody is told");
  }
  // The answer comes after all, when nobody waits for it any more.
  late.resolve();
  assert.deepEqual(await work.perform(transfer), { kind: "done" });
  assert.deepEqual(await openAlarms(work.db, 10), [], "it signs again");
  assert.deepEqual(await attemptStates(work), ["payout:completed"]);
  const after = await world.horizon.account(real.account);
  assert.ok(before.kind === "found" && after.kind === "found");
  assert.equal(after.sequence, before.sequence + 1n);
  assert.equal(await work.holds(user), PAID);
  assert.deepEqual(await work.balances(), PAID_BOOKS);
});

Deno.test("M-4 M-5 while one channel's signer fails, the source is given back and others are used", async () => {
  await using world = await ledgerWorld();
  const [channel] = channelSigners({ seed: new Uint8Array(32).fill(3), count: 1 });
  assert.ok(channel);
  await world.fund(channel.account);
  const failing = { ...channel, sign: () => Promise.reject(new Error("away")) };
  using work = await moneyWorld(world, { channels: [failing] });
  const user = await world.account("user", { trusts: true });
  const transfer = await work.fundedDeposit(user);
  const failed = { kind: "retry", error: "signer_failed", isPatient: true };
  assert.deepEqual(await work.perform(transfer), failed);
  const free = await work.db.query({ sql: "select account from stellar_sources where attempt_id is null" });
  assert.equal(free.length, 2);
  const on = { ...work.ledgerPaying, sources: createSources([work.ledgerPaying.payer, channel]) };
  assert.deepEqual(await payOnLedger(on, transfer.id), { kind: "done" });
  assert.equal(await work.holds(user), PAID);
});
