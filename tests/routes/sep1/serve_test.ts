import assert from "node:assert/strict";
import { Hono } from "hono";
import { generate } from "selfsigned";
import { parse } from "smol-toml";
import { sep1Routes } from "../../../routes/sep1/mod.ts";
import { exampleApp } from "../http/example-app.ts";

const TEXT = `VERSION = "2.7.0"\n# ${"ñ".repeat(4000)}\n`;
const PATH = "/.well-known/stellar.toml";

async function gateway() {
  const { app } = exampleApp();
  app.route("/.well-known", await sep1Routes(TEXT));
  return app;
}

Deno.test("R-01-2 R-01-4 R-01-8 the file is plain text for every origin and may be kept for minutes", async () => {
  const response = await (await gateway()).request(PATH);
  assert.equal(response.status, 200);
  assert.equal(await response.text(), TEXT);
  assert.equal(response.headers.get("access-control-allow-origin"), "*");
  assert.match(response.headers.get("content-type") ?? "", /^text\/plain\b/);
  const age = Number(/max-age=(\d+)/.exec(response.headers.get("cache-control") ?? "")?.[1]);
  assert.ok(age > 0 && age <= 600, String(age));
});

Deno.test("R-01-2 a caller who has the file is answered 304, still for every origin", async () => {
  const app = await gateway();
  const tag = (await app.request(PATH)).headers.get("etag") ?? "";
  for (const known of [tag, `W/${tag}`, `"other", ${tag}`, "*"]) {
    const response = await app.request(PATH, { headers: { "if-none-match": known } });
    assert.equal(response.status, 304, known);
    assert.equal(await response.text(), "");
    assert.equal(response.headers.get("access-control-allow-origin"), "*");
    assert.equal(response.headers.get("etag"), tag);
  }
  const other = await app.request(PATH, { headers: { "if-none-match": '"other"' } });
  assert.equal(other.status, 200);
  await other.body?.cancel();
});

Deno.test("R-01-2 R-01-7 preflights are answered, queries ignored, and nothing is redirected", async () => {
  const app = await gateway();
  const preflight = await app.request(PATH, {
    method: "OPTIONS",
    headers: { origin: "https://wallet.example" },
  });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get("access-control-allow-origin"), "*");
  const response = await app.request(`${PATH}?x=1`, { redirect: "manual" });
  assert.equal(response.status, 200);
  await response.body?.cancel();
});

Deno.test("R-01-1 R-01-3 over HTTPS the file comes whole, and HEAD has its headers", async () => {
  const { private: key, cert } = await generate([{ name: "commonName", value: "localhost" }], {
    algorithm: "sha256",
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }] }],
  });
  const app = new Hono().route("/", await gateway());
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", key, cert, onListen: () => {} }, app.fetch);
  const client = Deno.createHttpClient({ caCerts: [cert] });
  try {
    const url = `https://localhost:${server.addr.port}${PATH}`;
    for (const encoding of ["identity", "gzip, br"]) {
      const headers = { "accept-encoding": encoding };
      const got = await fetch(url, { client, headers });
      assert.equal(got.status, 200);
      assert.equal(await got.text(), TEXT);
      const head = await fetch(url, { client, headers, method: "HEAD" });
      assert.equal(head.status, 200);
      assert.equal(await head.text(), "");
      const without = (response: Response) => [...response.headers].filter(([name]) => name !== "date");
      if (encoding === "identity") {
        assert.deepEqual(without(head), without(got));
        assert.equal(got.headers.get("content-length"), String(new TextEncoder().encode(TEXT).length));
      }
      assert.equal(head.headers.get("access-control-allow-origin"), "*");
    }
    assert.equal(parse(await (await fetch(url, { client })).text())["VERSION"], "2.7.0");
  } finally {
    client.close();
    await server.shutdown();
  }
});
