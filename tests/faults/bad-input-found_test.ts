import assert from "node:assert/strict";
import { arrive } from "../support/customer.ts";
import { withGateway } from "../support/gateway.ts";

/** What `deno task fuzz` has found, each with the answer that it must have. */
Deno.test("R-06-55 R-12-62 a query that is no UTF-8 is refused everywhere, and in the caller's language", () =>
  withGateway({}, async (gateway) => {
    const { token, wallet } = await arrive(gateway);
    const { code } = gateway;
    for (
      const path of [
        `/sep6/deposit?asset_code=${code}&account=${wallet.account}&memo_type=text&memo=%FF%FE`,
        `/sep6/transaction?id=%`,
        `/sep12/customer?memo=%ED%A0%80`,
        `/auth?account=${wallet.account}&memo=%zz`,
      ]
    ) {
      const answer = await gateway.ask(path, {
        headers: { authorization: `Bearer ${token}`, "accept-language": "es" },
      });
      const body = await answer.json();
      assert.equal(answer.status, 400, path);
      assert.equal(body.code, "request.malformed_query");
      assert.match(body.error, /UTF-8/);
      assert.equal(answer.headers.get("content-language"), "es");
      assert.equal(answer.headers.get("access-control-allow-origin"), "*");
    }
  }));

Deno.test("R-10-30 R-12-8 a parameter that is given twice has no meaning", () =>
  withGateway({}, async (gateway) => {
    const { token, wallet } = await arrive(gateway);
    for (
      const path of [
        `/auth?account=${wallet.account}&account=${wallet.account}2`,
        `/auth?account=${wallet.account}&memo=1&memo=2`,
        "/sep12/customer?type=sep6&type=sep24",
        "/sep12/customer?memo=1&memo=2",
      ]
    ) {
      const answer = await gateway.ask(path, { headers: { authorization: `Bearer ${token}` } });
      assert.equal(answer.status, 400, path);
      assert.equal((await answer.json()).code, "request.repeated_field");
    }
  }));

Deno.test("R-12-62 R-12-63 text that cannot be stored as it was sent is refused in every encoding", () =>
  withGateway({}, async (gateway) => {
    const { token } = await arrive(gateway);
    const form = "application/x-www-form-urlencoded";
    const multipart = "multipart/form-data; boundary=b";
    const part = 'Content-Disposition: form-data; name="last_name"';
    const bodies: readonly (readonly [string, BodyInit])[] = [
      ["application/json", '{"last_name": "\\ud800"}'],
      [form, "last_name=%FF%FE"],
      [form, "last_name=100%"],
      [
        multipart,
        new Uint8Array([
          ...new TextEncoder().encode(`--b\r\n${part}\r\n\r\n`),
          0xff,
          0xfe,
          ...new TextEncoder().encode("\r\n--b--\r\n"),
        ]),
      ],
    ];
    for (const [type, body] of bodies) {
      const answer = await gateway.ask("/sep12/customer", {
        method: "PUT",
        headers: { authorization: `Bearer ${token}`, "content-type": type },
        body,
      });
      await answer.body?.cancel();
      assert.equal(answer.status, 400, type);
    }
    const kept = await gateway.ask("/sep12/customer", { headers: { authorization: `Bearer ${token}` } });
    assert.equal((await kept.json()).id, undefined, "nothing was kept");
  }));

Deno.test("R-06-16 a refusal is kept by no cache", () =>
  withGateway({}, async (gateway) => {
    const { token } = await arrive(gateway);
    for (
      const path of ["/sep12/customer?id=nobody", "/sep6/transaction?id=nobody", "/sep6/nothing", "/nothing"]
    ) {
      const answer = await gateway.ask(path, { headers: { authorization: `Bearer ${token}` } });
      await answer.body?.cancel();
      assert.equal(answer.status, 404, path);
      assert.equal(answer.headers.get("cache-control"), "no-store", path);
    }
  }));

Deno.test("R-06-32 what cannot be the code of an asset is not repeated", () =>
  withGateway({}, async (gateway) => {
    const { token, wallet } = await arrive(gateway);
    const hostile = encodeURIComponent("<b>\u0000");
    for (
      const path of [
        `/sep6/deposit?asset_code=${hostile}&account=${wallet.account}`,
        `/sep6/transactions?asset_code=${hostile}`,
      ]
    ) {
      const answer = await gateway.ask(path, { headers: { authorization: `Bearer ${token}` } });
      assert.equal(answer.status, 400);
      assert.doesNotMatch(await answer.text(), /<b>|\\u0000/);
    }
  }));
