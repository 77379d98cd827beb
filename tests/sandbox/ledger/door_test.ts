import assert from "node:assert/strict";
import { Keypair, Operation } from "@stellar/stellar-sdk";
import { z } from "zod";
import { type Network, onNetwork, untilWaiting } from "./network.ts";
import { balanceOf, NOW, payNative, sequenceOf } from "./steps.ts";

Deno.test(
  "refusals at the door use neither fee nor sequence number",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const sequence = await sequenceOf(network, owner);
    const code = async (options: Parameters<Network["send"]>[2]) =>
      (await network.send(owner, [payNative(other)], options)).codes;
    assert.deepEqual(await code({ sequence: sequence + 2n }), { transaction: "tx_bad_seq" });
    assert.deepEqual(await code({ sequence }), { transaction: "tx_bad_seq" });
    assert.deepEqual(await code({ fee: "99" }), { transaction: "tx_insufficient_fee" });
    assert.deepEqual(await code({ signers: [other] }), { transaction: "tx_bad_auth" });
    assert.deepEqual(await code({ signers: [] }), { transaction: "tx_bad_auth" });
    assert.deepEqual(await code({ signers: [owner, other] }), { transaction: "tx_bad_auth_extra" });
    assert.deepEqual(await code({ signers: [owner, owner] }), { transaction: "tx_bad_auth_extra" });
    assert.deepEqual(await code({ timebounds: { minTime: NOW + 1, maxTime: 0 } }), {
      transaction: "tx_too_early",
    });
    assert.deepEqual(await code({ timebounds: { minTime: 0, maxTime: NOW - 1 } }), {
      transaction: "tx_too_late",
    });
    assert.deepEqual((await network.send(owner, [])).codes, { transaction: "tx_missing_operation" });
    const unknown = Keypair.random();
    assert.deepEqual((await network.send(unknown, [payNative(other)])).codes, {
      transaction: "tx_no_source_account",
    });
    assert.equal(await sequenceOf(network, owner), sequence);
    assert.equal(await balanceOf(network, owner), "10000.0000000");
  }),
);

Deno.test(
  "what the fee would take below the reserve is refused as an insufficient balance",
  onNetwork(async (network) => {
    const funder = await network.account();
    const poor = Keypair.random();
    const create = Operation.createAccount({ destination: poor.publicKey(), startingBalance: "1.0000099" });
    await network.send(funder, [create]);
    const answer = await network.send(poor, [Operation.bumpSequence({ bumpTo: "0" })]);
    assert.deepEqual(answer.codes, { transaction: "tx_insufficient_balance" });
  }),
);

Deno.test(
  "a failure in a ledger uses fee and sequence number",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const sequence = await sequenceOf(network, owner);
    const answer = await network.send(owner, [
      payNative(other),
      payNative(Keypair.random()),
      payNative(other),
    ]);
    assert.equal(answer.status, 400);
    assert.deepEqual(answer.codes, {
      transaction: "tx_failed",
      operations: ["op_success", "op_no_destination", "op_success"],
    });
    assert.equal(await sequenceOf(network, owner), sequence + 1n);
    assert.equal(await balanceOf(network, owner), "9999.9999700");
    assert.equal(await balanceOf(network, other), "10000.0000000");
    const found = await network.get(
      `/accounts/${owner.publicKey()}/transactions?include_failed=true&order=desc`,
    );
    const { records } = z.object({ records: z.array(z.object({ successful: z.boolean() })) }).parse(
      found.body._embedded,
    );
    assert.equal(records[0]?.successful, false);
    const hidden = await network.get(`/accounts/${owner.publicKey()}/transactions?order=desc`);
    assert.notDeepEqual(hidden.body._embedded, found.body._embedded);
  }),
);

Deno.test(
  "a transaction that is malformed in one operation is refused at the door",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const merge = Operation.accountMerge({ destination: owner.publicKey() });
    const answer = await network.send(owner, [payNative(other), merge, payNative(other)]);
    assert.deepEqual(answer.codes?.operations, ["op_success", "op_malformed", "op_success"]);
    assert.equal(await balanceOf(network, owner), "10000.0000000");
  }),
);

Deno.test(
  "the same transaction again gives the same answer and pays once",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const transaction = await network.build(owner, [payNative(other)]);
    const first = await network.submit(transaction);
    const again = await network.submit(transaction);
    assert.equal(again.status, 200);
    assert.deepEqual(again.body, first.body);
    assert.equal(await balanceOf(network, other), "10001.0000000");
    const failing = await network.build(owner, [payNative(Keypair.random())]);
    const failed = await network.submit(failing);
    assert.deepEqual((await network.submit(failing)).body, failed.body);
  }),
);

Deno.test(
  "two callers who submit one transaction at once both hear of the one payment",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const transaction = await network.build(owner, [payNative(other)]);
    const answers = await Promise.all([network.submit(transaction), network.submit(transaction)]);
    assert.deepEqual(answers.map(({ status }) => status), [200, 200]);
    assert.equal(await balanceOf(network, other), "10001.0000000");
  }),
);

Deno.test(
  "another transaction of an account that has one waiting is not taken; its sender hears nothing",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const first = await network.build(owner, [payNative(other)]);
    const second = await network.build(owner, [payNative(other, "2")]);
    const waiting = network.submit(first);
    await untilWaiting(network.ledger, 1);
    const later = network.submit(second);
    await untilWaiting(network.ledger, 2);
    await network.ledger.close(3);
    assert.equal((await waiting).status, 200);
    const { status, body } = await later;
    assert.equal(status, 504);
    assert.equal(body.type, "https://stellar.org/horizon-errors/timeout");
    assert.equal(await balanceOf(network, other), "10001.0000000");
  }, { closeEvery: "on demand" }),
);

Deno.test(
  "an envelope that cannot be read, and a body of the wrong kind",
  onNetwork(async (network) => {
    const post = async (body: BodyInit, headers: HeadersInit = {}) => {
      const answer = await network.app.request("/sandbox/horizon/transactions", {
        method: "POST",
        body,
        headers,
      });
      return { status: answer.status, body: z.record(z.string(), z.unknown()).parse(await answer.json()) };
    };
    const broken = await post(new URLSearchParams({ tx: "AAAA" }));
    assert.equal(broken.status, 400);
    assert.equal(broken.body.type, "https://stellar.org/horizon-errors/transaction_malformed");
    assert.deepEqual(broken.body.extras, { envelope_xdr: "AAAA" });
    assert.equal((await post(new URLSearchParams())).status, 400);
    const json = await post("{}", { "content-type": "application/json" });
    assert.equal(json.status, 415);
    assert.equal(json.body.type, "https://stellar.org/horizon-errors/unsupported_media_type");
  }),
);
