import assert from "node:assert/strict";
import { noLog } from "../../../core/log.ts";
import { createApp } from "../../../routes/app.ts";
import { arrive } from "../../support/customer.ts";
import { type TestGateway, withGateway } from "../../support/gateway.ts";

/** The application of a running gateway, called without a socket. */
async function appOf({ running }: TestGateway, gateway = running.gateway) {
  const { environment, anchor } = running;
  const { app } = await createApp({ gateway, environment, anchor, log: noLog });
  return app;
}

/** Routes of the SEPs with what a stranger is answered. */
const ANSWERS: readonly [string, string, number][] = [
  ["GET", "/.well-known/stellar.toml", 200],
  ["GET", "/auth", 400],
  ["POST", "/auth", 400],
  ["DELETE", "/auth", 405],
  ["GET", "/sep6/info", 200],
  ["POST", "/sep6/info", 404],
  ["GET", "/sep6/deposit", 403],
  ["GET", "/sep6/withdraw", 403],
  ["GET", "/sep6/transactions", 403],
  ["GET", "/sep6/transaction", 403],
  ["GET", "/sep6/nothing", 404],
  ["GET", "/sep12/customer", 401],
  ["PUT", "/sep12/customer", 401],
  ["GET", "/sep12/nothing", 401],
];

Deno.test("R-06-4 R-06-6 every answer of the SEPs, errors too, is JSON that any origin may read", () =>
  withGateway({}, async (gateway) => {
    const app = await appOf(gateway);
    for (const [method, path, expected] of ANSWERS) {
      const answer = await app.request(path, { method, headers: { origin: "https://wallet.example" } });
      const text = await answer.text();
      const what = `${method} ${path}`;
      assert.equal(answer.status, expected, what);
      assert.equal(answer.headers.get("access-control-allow-origin"), "*", what);
      if (path.endsWith(".toml")) continue;
      assert.match(answer.headers.get("content-type") ?? "", /^application\/json/, what);
      const body: unknown = JSON.parse(text);
      assert.ok(typeof body === "object" && body !== null, what);
      if (answer.status >= 400 && answer.status !== 403) assert.ok("error" in body, what);
    }
  }));

Deno.test("R-06-5 preflights are answered wherever a browser asks", () =>
  withGateway({}, async (gateway) => {
    const app = await appOf(gateway);
    const asked: readonly [string, string][] = [
      ["/sep6/deposit", "GET"],
      ["/sep6/transactions", "GET"],
      ["/sep12/customer", "PUT"],
      ["/auth", "POST"],
    ];
    for (const [path, method] of asked) {
      const answer = await app.request(path, {
        method: "OPTIONS",
        headers: {
          origin: "https://wallet.example",
          "access-control-request-method": method,
          "access-control-request-headers": "authorization, content-type",
        },
      });
      assert.ok(answer.ok, path);
      assert.ok(answer.headers.get("access-control-allow-methods")?.includes(method), path);
      const allowed = answer.headers.get("access-control-allow-headers")?.toLowerCase() ?? "";
      assert.ok(allowed.includes("authorization") && allowed.includes("content-type"), path);
    }
  }));

Deno.test("R-06-10 R-06-11 no token, a foreign one and a broken one are answered alike, with 403 and one type", () =>
  withGateway({}, async (gateway) => {
    const app = await appOf(gateway);
    const ada = await arrive(gateway);
    const [head = "", payload = ""] = ada.token.split(".");
    const tokens = [null, "", "nonsense", `${head}.${payload}.`, `${head}.${payload}.${"A".repeat(43)}`];
    for (const path of ["/sep6/deposit", "/sep6/withdraw", "/sep6/transactions", "/sep6/transaction"]) {
      for (const token of tokens) {
        const answer = await app.request(
          path,
          token === null ? {} : { headers: { authorization: `Bearer ${token}` } },
        );
        assert.equal(answer.status, 403);
        assert.deepEqual(await answer.json(), { type: "authentication_required" });
      }
    }
  }));

Deno.test("what nobody expected is a 500 that says nothing, and any origin may read it", () =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    const app = await appOf(gateway, {
      ...gateway.running.gateway,
      open: () => Promise.reject(new TypeError("a secret of the house")),
    });
    const answer = await app.request(
      `/sep6/deposit?asset_code=${gateway.code}&type=bank_account&amount=10&account=${ada.wallet.account}`,
      { headers: { authorization: `Bearer ${ada.token}` } },
    );
    assert.equal(answer.status, 500);
    assert.equal(answer.headers.get("access-control-allow-origin"), "*");
    const text = await answer.text();
    assert.doesNotMatch(text, /secret|TypeError|\.ts|at /);
    assert.match(text, /"error":"[^"]{10,}"/);
  }));

Deno.test("a Host header that is none of ours is never repeated", () =>
  withGateway({}, async (gateway) => {
    const app = await appOf(gateway);
    const ada = await arrive(gateway);
    const foreign = "https://evil.example";
    const headers = { authorization: `Bearer ${ada.token}`, "x-forwarded-host": "evil.example" };
    for (
      const path of [
        "/.well-known/stellar.toml",
        "/sep6/info",
        "/sep6/nothing",
        `/auth?account=${ada.wallet.account}`,
        `/sep6/deposit?asset_code=${gateway.code}&type=bank_account&account=${ada.wallet.account}`,
        "/sep12/customer",
      ]
    ) {
      const answer = await app.request(`${foreign}${path}`, { headers });
      const seen = `${await answer.text()} ${JSON.stringify([...answer.headers])}`;
      assert.doesNotMatch(seen, /evil\.example/, path);
    }
  }));

Deno.test("HEAD is answered like GET, without a body", () =>
  withGateway({}, async (gateway) => {
    const app = await appOf(gateway);
    for (const path of ["/.well-known/stellar.toml", "/sep6/info", "/health/live"]) {
      const [head, get] = await Promise.all([app.request(path, { method: "HEAD" }), app.request(path)]);
      await get.body?.cancel();
      assert.equal(head.status, get.status);
      assert.equal(head.headers.get("content-type"), get.headers.get("content-type"));
      assert.equal(await head.text(), "");
    }
  }));
