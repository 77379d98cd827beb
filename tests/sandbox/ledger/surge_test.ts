import assert from "node:assert/strict";
import { type Keypair, type Transaction, TransactionBuilder } from "@stellar/stellar-sdk";
import { z } from "zod";
import { type Network, onNetwork, PASSPHRASE, untilWaiting } from "./network.ts";
import { balanceOf, NOW, pathOf, payNative } from "./steps.ts";

const spread = z.object({ min: z.string(), p50: z.string(), p90: z.string(), max: z.string() });
const stats = z.object({
  ledger_capacity_usage: z.string(),
  last_ledger_base_fee: z.string(),
  fee_charged: spread,
  max_fee: spread,
});

async function feeStats(network: Network) {
  return stats.parse((await network.get("/fee_stats")).body);
}

function bumpOf(inner: Transaction, payer: Keypair, fee: string) {
  const bump = TransactionBuilder.buildFeeBumpTransaction(payer, fee, inner, PASSPHRASE);
  bump.sign(payer);
  return bump;
}

Deno.test(
  "M-6 while ledgers are full, who offers less than the going fee is refused at the door, and uses nothing",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    await network.control("behaviour", { behaviour: "surge", fee: 5000 });
    const before = network.ledger.snapshot().header.sequence;
    const cheap = await network.build(owner, [payNative(other), payNative(other)], { fee: "4999" });
    const refused = await network.submit(cheap);
    assert.equal(refused.status, 400);
    assert.deepEqual(refused.codes, { transaction: "tx_insufficient_fee" });
    assert.equal(network.ledger.snapshot().header.sequence, before);
    assert.equal((await network.get(pathOf(cheap))).status, 404);
    assert.equal(await balanceOf(network, owner), "10000.0000000");

    // The next one takes the very sequence number; it is charged what is going and not what it offered.
    const dear = await network.send(owner, [payNative(other), payNative(other)], { fee: "7000" });
    assert.equal(dear.status, 200);
    assert.equal(dear.body.fee_charged, "10000");
    assert.equal(await balanceOf(network, owner), "9997.9990000");
  }),
);

Deno.test(
  "M-6 fee statistics say what is going, and the base fee again once there is room",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    assert.equal((await feeStats(network)).fee_charged.p90, "100");
    await network.control("behaviour", { behaviour: "surge", fee: 5000 });
    const full = await feeStats(network);
    assert.equal(full.ledger_capacity_usage, "1.00");
    assert.deepEqual(full.fee_charged, { min: "5000", p50: "5000", p90: "5000", max: "5000" });
    assert.equal(full.last_ledger_base_fee, "100");
    // A new account can still be had.
    const late = await network.account();
    assert.equal(await balanceOf(network, late), "10000.0000000");

    await network.control("behaviour", { behaviour: "surge", fee: 100 });
    await network.ledger.close(5);
    assert.equal((await feeStats(network)).fee_charged.p90, "100");
    assert.equal((await network.send(owner, [payNative(other)])).status, 200);
    await network.control("behaviour", { behaviour: "surge", fee: 5000 });
    await network.control("behaviour", { behaviour: "clear" });
    assert.equal((await network.send(owner, [payNative(other)])).status, 200);
  }),
);

Deno.test(
  "M-7 a fee bump gets in what offered too little; it has to pay for one operation more",
  onNetwork(async (network) => {
    const [owner, other, payer] = [await network.account(), await network.account(), await network.account()];
    await network.control("behaviour", { behaviour: "surge", fee: 5000 });
    const inner = await network.build(owner, [payNative(other)]);
    assert.equal((await network.submit(inner)).codes?.transaction, "tx_insufficient_fee");
    assert.deepEqual((await network.submit(bumpOf(inner, payer, "4999"))).codes, {
      transaction: "tx_insufficient_fee",
    });
    const { status, body } = await network.submit(bumpOf(inner, payer, "5000"));
    assert.equal(status, 200);
    assert.equal(body.fee_charged, "10000");
    assert.equal(await balanceOf(network, payer), "9999.9990000");
    assert.equal((await network.get(pathOf(inner))).status, 200);
  }),
);

Deno.test(
  "M-2 M-6 what is left out of full ledgers is answered 504 and gets in when the fee has fallen",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    await network.control("behaviour", { behaviour: "surge", fee: 5000, turns_away: "ledger" });
    const cheap = await network.build(owner, [payNative(other)]);
    assert.equal((await network.submit(cheap)).status, 504);
    assert.equal((await network.submit(cheap)).status, 504);
    await network.ledger.close(5);
    assert.equal((await network.get(pathOf(cheap))).status, 404);
    await network.control("behaviour", { behaviour: "surge", fee: 100 });
    await network.ledger.close();
    assert.equal((await network.get(pathOf(cheap))).status, 200);
    assert.equal(await balanceOf(network, other), "10001.0000000");
  }),
);

Deno.test(
  "M-7 what is left out of full ledgers gets in by a bump of ten times its fee, once",
  onNetwork(async (network) => {
    const [owner, other, payer] = [await network.account(), await network.account(), await network.account()];
    await network.control("behaviour", { behaviour: "surge", fee: 900, turns_away: "ledger" });
    const inner = await network.build(owner, [payNative(other)]);
    assert.equal((await network.submit(inner)).status, 504);
    assert.equal(
      (await network.submit(bumpOf(inner, payer, "999"))).codes?.transaction,
      "tx_insufficient_fee",
    );
    assert.equal((await network.submit(bumpOf(inner, payer, "1000"))).status, 200);
    assert.equal((await network.submit(inner)).status, 200);
    await network.control("behaviour", { behaviour: "clear" });
    await network.ledger.close(3);
    assert.equal(await balanceOf(network, other), "10001.0000000");
  }),
);

Deno.test(
  "M-2 what is left out of full ledgers is forgotten when its time is over",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    await network.control("behaviour", { behaviour: "surge", fee: 5000, turns_away: "ledger" });
    const cheap = await network.build(owner, [payNative(other)], {
      timebounds: { minTime: 0, maxTime: NOW + 300 },
    });
    assert.equal((await network.submit(cheap)).status, 504);
    await network.ledger.close(1, NOW + 301);
    await network.control("behaviour", { behaviour: "clear" });
    await network.ledger.close(3);
    assert.equal((await network.get(pathOf(cheap))).status, 404);
    assert.deepEqual((await network.submit(cheap)).codes, { transaction: "tx_too_late" });
  }),
);

Deno.test(
  "a surge can be meant for one account, and a ledger on demand has room for who pays",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const account = owner.publicKey();
    await network.control("behaviour", { behaviour: "surge", fee: 5000, turns_away: "ledger", account });
    const left = network.send(owner, [payNative(other)]);
    const taken = network.send(other, [payNative(owner)]);
    await untilWaiting(network.ledger, 2);
    await network.ledger.close(3);
    assert.equal((await taken).status, 200);
    assert.equal((await left).status, 504);
    for (const fee of [99, 0.5, "5000"]) {
      assert.equal((await network.control("behaviour", { behaviour: "surge", fee })).status, 400);
    }
  }, { closeEvery: "on demand" }),
);
