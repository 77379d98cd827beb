import assert from "node:assert/strict";
import { Operation } from "@stellar/stellar-sdk";
import { openStore } from "../../../sandbox/store.ts";
import { openNetwork, untilWaiting } from "./network.ts";
import { NOW, pathOf, payNative } from "./steps.ts";

Deno.test("state, history, clock and what was told to wait survive a restart", async () => {
  const folder = await Deno.makeTempDir();
  const url = `file:${folder}/sandbox.db`;
  try {
    const first = await openStore(url);
    const network = await openNetwork({ store: first });
    const { asset, issuer, holder } = await network.asset();
    const other = await network.account();
    const late = await network.build(holder, [payNative(other)]);
    const swallowed = await network.build(other, [payNative(holder)], {
      timebounds: { minTime: 0, maxTime: NOW + 9000 },
    });
    await network.control("behaviour", { behaviour: "timeout", included_after: 3 });
    assert.equal((await network.submit(late)).status, 504);
    await network.control("behaviour", { behaviour: "timeout", included_after: "never" });
    assert.equal((await network.submit(swallowed)).status, 504);
    await network.ledger.close(1, NOW + 100);
    const account = await network.get(`/accounts/${holder.publicKey()}`);
    const operations = await network.get(`/accounts/${holder.publicKey()}/operations`);
    const { header } = network.ledger.snapshot();
    await network.end();
    first.close();

    const second = await openStore(url);
    const again = await openNetwork({ store: second });
    assert.deepEqual(again.ledger.snapshot().header, header);
    assert.deepEqual((await again.get(`/accounts/${holder.publicKey()}`)).body, account.body);
    assert.deepEqual((await again.get(`/accounts/${holder.publicKey()}/operations`)).body, operations.body);
    assert.equal((await again.submit(swallowed)).status, 504);
    await again.ledger.close(2);
    assert.equal((await again.get(pathOf(late))).status, 200);
    assert.equal(again.ledger.snapshot().header.closeTime, NOW + 100);
    assert.equal(again.ledger.snapshot().header.previousHash.length, 64);
    assert.equal((await again.get(`/accounts/${holder.publicKey()}`)).status, 200);
    const next = await again.send(holder, [Operation.payment({
      destination: issuer.publicKey(),
      asset,
      amount: "1",
    })]);
    assert.equal(next.status, 200);
    await again.end();
    second.close();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("two processes on one store do not both close a ledger", async () => {
  const folder = await Deno.makeTempDir();
  const [first, second] = [
    await openStore(`file:${folder}/sandbox.db`),
    await openStore(`file:${folder}/sandbox.db`),
  ];
  try {
    const one = await openNetwork({ store: first, closeEvery: "on demand" });
    const other = await openNetwork({ store: second, closeEvery: "on demand" });
    await one.ledger.close();
    await assert.rejects(other.ledger.close(), /UNIQUE/);
    await one.end();
    await other.end();
  } finally {
    first.close();
    second.close();
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a store is not opened under another passphrase", async () => {
  const store = await openStore(":memory:");
  try {
    const network = await openNetwork({ store });
    await network.end();
    await store.execute("update ledger_settings set value = 'another' where name = 'passphrase'");
    await assert.rejects(openNetwork({ store }), /passphrase/);
  } finally {
    store.close();
  }
});

Deno.test("stopping answers all who wait, and all who come later", async () => {
  const network = await openNetwork({ closeEvery: "on demand" });
  const [owner, other] = [await network.account(), await network.account()];
  const transaction = await network.build(owner, [payNative(other)]);
  const waiting = network.submit(transaction);
  await untilWaiting(network.ledger, 1);
  await network.ledger.stop();
  assert.equal((await waiting).status, 504);
  assert.equal((await network.submit(transaction)).status, 504);
  const stream = await network.app.request("/sandbox/horizon/ledgers?cursor=now", {
    headers: { accept: "text/event-stream" },
  });
  assert.match(await stream.text(), /byebye/);
  await network.end();
});
