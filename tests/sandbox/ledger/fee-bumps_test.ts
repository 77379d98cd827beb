import assert from "node:assert/strict";
import { Keypair, type Transaction, TransactionBuilder, xdr } from "@stellar/stellar-sdk";
import { z } from "zod";
import { onNetwork, PASSPHRASE } from "./network.ts";
import { balanceOf, payNative, transactionId } from "./steps.ts";

Deno.test(
  "a fee bump pays for another's transaction and is found under both hashes",
  onNetwork(async (network) => {
    const [owner, other, sponsor] = [
      await network.account(),
      await network.account(),
      await network.account(),
    ];
    const inner = await network.build(owner, [payNative(other)]);
    const bump = TransactionBuilder.buildFeeBumpTransaction(sponsor, "500", inner, PASSPHRASE);
    bump.sign(sponsor);
    const { status, body } = await network.submit(bump);
    assert.equal(status, 200);
    const [outerHash, innerHash] = [xdr.encodeBytes(bump.hash(), "hex"), transactionId(inner)];
    assert.equal(body.hash, outerHash);
    assert.equal(body.fee_account, sponsor.publicKey());
    assert.equal(body.source_account, owner.publicKey());
    assert.equal(body.fee_charged, "200");
    assert.equal(body.max_fee, "1000");
    assert.equal(await balanceOf(network, sponsor), "9999.9999800");
    assert.equal(await balanceOf(network, owner), "9999.0000000");
    const byInner = await network.get(`/transactions/${innerHash}`);
    assert.equal(byInner.body.hash, innerHash);
    assert.equal(byInner.body.id, innerHash);
    const innerPart = z.object({ hash: z.string(), signatures: z.array(z.string()), max_fee: z.string() });
    const parsed = innerPart.parse(byInner.body.inner_transaction);
    assert.equal(parsed.hash, innerHash);
    assert.equal(parsed.max_fee, "100");
    assert.deepEqual(byInner.body.signatures, parsed.signatures);
    assert.deepEqual(byInner.body.fee_bump_transaction, body.fee_bump_transaction);
    const operations = await network.get(`/transactions/${innerHash}/operations`);
    const { records } = z.object({ records: z.array(z.object({ transaction_hash: z.string() })) })
      .parse(operations.body._embedded);
    assert.deepEqual(records.map((record) => record.transaction_hash), [outerHash]);
    // The inside again: it is in a ledger already.
    assert.equal((await network.submit(inner)).status, 200);
    assert.equal(await balanceOf(network, other), "10001.0000000");
  }),
);

Deno.test(
  "the codes of fee bumps",
  onNetwork(async (network) => {
    const [owner, other, sponsor] = [
      await network.account(),
      await network.account(),
      await network.account(),
    ];
    const bumped = async (inner: Transaction, fee = "200", signers = [sponsor]) => {
      const bump = TransactionBuilder.buildFeeBumpTransaction(sponsor, fee, inner, PASSPHRASE);
      bump.sign(...signers);
      return (await network.submit(bump)).codes;
    };
    const dear = await network.build(owner, [payNative(other)], { fee: "300" });
    const wire = TransactionBuilder.buildFeeBumpTransaction(sponsor, "300", dear, PASSPHRASE).toEnvelope()
      .toXdrObject();
    assert.equal(wire.type, 5);
    if (wire.type === 5) wire.feeBump.tx.fee = 599n;
    const cheap = TransactionBuilder.fromXdr(
      xdr.TransactionEnvelope.fromXdrObject(wire).toXdr("base64"),
      PASSPHRASE,
    );
    cheap.sign(sponsor);
    assert.deepEqual((await network.submit(cheap)).codes, { transaction: "tx_insufficient_fee" });
    const good = await network.build(owner, [payNative(other)]);
    assert.deepEqual(await bumped(good, "200", [other]), { transaction: "tx_bad_auth" });
    assert.deepEqual(await bumped(good, "200", [sponsor, other]), { transaction: "tx_bad_auth_extra" });
    assert.deepEqual(await bumped(good, "60000000000"), { transaction: "tx_insufficient_balance" });
    const wrong = await network.build(owner, [payNative(other)], { sequence: 5n });
    assert.deepEqual(await bumped(wrong), {
      transaction: "tx_fee_bump_inner_failed",
      inner_transaction: "tx_bad_seq",
    });
    const failing = await network.build(owner, [payNative(Keypair.random())]);
    assert.deepEqual(await bumped(failing), {
      transaction: "tx_fee_bump_inner_failed",
      inner_transaction: "tx_failed",
      operations: ["op_no_destination"],
    });
    assert.equal(await balanceOf(network, sponsor), "9999.9999800");
    // Whoever asks for the inside is told of the inside.
    assert.deepEqual((await network.submit(failing)).codes, {
      transaction: "tx_failed",
      operations: ["op_no_destination"],
    });
  }),
);

Deno.test(
  "a bump with ten times the fee takes the place of what waits; a smaller one is refused",
  onNetwork(async (network) => {
    const [owner, other, sponsor] = [
      await network.account(),
      await network.account(),
      await network.account(),
    ];
    await network.control("behaviour", { behaviour: "timeout", included_after: 50 });
    const stuck = await network.build(owner, [payNative(other)]);
    assert.equal((await network.submit(stuck)).status, 504);
    const bump = (fee: string) => {
      const built = TransactionBuilder.buildFeeBumpTransaction(sponsor, fee, stuck, PASSPHRASE);
      built.sign(sponsor);
      return built;
    };
    assert.deepEqual((await network.submit(bump("900"))).codes, { transaction: "tx_insufficient_fee" });
    const { status } = await network.submit(bump("1000"));
    assert.equal(status, 200);
    assert.equal((await network.submit(stuck)).status, 200);
    await network.ledger.close(60);
    assert.equal(await balanceOf(network, other), "10001.0000000");
  }),
);
