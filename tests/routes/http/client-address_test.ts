import assert from "node:assert/strict";
import { Hono } from "hono";
import { clientAddresses, networkOf } from "../../../routes/http/mod.ts";

/** The address that is taken for a request from `peer`. */
async function addressOf(
  trusted: readonly string[],
  peer: string | null,
  forwarded?: string,
): Promise<string> {
  const read = clientAddresses(trusted);
  const app = new Hono().get("/", (c) => c.text(read(c)));
  const headers = forwarded === undefined ? {} : { "x-forwarded-for": forwarded };
  const environment = peer === null
    ? undefined
    : { remoteAddr: { hostname: peer, port: 1, transport: "tcp" } };
  return await (await app.request("/", { headers }, environment)).text();
}

Deno.test("without trusted proxies the peer is the client, whatever it claims", async () => {
  assert.equal(await addressOf([], "203.0.113.7"), "203.0.113.7");
  assert.equal(await addressOf([], "203.0.113.7", "198.51.100.1"), "203.0.113.7");
  assert.equal(await addressOf(["10.0.0.0/8"], "203.0.113.7", "198.51.100.1"), "203.0.113.7");
  assert.equal(await addressOf(["10.0.0.0/8"], null, "198.51.100.1"), "unknown");
});

Deno.test("behind trusted proxies the last address that none of them has is the client", async () => {
  const trusted = ["10.0.0.0/8", "::1", "2001:db8::/32"];
  const cases: [string, string | undefined, string][] = [
    ["10.0.0.1", "198.51.100.1", "198.51.100.1"],
    ["10.0.0.1", "6.6.6.6, 198.51.100.1", "198.51.100.1"],
    ["10.0.0.1", "6.6.6.6, 198.51.100.1, 10.9.9.9", "198.51.100.1"],
    ["::1", "198.51.100.1:4711", "198.51.100.1"],
    ["::1", "[2001:470::1]:4711", "2001:470::1"],
    ["2001:db8::5", "::ffff:198.51.100.1", "198.51.100.1"],
    ["::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"],
    ["10.0.0.1", undefined, "10.0.0.1"],
    ["10.0.0.1", "not an address", "10.0.0.1"],
    ["10.0.0.1", "198.51.100.1, unknown", "10.0.0.1"],
    ["10.0.0.1", "198.51.100.1, 3232235777", "10.0.0.1"],
    ["10.0.0.1", "10.0.0.2, 10.0.0.3", "10.0.0.2"],
  ];
  for (const [peer, forwarded, expected] of cases) {
    assert.equal(await addressOf(trusted, peer, forwarded), expected, String(forwarded));
  }
});

Deno.test("the peer is read from a real server", async () => {
  const read = clientAddresses(["127.0.0.1"]);
  const app = new Hono().get("/", (c) => c.text(read(c)));
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, app.fetch);
  try {
    const url = `http://127.0.0.1:${server.addr.port}/`;
    assert.equal(await (await fetch(url)).text(), "127.0.0.1");
    assert.equal(
      await (await fetch(url, { headers: { "x-forwarded-for": "198.51.100.1" } })).text(),
      "198.51.100.1",
    );
  } finally {
    await server.shutdown();
  }
});

Deno.test("hits of one IPv6 host count together", () => {
  assert.equal(networkOf("2001:470:1:2:3:4:5:6"), networkOf("2001:470:1:2::9"));
  assert.notEqual(networkOf("2001:470:1:2::1"), networkOf("2001:470:1:3::1"));
  assert.equal(networkOf("198.51.100.1"), "198.51.100.1");
  assert.equal(networkOf("unknown"), "unknown");
});
