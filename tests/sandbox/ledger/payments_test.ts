import assert from "node:assert/strict";
import { Asset, Keypair, Operation } from "@stellar/stellar-sdk";
import { z } from "zod";
import { onNetwork } from "./network.ts";
import { held, NATIVE, pay } from "./steps.ts";

Deno.test(
  "a native payment moves the amount and costs the fee",
  onNetwork(async (network) => {
    const [payer, payee] = [await network.account(), await network.account()];
    const { status, body } = await network.send(payer, [pay(payee, NATIVE, "1.5")]);
    assert.equal(status, 200);
    assert.equal(body.fee_charged, "100");
    assert.equal(await held(network, payer, NATIVE), "9998.4999900");
    assert.equal(await held(network, payee, NATIVE), "10001.5000000");
  }),
);

Deno.test(
  "the codes of a payment of native money",
  onNetwork(async (network) => {
    const [payer, payee] = [await network.account(), await network.account()];
    const codes = async (destination: Keypair, amount: string) =>
      (await network.send(payer, [pay(destination, NATIVE, amount)])).codes?.operations;
    assert.deepEqual(await codes(Keypair.random(), "1"), ["op_no_destination"]);
    assert.deepEqual(await codes(payee, "9999.5"), ["op_underfunded"]);
    // Its reserve of 1 XLM and the fee stay: 10000 - 1 - 3 fees can be spent.
    assert.deepEqual(await codes(payee, "9998.9999701"), ["op_underfunded"]);
    const last = await network.send(payer, [pay(payee, NATIVE, "9998.9999600")]);
    assert.equal(last.status, 200);
    assert.equal(await held(network, payer, NATIVE), "1.0000000");
  }),
);

Deno.test(
  "native money to oneself succeeds whatever the amount",
  onNetwork(async (network) => {
    const payer = await network.account();
    assert.equal((await network.send(payer, [pay(payer, NATIVE, "123456789")])).status, 200);
    assert.equal(await held(network, payer, NATIVE), "9999.9999900");
  }),
);

Deno.test(
  "the codes of a payment of an issued asset",
  onNetwork(async (network) => {
    const { asset, issuer, holder } = await network.asset();
    const [stranger, trusting] = [await network.account(), await network.account()];
    await network.send(trusting, [Operation.changeTrust({ asset, limit: "10" })]);
    const codes = async (from: Keypair, to: Keypair, amount: string) =>
      (await network.send(from, [pay(to, asset, amount)])).codes?.operations ?? ["op_success"];
    assert.deepEqual(await codes(holder, stranger, "1"), ["op_no_trust"]);
    assert.deepEqual(await codes(stranger, holder, "1"), ["op_src_no_trust"]);
    assert.deepEqual(await codes(holder, trusting, "10.0000001"), ["op_line_full"]);
    assert.deepEqual(await codes(trusting, holder, "1"), ["op_underfunded"]);
    assert.deepEqual(await codes(holder, trusting, "10"), ["op_success"]);
    assert.deepEqual(await codes(holder, trusting, "0.0000001"), ["op_line_full"]);
    // The receiver is looked at first.
    assert.deepEqual(await codes(holder, stranger, "1000000"), ["op_no_trust"]);
    assert.deepEqual(await codes(issuer, trusting, "1"), ["op_line_full"]);
  }),
);

Deno.test(
  "an issuer mints by paying and burns by being paid",
  onNetwork(async (network) => {
    const { asset, issuer, holder } = await network.asset();
    assert.equal((await network.send(issuer, [pay(holder, asset, "5")])).status, 200);
    assert.equal(await held(network, holder, asset), "1005.0000000");
    assert.equal((await network.send(holder, [pay(issuer, asset, "1005")])).status, 200);
    assert.equal(await held(network, holder, asset), "0.0000000");
    assert.equal(await held(network, issuer, asset), undefined);
  }),
);

Deno.test(
  "an issuer that demands authorization: nobody may hold or send before it",
  onNetwork(async (network) => {
    const [issuer, holder] = [await network.account(), await network.account()];
    const asset = new Asset("AUTH", issuer.publicKey());
    await network.send(issuer, [Operation.setOptions({ setFlags: 3 })]);
    await network.send(holder, [Operation.changeTrust({ asset })]);
    const trust = await network.get(`/accounts/${holder.publicKey()}`);
    const [line] = z.array(z.record(z.string(), z.unknown())).parse(trust.body.balances);
    assert.equal(line?.is_authorized, false);
    assert.equal(line?.is_authorized_to_maintain_liabilities, false);
    assert.deepEqual((await network.send(issuer, [pay(holder, asset, "1")])).codes?.operations, [
      "op_not_authorized",
    ]);
    assert.deepEqual((await network.send(holder, [pay(issuer, asset, "1")])).codes?.operations, [
      "op_src_not_authorized",
    ]);
    const allow = { trustor: holder.publicKey(), asset, flags: { authorized: true } };
    assert.equal((await network.send(issuer, [Operation.setTrustLineFlags(allow)])).status, 200);
    assert.equal((await network.send(issuer, [pay(holder, asset, "1")])).status, 200);
    const revoke = { trustor: holder.publicKey(), asset, flags: { authorized: false } };
    assert.equal((await network.send(issuer, [Operation.setTrustLineFlags(revoke)])).status, 200);
    assert.deepEqual((await network.send(holder, [pay(issuer, asset, "1")])).codes?.operations, [
      "op_src_not_authorized",
    ]);
  }),
);

