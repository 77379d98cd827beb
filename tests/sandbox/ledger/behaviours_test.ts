import assert from "node:assert/strict";
import { Keypair, xdr } from "@stellar/stellar-sdk";
import { z } from "zod";
import { onNetwork, openNetwork } from "./network.ts";
import { NOW, pathOf, payNative, sequenceOf } from "./steps.ts";

Deno.test(
  "a submission answered 504 gets in two ledgers later",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    await network.control("behaviour", { behaviour: "timeout", included_after: 2 });
    const transaction = await network.build(owner, [payNative(other)]);
    const { status, body } = await network.submit(transaction);
    assert.equal(status, 504);
    assert.equal(body.type, "https://stellar.org/horizon-errors/timeout");
    await network.control("close", {});
    assert.equal((await network.get(pathOf(transaction))).status, 404);
    await network.control("close", {});
    assert.equal((await network.get(pathOf(transaction))).status, 200);
    // Told once, it happens once.
    assert.equal((await network.send(owner, [payNative(other)])).status, 200);
  }),
);

Deno.test(
  "sent again before its time, a late transaction is answered 504 again, and so is another of its account",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    await network.control("behaviour", { behaviour: "timeout", included_after: 2 });
    const transaction = await network.build(owner, [payNative(other)]);
    assert.equal((await network.submit(transaction)).status, 504);
    assert.equal((await network.submit(transaction)).status, 504);
    assert.equal((await network.send(owner, [payNative(other, "2")])).status, 504);
    await network.control("close", {});
    assert.equal((await network.submit(transaction)).status, 200);
    assert.equal((await network.send(owner, [payNative(other)])).status, 200);
  }),
);

Deno.test(
  "a submission answered 504 is never included, and is released when its time is over",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    await network.control("behaviour", { behaviour: "timeout", included_after: "never" });
    const transaction = await network.build(owner, [payNative(other)], {
      timebounds: { minTime: 0, maxTime: NOW + 300 },
    });
    assert.equal((await network.submit(transaction)).status, 504);
    await network.control("close", { ledgers: 10 });
    assert.equal((await network.get(pathOf(transaction))).status, 404);
    assert.equal((await network.submit(transaction)).status, 504);
    await network.control("close", { at: NOW + 301 });
    assert.equal((await network.get(pathOf(transaction))).status, 404);
    assert.deepEqual((await network.submit(transaction)).codes, { transaction: "tx_too_late" });
    const { rows } = await network.store.execute("select * from ledger_pending");
    assert.equal(rows.length, 0);
    // The sequence number was never used.
    assert.equal((await network.send(owner, [payNative(other)])).status, 200);
  }),
);

Deno.test(
  "a transaction told to fail in its ledger uses fee and sequence number",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const before = await sequenceOf(network, owner);
    await network.control("behaviour", { behaviour: "fail" });
    assert.deepEqual((await network.send(owner, [payNative(other)])).codes?.operations, ["op_underfunded"]);
    await network.control("behaviour", { behaviour: "fail", code: "op_line_full" });
    const transaction = await network.build(owner, [payNative(other), payNative(other)]);
    assert.deepEqual((await network.submit(transaction)).codes?.operations, ["op_line_full", "op_success"]);
    assert.equal(await sequenceOf(network, owner), before + 2n);
    const { body } = await network.get(pathOf(transaction));
    assert.equal(body.successful, false);
    assert.equal(body.fee_charged, "200");
    const balances = z.array(z.object({ balance: z.string() }));
    const held = async (who: Keypair) =>
      balances.parse((await network.get(`/accounts/${who.publicKey()}`)).body.balances)[0]?.balance;
    assert.equal(await held(owner), "9999.9999700");
    assert.equal(await held(other), "10000.0000000");
  }),
);

