import assert from "node:assert/strict";
import { CompactSign, generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import { createTokens, SEP10_TOKEN, type TokenKind } from "../../../core/auth/tokens.ts";

const NOW = 1_800_000_000;
const OLD = "the old secret, which is at least 32 bytes long";
const NEW = "the new secret, which is at least 32 bytes long";
const ISSUER = "https://anchor.example";
const PAGE_TOKEN: TokenKind = { typ: "kedge-page+jwt", audience: "kedge:page", seconds: 60 };
const claims = { sub: "G", jti: "j" };

function tokensOf({ secrets = [NEW], issuer = ISSUER, now = NOW } = {}) {
  return createTokens({ secrets, issuer, now: () => now });
}

/** A token made by hand with the right secret: good, but for the parts that are given. */
async function forge(
  header: Record<string, unknown> = {},
  payload: Record<string, unknown> = {},
  secret = NEW,
) {
  const good = await tokensOf().sign(SEP10_TOKEN, claims);
  const [head, body] = good.split(".").slice(0, 2).map((part): Record<string, unknown> =>
    JSON.parse(new TextDecoder().decode(Uint8Array.fromBase64(part, { alphabet: "base64url" })))
  );
  assert.ok(head && body);
  const all = Object.fromEntries(
    Object.entries({ ...body, ...payload }).filter(([, value]) => value !== undefined),
  );
  return await new SignJWT(all)
    .setProtectedHeader({ ...head, alg: "HS256", ...header })
    .sign(new TextEncoder().encode(secret));
}

Deno.test("R-10-98 a token of ours is verified, with its claims", async () => {
  const tokens = tokensOf();
  const verified = await tokens.verify(
    SEP10_TOKEN,
    await tokens.sign(SEP10_TOKEN, { ...claims, home_domain: "x" }),
  );
  assert.deepEqual(verified, {
    sub: "G",
    jti: "j",
    iat: NOW,
    exp: NOW + 86_400,
    claims: {
      sub: "G",
      jti: "j",
      home_domain: "x",
      iss: ISSUER,
      aud: "kedge:sep",
      iat: NOW,
      exp: NOW + 86_400,
    },
  });
  assert.ok(await tokens.verify(SEP10_TOKEN, await forge()), "the forgery's base must be good");
});

Deno.test("R-10-98 R-10-95 a token is refused from the second on in which it expires, a day by default", async () => {
  const token = await tokensOf().sign(SEP10_TOKEN, claims);
  assert.ok(await tokensOf({ now: NOW + 86_399 }).verify(SEP10_TOKEN, token));
  assert.equal(await tokensOf({ now: NOW + 86_400 }).verify(SEP10_TOKEN, token), null);
});

Deno.test("R-10-98 a token of another issuer, audience or type, or without a claim, is refused", async () => {
  const wrong = [
    await forge({}, { iss: "https://other.example" }),
    await forge({}, { aud: "kedge:page" }),
    await forge({}, { aud: undefined }),
    await forge({ typ: "JWT" }),
    await forge({ typ: undefined }),
    await forge({ kid: "other" }),
    await forge({ kid: undefined }),
    await forge({}, { exp: undefined }),
    await forge({}, { exp: NOW - 1 }),
    await forge({}, { exp: "tomorrow" }),
    await forge({}, { iat: undefined }),
    await forge({}, { sub: undefined }),
    await forge({}, { jti: undefined }),
    await forge({}, { nbf: NOW + 60 }),
    await forge({}, {}, OLD),
    "",
    "garbage",
    "a.b.c",
  ];
  for (const token of wrong) assert.equal(await tokensOf().verify(SEP10_TOKEN, token), null);
});

Deno.test("R-10-99 a token without a signature, or by another algorithm, is refused", async () => {
  const secret = new TextEncoder().encode(NEW);
  const base = { ...claims, iss: ISSUER, aud: "kedge:sep", iat: NOW, exp: NOW + 60 };
  const good = await tokensOf().sign(SEP10_TOKEN, claims);
  const { privateKey } = await generateKeyPair("EdDSA");
  const header = { typ: SEP10_TOKEN.typ };
  const wrong = [
    new UnsecuredJWT(base).encode(),
    good.split(".").slice(0, 2).join(".") + ".",
    await forge({ alg: "HS512" }),
    await new SignJWT(base).setProtectedHeader({ ...header, alg: "HS384" }).sign(secret),
    await new SignJWT(base).setProtectedHeader({ ...header, alg: "EdDSA" }).sign(privateKey),
  ];
  for (const token of wrong) assert.equal(await tokensOf().verify(SEP10_TOKEN, token), null);
});

Deno.test("a token that has run out is told from one that was never good", async () => {
  const token = await tokensOf().sign(SEP10_TOKEN, claims);
  const reading = await tokensOf().read(SEP10_TOKEN, token);
  assert.equal(reading.kind, "valid");
  const late = await tokensOf({ now: NOW + 86_400 }).read(SEP10_TOKEN, token);
  assert.deepEqual(late, { ...reading, kind: "expired" });
  // Whatever else is wrong with it, it is not told that it was good once.
  const over = { exp: NOW - 1 };
  const wrong = [
    await forge({}, { ...over, iss: "https://other.example" }),
    await forge({}, { ...over, aud: "kedge:page" }),
    await forge({ typ: "JWT" }, over),
    await forge({ kid: "other" }, over),
    await forge({}, { ...over, sub: undefined }),
    await forge({}, { ...over, jti: undefined }),
    await forge({}, over, OLD),
    "",
    "garbage",
  ];
  for (const token of wrong) {
    assert.deepEqual(await tokensOf().read(SEP10_TOKEN, token), { kind: "invalid" });
  }
  assert.equal((await tokensOf().read(SEP10_TOKEN, await forge({}, over))).kind, "expired", "the base");
});

Deno.test("a token that was read before expires all the same", async () => {
  let now = NOW;
  const tokens = createTokens({ secrets: [NEW], issuer: ISSUER, now: () => now });
  const token = await tokens.sign(PAGE_TOKEN, claims);
  for (const [later, kind] of [[0, "valid"], [59, "valid"], [60, "expired"]] as const) {
    now = NOW + later;
    assert.equal((await tokens.read(PAGE_TOKEN, token)).kind, kind);
  }
});

Deno.test("no token works where another kind is meant", async () => {
  const tokens = tokensOf();
  assert.equal(await tokens.verify(PAGE_TOKEN, await tokens.sign(SEP10_TOKEN, claims)), null);
  assert.equal(await tokens.verify(SEP10_TOKEN, await tokens.sign(PAGE_TOKEN, claims)), null);
  assert.ok(await tokens.verify(PAGE_TOKEN, await tokens.sign(PAGE_TOKEN, claims)));
});

Deno.test("R-10-98 a token that was verified before expires all the same, and stands for no other", async () => {
  let now = NOW;
  const tokens = createTokens({ secrets: [NEW], issuer: ISSUER, now: () => now });
  const token = await tokens.sign(SEP10_TOKEN, claims);
  const first = await tokens.verify(SEP10_TOKEN, token);
  assert.ok(first);
  assert.equal(await tokens.verify(SEP10_TOKEN, token), first, "it is known");
  assert.equal(await tokens.verify(PAGE_TOKEN, token), null);
  assert.equal(await tokens.verify(SEP10_TOKEN, token.slice(0, -2)), null);
  now += 86_400;
  assert.equal(await tokens.verify(SEP10_TOKEN, token), null);
});

Deno.test("R-10-98 what is signed with our secret and is no token's content is refused, not an error", async () => {
  const [head = ""] = (await tokensOf().sign(SEP10_TOKEN, claims)).split(".");
  const header = JSON.parse(new TextDecoder().decode(Uint8Array.fromBase64(head, { alphabet: "base64url" })));
  for (const content of ["", "x", "null", "7", "[]", '"text"', "{", "\xff"]) {
    const token = await new CompactSign(new TextEncoder().encode(content)).setProtectedHeader(header)
      .sign(new TextEncoder().encode(NEW));
    assert.equal(await tokensOf().verify(SEP10_TOKEN, token), null, content);
  }
});

Deno.test("every changed character of a token is noticed", async () => {
  const tokens = tokensOf();
  const token = await tokens.sign(SEP10_TOKEN, claims);
  for (let at = 0; at < token.length; at += 7) {
    const changed = token.slice(0, at) + (token[at] === "A" ? "B" : "A") + token.slice(at + 1);
    assert.equal(await tokens.verify(SEP10_TOKEN, changed), null);
  }
});

Deno.test("secrets rotate: the first signs, all verify, one that is gone verifies no more", async () => {
  const before = tokensOf({ secrets: [OLD] });
  const during = tokensOf({ secrets: [NEW, OLD] });
  const after = tokensOf({ secrets: [NEW] });
  const [old, fresh] = [await before.sign(SEP10_TOKEN, claims), await during.sign(SEP10_TOKEN, claims)];
  assert.ok(await during.verify(SEP10_TOKEN, old));
  assert.ok(await during.verify(SEP10_TOKEN, fresh));
  assert.ok(await after.verify(SEP10_TOKEN, fresh));
  assert.equal(await after.verify(SEP10_TOKEN, old), null);
  assert.equal(await before.verify(SEP10_TOKEN, fresh), null);
});

Deno.test("no secret, or one below 256 bits, is refused at start and not quoted", () => {
  assert.throws(() => tokensOf({ secrets: [] }), TypeError);
  assert.throws(
    () => tokensOf({ secrets: [NEW, "short secret"] }),
    (error: unknown) => error instanceof TypeError && !error.message.includes("short secret"),
  );
});
