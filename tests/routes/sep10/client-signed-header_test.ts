import assert from "node:assert/strict";
import { Keypair, StrKey } from "@stellar/stellar-sdk";
import { type ClientDomains, createClientDomains, type WebAuthOptions } from "../../../core/auth/mod.ts";
import { assertRefused, deploy, ENDPOINT, HOME_DOMAIN } from "./deployment.ts";
import { muxedAddress } from "./wallet.ts";

const client = Keypair.random();
const account = client.publicKey();
const wallet = Keypair.random();
const client_domain = "wallet.example";

const base64url = (data: Uint8Array | string) =>
  (typeof data === "string" ? new TextEncoder().encode(data) : data).toBase64({
    alphabet: "base64url",
    omitPadding: true,
  });

/** A JWT made by hand, so that each part can be made wrong. */
function jwt(
  claims: Record<string, unknown>,
  key = client,
  header: Record<string, unknown> = { alg: "EdDSA" },
): string {
  const signed = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(claims))}`;
  return `${signed}.${base64url(Uint8Array.from(key.sign(new TextEncoder().encode(signed))))}`;
}

/** Client domains whose one file is already here. */
const clientDomains: ClientDomains = createClientDomains({
  outgoing: {
    fetch: () =>
      Promise.resolve({
        status: 200,
        headers: new Headers(),
        body: new TextEncoder().encode(`SIGNING_KEY="${wallet.publicKey()}"`),
      }),
  },
  serverAccount: Keypair.random().publicKey(),
});

/** A gateway that demands the header. */
function demanding(overrides: Partial<WebAuthOptions> = {}) {
  const gateway = deploy({ clientSignedHeader: {}, clientDomains, ...overrides });
  const { now } = gateway.clock;
  return {
    gateway,
    /** Claims of a good header for these parameters. */
    claims: (query: Record<string, string>, changes: Record<string, unknown> = {}) => ({
      iat: now,
      exp: now + 60,
      web_auth_endpoint: ENDPOINT,
      ...query,
      ...changes,
    }),
    get: (query: Record<string, string>, token: string) =>
      gateway.get(query, { authorization: `Bearer ${token}` }),
  };
}

Deno.test("R-10-42 without the demand a header is not needed and not looked at", async () => {
  const gateway = deploy();
  assert.equal((await gateway.get({ account })).status, 200);
  assert.equal((await gateway.get({ account }, { authorization: "Bearer garbage" })).status, 200);
});

Deno.test("R-10-42 R-10-46 a header signed by the account is accepted", async () => {
  const { get, claims } = demanding();
  for (const query of [{ account }, { account, memo: "007" }, { account, home_domain: HOME_DOMAIN }]) {
    assert.equal((await get(query, jwt(claims(query)))).status, 200);
  }
});

Deno.test("R-10-43 a request without the header is answered 401", async () => {
  const { gateway } = demanding();
  assertRefused(await gateway.get({ account }), 401, "sep10.header_missing");
  assertRefused(await gateway.get({ account, client_domain }), 401, "sep10.header_missing");
});

Deno.test("R-10-44 a malformed, expired or wrongly signed header is answered 400 with the reason", async () => {
  const { gateway, get, claims } = demanding();
  const { now } = gateway.clock;
  const query = { account };
  const good = jwt(claims(query));
  const wrong: [string, string][] = [
    ["garbage", "header_malformed"],
    ["a.b.c", "header_malformed"],
    [good.split(".").slice(0, 2).join("."), "header_malformed"],
    [jwt(claims(query, { exp: undefined })), "header_malformed"],
    [jwt(claims(query, { iat: undefined })), "header_malformed"],
    [jwt(claims(query, { exp: "soon" })), "header_malformed"],
    [jwt(claims(query, { exp: now })), "header_expired"],
    [jwt(claims(query, { exp: now - 1, iat: now - 60 })), "header_expired"],
    [jwt(claims(query, { iat: now + 31 })), "header_expired"],
    [jwt(claims(query), Keypair.random()), "header_signature"],
    [good.slice(0, -20) + "A".repeat(20), "header_signature"],
  ];
  for (const [token, code] of wrong) assertRefused(await get(query, token), 400, `sep10.${code}`);
  assertRefused(await gateway.get(query, { authorization: "Basic eDp5" }), 400, "sep10.header_malformed");
  assertRefused(await gateway.get(query, { authorization: "Bearer" }), 400, "sep10.header_malformed");
});

Deno.test("R-10-46 another algorithm than EdDSA, or none, is refused", async () => {
  const { get, claims } = demanding();
  const query = { account };
  for (const alg of ["none", "HS256", "ES256", "RS256", undefined]) {
    assertRefused(await get(query, jwt(claims(query), client, { alg })), 400, "sep10.header_malformed");
  }
  const unsigned = jwt(claims(query), client, { alg: "none" }).split(".").slice(0, 2).join(".") + ".";
  assertRefused(await get(query, unsigned), 400, "sep10.header_malformed");
});

Deno.test("R-10-46 with a client domain the header is checked against that domain's key", async () => {
  const { get, claims } = demanding();
  const query = { account, client_domain };
  assert.equal((await get(query, jwt(claims(query), wallet))).status, 200);
  assertRefused(await get(query, jwt(claims(query), client)), 400, "sep10.header_signature");
});

Deno.test("R-10-47 a header for another endpoint is refused", async () => {
  const { get, claims } = demanding();
  for (
    const web_auth_endpoint of [
      "https://other.example/auth",
      `${ENDPOINT}/`,
      ENDPOINT.replace("https", "http"),
    ]
  ) {
    const answer = await get({ account }, jwt(claims({ account }, { web_auth_endpoint })));
    assertRefused(answer, 400, "sep10.header_endpoint");
  }
  const without = jwt(claims({ account }, { web_auth_endpoint: undefined }));
  assertRefused(await get({ account }, without), 400, "sep10.header_malformed");
});

Deno.test("R-10-48 claims that differ from the query, lack one of it, or name more, are refused", async () => {
  const { get, claims } = demanding();
  const query = { account, memo: "7", home_domain: HOME_DOMAIN };
  const changes: Record<string, unknown>[] = [
    { account: Keypair.random().publicKey() },
    { account: undefined },
    { memo: "8" },
    { memo: 7 },
    { memo: "07" },
    { memo: undefined },
    { home_domain: "second.example" },
    { home_domain: undefined },
    { client_domain: "wallet.example" },
  ];
  assert.equal((await get(query, jwt(claims(query)))).status, 200);
  for (const change of changes) {
    assertRefused(await get(query, jwt(claims(query, change))), 400, "sep10.header_claims");
  }
});

Deno.test("R-10-48 a parameter that is sent twice is refused", async () => {
  const { gateway, claims } = demanding();
  const token = jwt(claims({ account }));
  const twice = `account=${account}&account=${Keypair.random().publicKey()}`;
  const answer = await gateway.get(twice, { authorization: `Bearer ${token}` });
  assertRefused(answer, 400, "request.repeated_field");
});

Deno.test("R-10-49 with the header, a client domain that cannot be verified is an error", async () => {
  const unsupported = deploy({ clientSignedHeader: {} });
  const query = { account, client_domain };
  const { claims } = demanding();
  const authorization = `Bearer ${jwt(claims(query), wallet)}`;
  assertRefused(await unsupported.get(query, { authorization }), 400, "sep10.client_domain_unsupported");
});

Deno.test("R-10-50 for a muxed account the header is checked against the key inside", async () => {
  const { get, claims } = demanding();
  const query = { account: muxedAddress(account, 5n) };
  assert.equal((await get(query, jwt(claims(query), client))).status, 200);
  assertRefused(await get(query, jwt(claims(query), wallet)), 400, "sep10.header_signature");
});

Deno.test("R-10-45 a valid header of a caller who is not admitted is answered 403", async () => {
  const asked: unknown[] = [];
  const admit = (caller: { account: string; clientDomain: string | null }) => {
    asked.push(caller);
    return caller.clientDomain !== null;
  };
  const { get, claims } = demanding({ clientSignedHeader: { admit } });
  assertRefused(await get({ account }, jwt(claims({ account }))), 403, "sep10.not_admitted");
  const query = { account, client_domain };
  assert.equal((await get(query, jwt(claims(query), wallet))).status, 200);
  assert.deepEqual(asked, [
    { account, clientDomain: null },
    { account: wallet.publicKey(), clientDomain: client_domain },
  ]);
});

Deno.test("R-10-46 a header that anybody can forge, for a key of small order, is refused", async () => {
  const { get, claims } = demanding();
  const neutral = new Uint8Array(32);
  neutral[0] = 1;
  const query = { account: StrKey.encodeEd25519PublicKey(neutral) };
  const signed = jwt(claims(query)).split(".").slice(0, 2).join(".");
  const forged = new Uint8Array(64);
  forged[0] = 1;
  assertRefused(await get(query, `${signed}.${base64url(forged)}`), 400, "sep10.header_signature");
});
