import assert from "node:assert/strict";
import { Keypair } from "@stellar/stellar-sdk";
import { type Answer, assertRefused, deploy, sign } from "./deployment.ts";

const client = Keypair.random();
const account = client.publicKey();

function assertOpenJson({ headers }: Answer) {
  assert.equal(headers.get("access-control-allow-origin"), "*");
  assert.match(headers.get("content-type") ?? "", /^application\/json\b/);
  assert.equal(headers.get("cache-control"), "no-store");
}

Deno.test("R-10-2 R-10-5 R-10-27 every answer is JSON, open to every origin and not stored", async () => {
  const gateway = deploy();
  const down = deploy({ accounts: () => Promise.reject(new Error("Horizon is down")) });
  const signed = sign(await gateway.challenge({ account }), client);
  const answers = [
    await gateway.get({ account }),
    await gateway.get({}),
    await gateway.post(signed),
    await gateway.post(signed),
    await gateway.post("garbage"),
    await gateway.request("/auth", { method: "POST", body: "x", headers: { "content-type": "text/plain" } }),
    await gateway.request("/auth", { method: "PUT", body: "{}" }),
    await down.signIn({ account }, client),
  ];
  for (const answer of answers) assertOpenJson(answer);
  assert.deepEqual(answers.map(({ status }) => status), [200, 400, 200, 400, 400, 415, 405, 503]);
});

Deno.test("R-10-6 every error body is an object with a text in `error`", async () => {
  const gateway = deploy();
  for (
    const answer of [
      await gateway.get({}),
      await gateway.post(1),
      await gateway.request("/auth", { method: "DELETE" }),
    ]
  ) {
    assert.match(String(answer.body.error), /^['A-Z].*\.$/);
  }
});

Deno.test("R-10-3 R-10-4 the preflight allows GET and POST with content-type and authorization", async () => {
  const { app } = deploy();
  for (const method of ["GET", "POST"]) {
    const response = await app.request("/auth", {
      method: "OPTIONS",
      headers: {
        origin: "https://wallet.example",
        "access-control-request-method": method,
        "access-control-request-headers": "content-type, authorization",
      },
    });
    assert.ok(response.ok);
    assert.equal(response.headers.get("access-control-allow-origin"), "*");
    assert.ok(response.headers.get("access-control-allow-methods")?.split(", ").includes(method));
    const headers = response.headers.get("access-control-allow-headers")?.toLowerCase().split(", ");
    assert.ok(headers?.includes("content-type") && headers.includes("authorization"));
  }
});

Deno.test("R-10-51 R-10-52 POST takes JSON and a form, with parameters in the media type", async () => {
  const gateway = deploy();
  const bodies: [string, (transaction: string) => string][] = [
    ["application/json", (transaction) => JSON.stringify({ transaction })],
    ["application/json; charset=utf-8", (transaction) => JSON.stringify({ transaction })],
    ["Application/JSON;charset=UTF-8", (transaction) => JSON.stringify({ transaction, other: 1 })],
    ["application/x-www-form-urlencoded", (transaction) => `transaction=${encodeURIComponent(transaction)}`],
    [
      "application/x-www-form-urlencoded;charset=UTF-8",
      (transaction) => `${new URLSearchParams({ transaction })}`,
    ],
    // Sent raw, `+` means a blank in a form.
    ["application/x-www-form-urlencoded", (transaction) => `transaction=${transaction}`],
  ];
  for (const [type, encode] of bodies) {
    const signed = sign(await gateway.challenge({ account }), client);
    const answer = await gateway.request("/auth", {
      method: "POST",
      headers: { "content-type": type },
      body: encode(signed),
    });
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(Object.keys(answer.body), ["token"]);
  }
});

Deno.test("R-10-53 POST without a transaction, or with an empty one, is refused", async () => {
  const gateway = deploy();
  const post = (type: string, body: string) =>
    gateway.request("/auth", { method: "POST", headers: { "content-type": type }, body });
  for (
    const body of [
      "{}",
      '{"transaction":""}',
      '{"transaction":null}',
      '{"transaction":{}}',
      '{"transaction":1}',
    ]
  ) {
    assertRefused(await post("application/json", body), 400, "sep10.transaction_missing");
  }
  for (const body of ["", "transaction=", "other=1"]) {
    assertRefused(await post("application/x-www-form-urlencoded", body), 400, "sep10.transaction_missing");
  }
  assertRefused(await gateway.request("/auth", { method: "POST" }), 400, "sep10.transaction_missing");
});

Deno.test("bodies of another type, malformed or too long are refused", async () => {
  const gateway = deploy();
  const post = (type: string, body: string) =>
    gateway.request("/auth", { method: "POST", headers: { "content-type": type }, body });
  assertRefused(await post("text/plain", "{}"), 415, "request.unsupported_type");
  assertRefused(await post("multipart/form-data; boundary=x", "{}"), 415, "request.unsupported_type");
  for (const body of ["", "{", "transaction=x", "null", "[]", '"x"']) {
    assertRefused(await post("application/json", body), 400, "request.malformed_json");
  }
  assertRefused(
    await post("application/json", `{"transaction":"${"A".repeat(51_200)}"}`),
    413,
    "request.too_large",
  );
  assertRefused(
    await post("application/json", `{"transaction":"${"A".repeat(51_000)}"}`),
    400,
    "sep10.transaction_unreadable",
  );
});
