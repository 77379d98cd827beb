import { FeeBumpTransaction, Keypair, TransactionBuilder } from "@stellar/stellar-sdk";
import type { Transaction } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { buildEnvelope } from "../../../core/stellar/build.ts";
import type { EnvelopePlan, Order } from "../../../core/stellar/build.ts";
import { localSigner } from "../../../core/stellar/signer.ts";
import { BOB, ISSUER, keysOf } from "./horizon-records.ts";
import { ledgerWorld } from "./ledger-world.ts";
import { muxedOf } from "./muxed.ts";
import { PASSPHRASE } from "./scripted-horizon.ts";

const USDX = `USDX:${ISSUER}`;
const payer = localSigner(keysOf("payer").secret());

function planOf(order: Order, more: Partial<EnvelopePlan> = {}): EnvelopePlan {
  return {
    order,
    memo: null,
    payer,
    source: payer,
    ledgerSequence: 41n,
    fee: 200n,
    validUntil: 1_800_000_300,
    passphrase: PASSPHRASE,
    ...more,
  };
}

const payment = (destination = BOB, amount = 12_500_000n): Order => ({
  kind: "payment",
  destination,
  asset: USDX,
  amount,
});

function read(xdr: string): Transaction {
  const transaction = TransactionBuilder.fromXDR(xdr, PASSPHRASE);
  assert.ok(!(transaction instanceof FeeBumpTransaction));
  return transaction;
}

Deno.test("M-1 an envelope names its hash, sequence and bounds as its bytes have them", async () => {
  const envelope = await buildEnvelope(planOf(payment()));
  const transaction = read(envelope.xdr);
  assert.equal(transaction.hash().toHex(), envelope.hash);
  assert.equal(transaction.sequence, "42");
  assert.equal(envelope.sequence, 42n);
  assert.deepEqual(transaction.timeBounds, { minTime: "0", maxTime: "1800000300" });
  assert.equal(transaction.fee, "200");
  const [signature] = transaction.signatures;
  assert.ok(signature !== undefined && transaction.signatures.length === 1);
  assert.ok(keysOf("payer").verify(transaction.hash(), signature.signature));
  const [operation] = transaction.operations;
  assert.ok(operation?.type === "payment");
  assert.equal(operation.amount, "1.2500000");
  assert.equal(operation.destination, BOB);
});

Deno.test("M-1 the same plan gives the same bytes", async () => {
  const [one, other] = [await buildEnvelope(planOf(payment())), await buildEnvelope(planOf(payment()))];
  assert.equal(one.xdr, other.xdr);
});

Deno.test("M-29 an envelope without an upper time bound is not built", async () => {
  for (const validUntil of [0, -1, Number.NaN, 1.5, Infinity]) {
    await assert.rejects(buildEnvelope(planOf(payment(), { validUntil })), RangeError);
  }
});

Deno.test("M-5 with a channel both sign, the payment stays the distribution account's", async () => {
  const channel = localSigner(keysOf("channel").secret());
  const envelope = await buildEnvelope(planOf(payment(), { source: channel }));
  const transaction = read(envelope.xdr);
  assert.equal(transaction.source, channel.account);
  assert.equal(envelope.source, channel.account);
  assert.equal(transaction.operations[0]?.source, payer.account);
  assert.equal(transaction.signatures.length, 2);
});

Deno.test("a payment keeps a muxed destination, other orders go to the account inside", async () => {
  const muxed = muxedOf(BOB, 2n ** 64n - 1n);
  const [paid] = read((await buildEnvelope(planOf(payment(muxed)))).xdr).operations;
  assert.ok(paid?.type === "payment" && paid.destination === muxed);
  const create: Order = { kind: "create_account", destination: muxed, startingBalance: 15_000_000n };
  const [created] = read((await buildEnvelope(planOf(create))).xdr).operations;
  assert.ok(created?.type === "createAccount" && created.destination === BOB);
  assert.equal(created.startingBalance, "1.5000000");
});

Deno.test("each memo is carried as it is", async () => {
  const hash = new Uint8Array(32).fill(7).toBase64();
  const memos = [
    { type: "id", value: "18446744073709551615" },
    { type: "text", value: "ünter" },
    { type: "text_bytes", value: "Yf8=" },
    { type: "hash", value: hash },
    { type: "return", value: hash },
  ] as const;
  for (const memo of memos) {
    const built = read((await buildEnvelope(planOf(payment(), { memo }))).xdr).memo;
    assert.equal(built.type, memo.type === "text_bytes" ? "text" : memo.type);
    const bytes = built.value instanceof Uint8Array
      ? built.value
      : new TextEncoder().encode(built.value ?? "");
    const expected = memo.type === "id" || memo.type === "text"
      ? new TextEncoder().encode(memo.value)
      : Uint8Array.fromBase64(memo.value);
    assert.deepEqual(new Uint8Array(bytes), expected);
  }
  assert.equal(read((await buildEnvelope(planOf(payment()))).xdr).memo.type, "none");
});

Deno.test("what is no payment is not built", async () => {
  const contract = "CA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUWDA";
  for (
    const order of [payment(BOB, 0n), payment(BOB, -1n), payment(contract), payment("GABC"), payment("")]
  ) {
    await assert.rejects(buildEnvelope(planOf(order)));
  }
  await assert.rejects(buildEnvelope(planOf(payment(), { memo: { type: "text", value: "x".repeat(29) } })));
});

Deno.test("the id of a claimable balance is known before it is sent, and is the ledger's", async () => {
  await using world = await ledgerWorld();
  const user = await world.account("user");
  const signer = localSigner(world.distribution.secret());
  const { distribution, horizon } = world;
  const account = await horizon.account(distribution.publicKey());
  assert.ok(account.kind === "found");
  const envelope = await buildEnvelope(planOf({
    kind: "claimable_balance",
    destination: muxedOf(user.publicKey(), 1n),
    asset: world.asset,
    amount: 30_000_001n,
  }, { payer: signer, source: signer, ledgerSequence: account.sequence }));
  assert.equal((await horizon.submit(envelope.xdr)).kind, "included");
  const balance = await horizon.claimableBalance(envelope.claimableBalanceId ?? "");
  assert.ok(balance.kind === "found");
  assert.deepEqual([balance.asset, balance.amount, balance.claimants], [world.asset, 30_000_001n, [
    user.publicKey(),
  ]]);
});

Deno.test("no error of a signer holds what it was given", () => {
  const secret = Keypair.random().secret();
  for (const text of [`${secret}A`, secret.slice(0, 55), secret.toLowerCase(), "", "not a key"]) {
    assert.throws(() => localSigner(text), (error) => {
      assert.ok(error instanceof Error);
      const shown = `${error.message} ${error.stack} ${Deno.inspect(error.cause)}`;
      assert.ok(text === "" || !shown.includes(text));
      return true;
    });
  }
  const signer = localSigner(secret);
  assert.ok(!Deno.inspect(signer, { showHidden: true, depth: 9 }).includes(secret));
  assert.ok(!JSON.stringify(signer).includes(secret));
});
