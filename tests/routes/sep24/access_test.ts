import assert from "node:assert/strict";
import { createTokens, SEP10_TOKEN } from "../../../core/auth/tokens.ts";
import { withGateway } from "../../support/gateway.ts";
import { encoded, KINDS, roomOver, visit } from "./room.ts";

/** Known to the test, so that it can sign. */
const JWT_SECRET = crypto.getRandomValues(new Uint8Array(32)).toBase64();

const CLOSED = [
  ["POST", "/transactions/deposit/interactive"],
  ["POST", "/transactions/withdraw/interactive"],
  ["GET", "/transactions"],
  ["GET", "/transaction"],
] as const;

Deno.test("R-24-8 R-24-9 R-24-10 /info is open, and nothing else is without a token that is good", () =>
  withGateway({ variables: { JWT_SECRET } }, async (gateway) => {
    const room = roomOver(gateway);
    assert.equal((await room.send(null, "/info")).status, 200);
    const { account } = await visit(room);
    const claims = { sub: account, jti: crypto.randomUUID(), home_domain: new URL(gateway.publicUrl).host };
    const signed = (secret: string, issuer: string, now: number) =>
      createTokens({ secrets: [secret], issuer, now: () => now }).sign(SEP10_TOKEN, claims);
    const now = Math.floor(Date.now() / 1000);
    const other = crypto.getRandomValues(new Uint8Array(32)).toBase64();
    const tokens = [
      null,
      "no-token",
      await signed(other, gateway.publicUrl, now),
      await signed(JWT_SECRET, "https://other.example", now),
      await signed(JWT_SECRET, gateway.publicUrl, now - 90_000),
    ];
    // The same claims, signed now and by us, are good: what is refused below is so for its own reason.
    const good = await signed(JWT_SECRET, gateway.publicUrl, now);
    for (const [method, path] of CLOSED) {
      assert.notEqual((await room.send(good, path, { method })).status, 403, path);
      for (const token of tokens) {
        const { status, body } = await room.send(token, path, { method });
        assert.deepEqual([status, body], [403, { type: "authentication_required" }], path);
      }
    }
    assert.deepEqual(await room.rows("transfers"), []);
  }));

Deno.test("R-24-5 R-24-7 every answer is JSON for every origin, whatever came of the request", () =>
  withGateway({}, async (gateway) => {
    const room = roomOver(gateway);
    const ada = await visit(room);
    const id = await ada.opened("deposit");
    const answers = [
      await ada.get("/info"),
      await ada.open("withdraw"),
      await ada.open("deposit", { asset_code: "NONE" }),
      await ada.post("deposit", { headers: { "content-type": "text/plain" }, body: "?" }),
      await ada.post("deposit", { ...encoded.json({}), body: "{" }),
      await ada.get("/transaction", { id }),
      await ada.get("/transaction", { id: "nobody-knows" }),
      await ada.get("/transaction"),
      await ada.get("/transactions", { asset_code: gateway.code }),
      await ada.get("/transactions"),
      await room.send(null, "/transaction"),
      await ada.get("/nowhere"),
    ];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 400, 415, 400, 200, 404, 400, 200, 400, 403, 404],
    );
    for (const { headers, status } of answers) {
      assert.equal(headers.get("access-control-allow-origin"), "*", String(status));
      assert.match(headers.get("content-type") ?? "", /^application\/json\b/, String(status));
    }
    const [info, ...others] = answers;
    assert.match(info?.headers.get("cache-control") ?? "", /public/);
    for (const { headers } of others.slice(0, 9)) assert.equal(headers.get("cache-control"), "no-store");
  }));

Deno.test("R-24-6 preflights succeed on every path, with the headers that a wallet sends", () =>
  withGateway({}, async (gateway) => {
    const { app } = roomOver(gateway);
    for (const [method, path] of [...CLOSED, ["GET", "/info"], ["GET", "/fee"]] as const) {
      const answer = await app.request(`${gateway.publicUrl}/sep24${path}`, {
        method: "OPTIONS",
        headers: {
          "origin": "https://wallet.example",
          "access-control-request-method": method,
          "access-control-request-headers": "authorization, content-type",
        },
      });
      assert.ok(answer.ok, path);
      assert.equal(await answer.text(), "");
      const of = (name: string) => (answer.headers.get(`access-control-allow-${name}`) ?? "").split(", ");
      assert.deepEqual(of("origin"), ["*"]);
      assert.ok(of("methods").includes(method), path);
      for (const name of ["authorization", "content-type"]) assert.ok(of("headers").includes(name), path);
    }
  }));

Deno.test("R-24-11 R-24-12 R-24-116 a token of SEP-10 opens every address, to the whole of its subject alone", () =>
  withGateway({}, async (gateway) => {
    const room = roomOver(gateway);
    const plain = await visit(room);
    const secret = plain.ada.wallet.key.secret();
    const users = [
      plain,
      await visit(room, { secret, memoId: "1" }),
      await visit(room, { secret, memoId: "2" }),
      await visit(room, { secret, muxedId: "1" }),
    ];
    const others: string[] = [];
    for (const user of users) {
      const ids = [await user.opened("deposit"), await user.opened("withdraw")];
      const { body } = await user.get("/transactions", { asset_code: gateway.code });
      assert.deepEqual(new Set(body.transactions?.map(({ id }) => id)), new Set(ids));
      for (const id of ids) assert.equal((await user.get("/transaction", { id })).status, 200);
      for (const id of others) assert.equal((await user.get("/transaction", { id })).status, 404);
      others.push(...ids);
    }
    const owners = (await room.rows("transfers")).map(({ owner }) => String(owner));
    assert.equal(new Set(owners).size, users.length);
    assert.ok(owners.includes(`${plain.account}:1`));
  }));

Deno.test("R-24-14 R-24-51 a wallet is known by the domain that its token proves, not by what it says of itself", () =>
  withGateway({ variables: { JWT_SECRET } }, async (gateway) => {
    const room = roomOver(gateway);
    const { account, open } = await visit(room);
    const said = { wallet_name: "Quoted", wallet_url: "https://quoted.example" };
    for (const kind of KINDS) assert.equal((await open(kind, said)).status, 200);
    const now = () => Math.floor(Date.now() / 1000);
    const token = await createTokens({ secrets: [JWT_SECRET], issuer: gateway.publicUrl, now }).sign(
      SEP10_TOKEN,
      {
        sub: account,
        jti: crypto.randomUUID(),
        home_domain: new URL(gateway.publicUrl).host,
        client_domain: "wallet.example",
      },
    );
    const { status } = await room.wallet(token).post(
      "deposit",
      encoded.json({ asset_code: gateway.code, ...said }),
    );
    assert.equal(status, 200);
    const domains = (await room.rows("transfers")).map((row) => [row["owner"], row["client_domain"]]);
    assert.deepEqual(
      new Set(domains.map(String)),
      new Set([`${account},`, `${account},wallet.example`]),
    );
  }));
