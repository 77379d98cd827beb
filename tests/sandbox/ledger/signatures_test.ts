import assert from "node:assert/strict";
import { Asset, hash, Keypair, Operation, xdr } from "@stellar/stellar-sdk";
import { z } from "zod";
import { onNetwork } from "./network.ts";
import { payNative, sequenceOf } from "./steps.ts";

Deno.test(
  "signers, weights and thresholds: an operation needs the weight of its kind",
  onNetwork(async (network) => {
    const [owner, friend, other] = [await network.account(), Keypair.random(), await network.account()];
    await network.send(owner, [Operation.setOptions({
      signer: { ed25519PublicKey: friend.publicKey(), weight: 1 },
      lowThreshold: 1,
      medThreshold: 2,
      highThreshold: 2,
    })]);
    const codes = async (signers: Keypair[]) =>
      (await network.send(owner, [payNative(other)], { signers })).codes;
    assert.deepEqual(await codes([owner]), { transaction: "tx_failed", operations: ["op_bad_auth"] });
    assert.deepEqual(await codes([friend]), { transaction: "tx_failed", operations: ["op_bad_auth"] });
    assert.equal(await codes([owner, friend]), undefined);
    const bare = Operation.claimClaimableBalance({ balanceId: "0".repeat(72) });
    assert.deepEqual((await network.send(owner, [bare], { signers: [friend] })).codes?.operations, [
      "op_does_not_exist",
    ]);
    await network.send(owner, [Operation.setOptions({ masterWeight: 0, medThreshold: 1 })], {
      signers: [owner, friend],
    });
    assert.deepEqual(await codes([owner]), { transaction: "tx_bad_auth" });
    assert.equal(await codes([friend]), undefined);
    const { body } = await network.get(`/accounts/${owner.publicKey()}`);
    assert.deepEqual(body.signers, [
      { weight: 1, key: friend.publicKey(), type: "ed25519_public_key" },
      { weight: 0, key: owner.publicKey(), type: "ed25519_public_key" },
    ]);
  }),
);

Deno.test(
  "a signature counts once, however often it is there",
  onNetwork(async (network) => {
    const [owner, friend] = [await network.account(), Keypair.random()];
    const signer = { ed25519PublicKey: friend.publicKey(), weight: 1 };
    await network.send(owner, [Operation.setOptions({ signer, medThreshold: 2, highThreshold: 2 })]);
    const codes = async (signers: Keypair[]) =>
      (await network.send(owner, [payNative(owner)], { signers })).codes?.operations;
    assert.deepEqual(await codes([owner, owner]), ["op_bad_auth"]);
    assert.equal(await codes([owner, friend]), undefined);
  }),
);

Deno.test(
  "operations of other accounts need their signatures; an account may be created and used in one transaction",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const foreign = Operation.payment({
      source: other.publicKey(),
      destination: owner.publicKey(),
      asset: Asset.native(),
      amount: "1",
    });
    assert.deepEqual((await network.send(owner, [foreign])).codes?.operations, ["op_bad_auth"]);
    assert.equal((await network.send(owner, [foreign], { signers: [owner, other] })).status, 200);
    const fresh = Keypair.random();
    const create = Operation.createAccount({ destination: fresh.publicKey(), startingBalance: "10" });
    const domain = Operation.setOptions({ source: fresh.publicKey(), homeDomain: "a.example" });
    assert.deepEqual((await network.send(owner, [create, domain])).codes?.operations, [
      "op_success",
      "op_bad_auth",
    ]);
    assert.equal((await network.send(owner, [create, domain], { signers: [owner, fresh] })).status, 200);
    const absent = Keypair.random();
    const lone = Operation.setOptions({ source: absent.publicKey(), homeDomain: "a.example" });
    assert.deepEqual((await network.send(owner, [lone], { signers: [owner, absent] })).codes?.operations, [
      "op_no_source_account",
    ]);
  }),
);

Deno.test(
  "a hash signer is satisfied by its preimage",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const preimage = new TextEncoder().encode("open sesame");
    const signer = { sha256Hash: xdr.encodeBytes(hash(preimage), "hex"), weight: 1 };
    await network.send(owner, [Operation.setOptions({ signer })]);
    const transaction = await network.build(owner, [payNative(other)], { signers: [] });
    transaction.signHashX(preimage);
    assert.equal((await network.submit(transaction)).status, 200);
    const wrong = await network.build(owner, [payNative(other)], { signers: [] });
    wrong.signHashX(new TextEncoder().encode("open barley"));
    assert.deepEqual((await network.submit(wrong)).codes, { transaction: "tx_bad_auth" });
  }),
);

Deno.test(
  "a transaction authorized beforehand needs no signature, once",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const next = await sequenceOf(network, owner);
    const future = await network.build(owner, [payNative(other)], { sequence: next + 2n, signers: [] });
    const preAuthTx = future.hash();
    await network.send(owner, [Operation.setOptions({ signer: { preAuthTx, weight: 1 } })]);
    assert.equal((await network.get(`/accounts/${owner.publicKey()}`)).body.subentry_count, 1);
    assert.equal((await network.submit(future)).status, 200);
    const { body } = await network.get(`/accounts/${owner.publicKey()}`);
    assert.equal(body.subentry_count, 0);
    assert.equal(z.array(z.unknown()).parse(body.signers).length, 1);
  }),
);

Deno.test(
  "extra signers that a transaction demands must all have signed",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const witness = Keypair.random();
    const build = async (signers: Keypair[]) =>
      await network.build(owner, [payNative(other)], {
        signers,
        configure: (builder) => builder.setExtraSigners([witness.publicKey()]),
      });
    assert.deepEqual((await network.submit(await build([owner]))).codes, { transaction: "tx_bad_auth" });
    assert.equal((await network.submit(await build([owner, witness]))).status, 200);
  }),
);
