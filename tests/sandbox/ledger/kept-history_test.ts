import assert from "node:assert/strict";
import { z } from "zod";
import { openStore } from "../../../sandbox/store.ts";
import { onNetwork, openNetwork, untilWaiting } from "./network.ts";
import { balanceOf, listed, pathOf, payNative, sequenceOf } from "./steps.ts";

const elder = z.object({ history_elder_ledger: z.number(), history_latest_ledger: z.number() });

Deno.test(
  "M-10 pruned history: the root says where it begins, and what was before is gone",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const old = await network.send(owner, [payNative(other)]);
    await network.ledger.close(10);
    const recent = await network.send(owner, [payNative(other)]);
    await network.ledger.close(2);
    assert.equal(elder.parse((await network.get("/")).body).history_elder_ledger, 1);
    await network.control("behaviour", { behaviour: "prune", keep: 5 });

    const root = elder.parse((await network.get("/")).body);
    assert.equal(root.history_elder_ledger, root.history_latest_ledger - 4);
    assert.equal((await network.get(`/transactions/${old.body.hash}`)).status, 404);
    assert.equal((await network.get(`/transactions/${recent.body.hash}`)).status, 200);
    // The present is whole: nobody's account or sequence number is lost with the past.
    assert.equal(await balanceOf(network, owner), "9997.9999800");
    assert.equal((await network.send(owner, [payNative(other)])).status, 200);
    // More is never kept again, and less only when told.
    await network.control("behaviour", { behaviour: "prune", keep: 1000 });
    assert.equal(
      elder.parse((await network.get("/")).body).history_elder_ledger,
      root.history_elder_ledger,
    );
  }),
);

Deno.test(
  "M-10 before the history that is kept: 410 for a ledger, an operation and pages backwards; pages forwards skip in silence",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    for (let index = 0; index < 6; index++) await network.send(owner, [payNative(other)]);
    const path = `/accounts/${other.publicKey()}/operations`;
    const all = listed.parse((await network.get(`${path}?limit=200`)).body)._embedded.records;
    await network.control("behaviour", { behaviour: "prune", keep: 2 });
    const { history_elder_ledger: first } = elder.parse((await network.get("/")).body);

    const gone = await network.get(`/ledgers/${first - 1}`);
    assert.equal(gone.status, 410);
    assert.equal(gone.body.type, "https://stellar.org/horizon-errors/before_history");
    assert.equal((await network.get(`/ledgers/${first}`)).status, 200);
    assert.equal((await network.get(`/ledgers/${first - 1}/operations`)).status, 410);
    assert.equal((await network.get(`/operations/${all[0]?.id}`)).status, 410);
    assert.equal((await network.get(`${path}?order=desc&cursor=${all[1]?.paging_token}`)).status, 410);

    const forwards = await network.get(`${path}?cursor=${all[0]?.paging_token}`);
    assert.equal(forwards.status, 200);
    const left = listed.parse(forwards.body)._embedded.records.map(({ id }) => id);
    assert.deepEqual(left, all.slice(-2).map(({ id }) => id));
    // An account of which nothing is left but its entry is still known.
    assert.equal((await network.get(`/accounts/${owner.publicKey()}/operations?cursor=0`)).status, 200);
  }),
);

Deno.test(
  "M-10 a reset begins the network anew: other ledgers under low numbers, no account that was there",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const { body: sent } = await network.send(owner, [payNative(other)]);
    await network.ledger.close(4);
    const before = elder.parse((await network.get("/")).body).history_latest_ledger;
    const hashes = new Map<number, unknown>();
    for (let ledger = 1; ledger <= before; ledger++) {
      hashes.set(ledger, (await network.get(`/ledgers/${ledger}`)).body.hash);
    }
    await network.control("behaviour", { behaviour: "reset" });

    assert.deepEqual(elder.parse((await network.get("/")).body), {
      history_elder_ledger: 1,
      history_latest_ledger: 1,
    });
    assert.equal((await network.get(`/accounts/${owner.publicKey()}`)).status, 404);
    assert.equal((await network.get(`/accounts/${owner.publicKey()}/operations`)).status, 404);
    assert.equal((await network.get(`/transactions/${sent.hash}`)).status, 404);
    await network.ledger.close(before);
    for (const [ledger, hash] of hashes) {
      assert.notEqual((await network.get(`/ledgers/${ledger}`)).body.hash, hash, `ledger ${ledger}`);
    }
    // It is a network like any other.
    const [late, later] = [await network.account(), await network.account()];
    assert.equal((await network.send(late, [payNative(later)])).status, 200);
    assert.equal(await sequenceOf(network, late) >> 32n < BigInt(before + 5), true);
  }),
);

Deno.test(
  "M-10 a reset tells nobody's transaction to be in the new network, and two resets are two networks",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    const waiting = await network.build(owner, [payNative(other)]);
    const answer = network.submit(waiting);
    await untilWaiting(network.ledger, 1);
    await network.control("behaviour", { behaviour: "reset" });
    assert.equal((await answer).status, 504);
    const first = network.ledger.snapshot().header.hash;
    await network.ledger.close(3);
    assert.equal((await network.get(pathOf(waiting))).status, 404);
    await network.control("behaviour", { behaviour: "reset" });
    assert.notEqual(network.ledger.snapshot().header.hash, first);
  }, { closeEvery: "on demand" }),
);

Deno.test("M-10 a restart forgets neither what was pruned nor that the network began anew", async () => {
  const folder = await Deno.makeTempDir();
  const url = `file:${folder}/sandbox.db`;
  try {
    const first = await openStore(url);
    const network = await openNetwork({ store: first });
    const owner = await network.account();
    await network.control("behaviour", { behaviour: "reset" });
    const other = await network.account();
    await network.ledger.close(9);
    await network.control("behaviour", { behaviour: "prune", keep: 3 });
    const root = (await network.get("/")).body;
    const { header } = network.ledger.snapshot();
    await network.end();
    first.close();

    const second = await openStore(url);
    const again = await openNetwork({ store: second });
    assert.deepEqual(again.ledger.snapshot().header, header);
    assert.deepEqual((await again.get("/")).body, root);
    assert.equal((await again.get(`/accounts/${owner.publicKey()}`)).status, 404);
    assert.equal((await again.get(`/accounts/${other.publicKey()}`)).status, 200);
    await again.end();
    second.close();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
