import assert from "node:assert/strict";
import { Keypair, Operation, TransactionBuilder } from "@stellar/stellar-sdk";
import { describeHomeDomain, findHomeDomain } from "../../../core/stellar/home-domain.ts";
import { createHorizon } from "../../../core/stellar/horizon.ts";
import { type Network, openNetwork, PASSPHRASE } from "../../sandbox/ledger/network.ts";

async function onNetwork(work: (network: Network, find: Find) => Promise<void>): Promise<void> {
  const network = await openNetwork();
  const horizon = createHorizon({
    url: "http://ledger.test/sandbox/horizon",
    passphrase: PASSPHRASE,
    timeoutMs: 5_000,
    fetch: async (url, init) => await network.app.request(url, init),
  });
  const find: Find = (issuer, homeDomains = ["anchor.example.com"]) =>
    findHomeDomain(horizon, { issuer, homeDomains, passphrase: PASSPHRASE });
  try {
    await work(network, find);
  } finally {
    await network.end();
  }
}

type Find = (
  issuer: string,
  homeDomains?: readonly [string, ...string[]],
) => ReturnType<typeof findHomeDomain>;

Deno.test("W6 an issuer without a home domain gets a transaction that, signed, points it here", () =>
  onNetwork(async (network, find) => {
    const issuer = await network.account();
    const before = await find(issuer.publicKey());
    assert.ok(before.kind === "points_elsewhere" && before.xdr !== null);
    assert.equal(before.found, null);
    assert.match(describeHomeDomain(before).join("\n"), /home_domain = "anchor\.example\.com"/);

    const transaction = TransactionBuilder.fromXdr(before.xdr, PASSPHRASE);
    assert.equal(transaction.signatures.length, 0);
    transaction.sign(issuer);
    assert.equal((await network.submit(transaction)).status, 200);
    assert.deepEqual(await find(issuer.publicKey()), {
      kind: "points_here",
      issuer: issuer.publicKey(),
      domain: "anchor.example.com",
    });
  }));

Deno.test("W6 R-24-2 an issuer that points to another host is found out, one that points to any of ours is not", () =>
  onNetwork(async (network, find) => {
    const issuer = await network.account();
    await network.send(issuer, [Operation.setOptions({ homeDomain: "www.example.com" })]);
    const elsewhere = await find(issuer.publicKey());
    assert.ok(elsewhere.kind === "points_elsewhere");
    assert.equal(elsewhere.found, "www.example.com");
    assert.match(
      describeHomeDomain(elsewhere).join("\n"),
      /points to www\.example\.com, not to this gateway/,
    );
    const here = await find(issuer.publicKey(), ["example.com", "www.example.com"]);
    assert.deepEqual(here.kind, "points_here");
  }));

Deno.test("a home domain that the ledger cannot hold, and an issuer that is not there, are said plainly", () =>
  onNetwork(async (network, find) => {
    const issuer = await network.account();
    const long = await find(issuer.publicKey(), ["a-very-long-subdomain.of.example.com"]);
    assert.ok(long.kind === "points_elsewhere");
    assert.equal(long.xdr, null);
    assert.match(describeHomeDomain(long).join("\n"), /HOME_DOMAIN/);
    const missing = await find(Keypair.random().publicKey());
    assert.equal(missing.kind, "no_account");
    assert.match(describeHomeDomain(missing).join("\n"), /is not on this network/);
  }));