Deno.test(
  "behaviours can be meant for one account or one transaction, and be counted",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const account = owner.publicKey();
    const waits = await network.control("behaviour", { behaviour: "fail", account, count: 2 });
    assert.deepEqual(waits.body.waiting, [{ behaviour: "fail", account, count: 2 }]);
    assert.equal((await network.send(other, [payNative(owner)])).status, 200);
    assert.equal((await network.send(owner, [payNative(other)])).status, 400);
    assert.equal((await network.send(owner, [payNative(other)])).status, 400);
    assert.equal((await network.send(owner, [payNative(other)])).status, 200);
    const transaction = await network.build(owner, [payNative(other)]);
    const hash = xdr.encodeBytes(transaction.hash(), "hex");
    await network.control("behaviour", { behaviour: "timeout", included_after: 1, hash });
    assert.equal((await network.send(other, [payNative(owner)])).status, 200);
    assert.equal((await network.submit(transaction)).status, 504);
  }),
);

Deno.test(
  "reads answered one ledger behind show the state and the history before the last ledger",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const before = await network.get(`/accounts/${owner.publicKey()}`);
    const latest = network.ledger.snapshot().header.sequence;
    const { body: sent } = await network.send(owner, [payNative(other)]);
    await network.control("behaviour", { behaviour: "lag", count: "until_cleared" });
    const account = await network.get(`/accounts/${owner.publicKey()}`);
    assert.deepEqual(account.body, before.body);
    assert.equal(account.headers.get("latest-ledger"), String(latest));
    assert.equal((await network.get("/")).body.history_latest_ledger, latest);
    assert.equal((await network.get(`/transactions/${sent.hash}`)).status, 404);
    assert.equal((await network.get(`/ledgers/${latest + 1}`)).status, 404);
    const page = await network.get(`/accounts/${other.publicKey()}/payments?order=desc&limit=1`);
    const { records } = z.object({ records: z.array(z.object({ type: z.string() })) }).parse(
      page.body._embedded,
    );
    assert.deepEqual(records.map(({ type }) => type), ["create_account"]);
    await network.control("behaviour", { behaviour: "clear" });
    assert.notDeepEqual((await network.get(`/accounts/${owner.publicKey()}`)).body, before.body);
  }),
);

Deno.test(
  "requests answered 429 do nothing",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    await network.control("behaviour", { behaviour: "rate_limit", path: "/transactions" });
    const transaction = await network.build(owner, [payNative(other)]);
    const { status, body, headers } = await network.submit(transaction);
    assert.equal(status, 429);
    assert.equal(body.type, "https://stellar.org/horizon-errors/rate_limit_exceeded");
    for (const name of ["limit", "remaining", "reset"]) assert.ok(headers.get(`x-ratelimit-${name}`), name);
    assert.equal((await network.get(pathOf(transaction))).status, 404);
    assert.equal((await network.submit(transaction)).status, 200);
  }),
);

Deno.test("ledgers close every so many seconds when told", async () => {
  const network = await openNetwork({ closeEvery: "on demand" });
  try {
    const before = network.ledger.snapshot().header.sequence;
    const closed = new Promise<void>((resolve) => {
      let left = 3;
      const stop = network.ledger.subscribe(() => {
        left -= 1;
        if (left > 0) return;
        stop();
        resolve();
      });
    });
    await network.control("behaviour", { behaviour: "close_every", seconds: 0.01 });
    await closed;
    assert.ok(network.ledger.snapshot().header.sequence >= before + 3);
    await network.control("behaviour", { behaviour: "close_every", seconds: 5 });
    const answer = network.get("/ledgers?order=desc&limit=1");
    assert.equal((await answer).status, 200);
  } finally {
    await network.end();
  }
});

Deno.test(
  "control routes refuse what they do not understand",
  onNetwork(async (network) => {
    assert.equal((await network.control("behaviour", { behaviour: "explode" })).status, 400);
    assert.equal((await network.control("behaviour", { behaviour: "fail", count: 0 })).status, 400);
    assert.equal((await network.control("close", { ledgers: 0 })).status, 400);
    const back = await network.control("close", { at: NOW - 1 });
    assert.equal(back.status, 400);
    assert.match(String(back.body.error), /Cannot close at/);
    const iso = await network.control("close", { at: "2026-01-01T01:00:00Z", ledgers: 2 });
    assert.equal(iso.body.closed_at, "2026-01-01T01:00:00Z");
    const plain = await network.app.request("/sandbox/ledger/close", { method: "POST" });
    assert.equal(plain.status, 200);
    await plain.body?.cancel();
  }),
);