Deno.test(
  "path payments of an asset to itself, and the codes where no path leads",
  onNetwork(async (network) => {
    const { asset, issuer, holder } = await network.asset();
    const payee = await network.account();
    await network.send(payee, [Operation.changeTrust({ asset })]);
    const destination = payee.publicKey();
    const receive = Operation.pathPaymentStrictReceive({
      sendAsset: asset,
      sendMax: "7",
      destination,
      destAsset: asset,
      destAmount: "7",
    });
    assert.equal((await network.send(holder, [receive])).status, 200);
    const send = Operation.pathPaymentStrictSend({
      sendAsset: asset,
      sendAmount: "3",
      destination,
      destAsset: asset,
      destMin: "2",
    });
    assert.equal((await network.send(holder, [send])).status, 200);
    assert.equal(await held(network, payee, asset), "10.0000000");
    assert.equal(await held(network, holder, asset), "990.0000000");

    const code = async (operation: typeof receive) =>
      (await network.send(holder, [operation])).codes?.operations;
    const other = new Asset("EURX", issuer.publicKey());
    const over = { sendAsset: asset, sendMax: "6", destination, destAsset: asset, destAmount: "7" };
    assert.deepEqual(await code(Operation.pathPaymentStrictReceive(over)), ["op_over_source_max"]);
    const under = { sendAsset: asset, sendAmount: "6", destination, destAsset: asset, destMin: "7" };
    assert.deepEqual(await code(Operation.pathPaymentStrictSend(under)), ["op_under_dest_min"]);
    const across = { sendAsset: NATIVE, sendMax: "6", destination, destAsset: asset, destAmount: "1" };
    assert.deepEqual(await code(Operation.pathPaymentStrictReceive(across)), ["op_too_few_offers"]);
    const acrossSend = { sendAsset: NATIVE, sendAmount: "6", destination, destAsset: other, destMin: "1" };
    assert.deepEqual(await code(Operation.pathPaymentStrictSend(acrossSend)), ["op_too_few_offers"]);
    const nowhere = { ...over, destination: Keypair.random().publicKey() };
    assert.deepEqual(await code(Operation.pathPaymentStrictReceive(nowhere)), ["op_no_destination"]);
    const short = { ...under, sendAmount: "5000", destMin: "5000" };
    assert.deepEqual(await code(Operation.pathPaymentStrictSend(short)), ["op_underfunded"]);
  }),
);

Deno.test(
  "the delivered and the sent amount of path payments are shown",
  onNetwork(async (network) => {
    const { asset, holder } = await network.asset();
    const payee = await network.account();
    await network.send(payee, [Operation.changeTrust({ asset })]);
    const send = Operation.pathPaymentStrictSend({
      sendAsset: asset,
      sendAmount: "3",
      destination: payee.publicKey(),
      destAsset: asset,
      destMin: "2",
    });
    await network.send(holder, [send]);
    const { body } = await network.get(`/accounts/${payee.publicKey()}/payments?order=desc&limit=1`);
    const page = z.object({ records: z.array(z.record(z.string(), z.unknown())) }).parse(body._embedded);
    const [record] = page.records;
    assert.equal(record?.amount, "3.0000000");
    assert.equal(record?.source_amount, "3.0000000");
    assert.equal(record?.destination_min, "2.0000000");
    assert.deepEqual(record?.path, []);
    assert.equal(record?.source_asset_code, "USDX");
  }),
);

Deno.test(
  "an issuer claws back what was agreed to",
  onNetwork(async (network) => {
    const [issuer, holder] = [await network.account(), await network.account()];
    const asset = new Asset("CLAW", issuer.publicKey());
    await network.send(issuer, [Operation.setOptions({ setFlags: 10 })]);
    await network.send(holder, [Operation.changeTrust({ asset })]);
    await network.send(issuer, [pay(holder, asset, "10")]);
    const claw = (amount: string) => Operation.clawback({ asset, from: holder.publicKey(), amount });
    assert.deepEqual((await network.send(issuer, [claw("11")])).codes?.operations, ["op_underfunded"]);
    assert.equal((await network.send(issuer, [claw("4")])).status, 200);
    assert.equal(await held(network, holder, asset), "6.0000000");
  }),
);

Deno.test(
  "an operation that the sandbox does not know is refused at the door as not supported",
  onNetwork(async (network) => {
    const owner = await network.account();
    const answer = await network.send(owner, [Operation.inflation({})]);
    assert.equal(answer.status, 400);
    assert.deepEqual(answer.codes, { transaction: "tx_failed", operations: ["op_not_supported"] });
    assert.equal(await held(network, owner, NATIVE), "10000.0000000");
  }),
);
