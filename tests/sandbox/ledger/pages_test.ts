import assert from "node:assert/strict";
import { Claimant, Operation } from "@stellar/stellar-sdk";
import { z } from "zod";
import { onNetwork } from "./network.ts";
import { listed, payNative } from "./steps.ts";

Deno.test(
  "a page's links lead through all operations, forth and back, each once",
  onNetwork(async (network) => {
    const [owner, other] = [await network.account(), await network.account()];
    for (let index = 1; index <= 4; index++) {
      await network.send(owner, [payNative(other, String(index)), payNative(other)]);
    }
    const path = `/accounts/${other.publicKey()}/operations`;
    const walk = async (start: string, link: "next" | "prev"): Promise<string[]> => {
      const seen: string[] = [];
      let url = start;
      while (true) {
        const answer = await network.app.request(url);
        const { _links, _embedded } = listed.parse(await answer.json());
        if (_embedded.records.length === 0) return seen;
        seen.push(..._embedded.records.map(({ id }) => id));
        url = _links[link].href;
      }
    };
    const forth = await walk(`/sandbox/horizon${path}?limit=2`, "next");
    assert.equal(forth.length, 9);
    assert.deepEqual(forth, [...new Set(forth)].sort((one, two) => BigInt(one) < BigInt(two) ? -1 : 1));
    const back = await walk(`/sandbox/horizon${path}?limit=4&order=desc`, "next");
    assert.deepEqual(back, [...forth].reverse());
    const before = await walk(`/sandbox/horizon${path}?limit=4&cursor=${forth.at(-1)}&order=desc`, "next");
    assert.deepEqual(before, back.slice(1));
    const now = listed.parse((await network.get(`${path}?cursor=now`)).body);
    assert.deepEqual(now._embedded.records, []);
    const newest = listed.parse((await network.get(`${path}?cursor=now&order=desc&limit=1`)).body);
    assert.equal(newest._embedded.records[0]?.id, forth.at(-1));
  }),
);

Deno.test(
  "lists of ledgers, and what a ledger holds",
  onNetwork(async (network) => {
    const owner = await network.account();
    const { body } = await network.send(owner, [payNative(owner)]);
    await network.ledger.close(3);
    const latest = listed.parse((await network.get("/ledgers?order=desc&limit=2")).body);
    const { sequence } = network.ledger.snapshot().header;
    assert.deepEqual(latest._embedded.records.map((one) => one.sequence), [sequence, sequence - 1]);
    const first = listed.parse((await network.get("/ledgers?limit=2")).body);
    assert.deepEqual(first._embedded.records.map((one) => one.sequence), [1, 2]);
    const after = listed.parse((await network.get(`/ledgers?cursor=${2n << 32n}&limit=1`)).body);
    assert.deepEqual(after._embedded.records.map((one) => one.sequence), [3]);
    const before = listed.parse((await network.get(`/ledgers?cursor=${3n << 32n}&limit=1&order=desc`)).body);
    assert.deepEqual(before._embedded.records.map((one) => one.sequence), [2]);
    assert.deepEqual((await network.get("/ledgers?cursor=now&order=desc&limit=1")).status, 200);
    const held = await network.get(`/ledgers/${body.ledger}/transactions`);
    assert.deepEqual(listed.parse(held.body)._embedded.records.map(({ id }) => id), [body.hash]);
    const empty = await network.get(`/ledgers/${sequence}/operations`);
    assert.deepEqual(listed.parse(empty.body)._embedded.records, []);
  }),
);

Deno.test(
  "fee stats tell what was offered and paid per operation",
  onNetwork(async (network) => {
    const owner = await network.account();
    await network.ledger.close(5);
    await network.send(owner, [payNative(owner), payNative(owner)], { fee: "700" });
    const { body } = await network.get("/fee_stats");
    const spread = z.record(z.string(), z.string());
    assert.equal(spread.parse(body.max_fee).max, "700");
    assert.equal(spread.parse(body.fee_charged).max, "100");
    assert.equal(body.last_ledger, String(network.ledger.snapshot().header.sequence));
  }),
);

Deno.test(
  "the supply of an asset is what is held and what waits to be claimed",
  onNetwork(async (network) => {
    const { asset, issuer, holder } = await network.asset();
    const claimants = [new Claimant(holder.publicKey())];
    await network.send(issuer, [Operation.createClaimableBalance({ asset, amount: "7", claimants })]);
    await network.send(holder, [
      Operation.payment({ destination: issuer.publicKey(), asset, amount: "250" }),
    ]);
    const { body } = await network.get(`/assets?asset_code=USDX&asset_issuer=${issuer.publicKey()}`);
    const { records } = z.object({ records: z.array(z.looseObject({})) }).parse(body._embedded);
    assert.equal(records.length, 1);
    assert.deepEqual(records[0]?.balances, {
      authorized: "750.0000000",
      authorized_to_maintain_liabilities: "0.0000000",
      unauthorized: "0.0000000",
    });
    assert.equal(records[0]?.claimable_balances_amount, "7.0000000");
    assert.equal(records[0]?.num_claimable_balances, 1);
    const none = await network.get("/assets?asset_code=NONE");
    assert.deepEqual(none.body._embedded, { records: [] });
  }),
);
