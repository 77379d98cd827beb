import assert from "node:assert/strict";
import { Keypair, StrKey } from "@stellar/stellar-sdk/base";
import { formatSubject, normalizeMemo, parseSubject, readCaller } from "../../../core/auth/session.ts";
import { createTokens, SEP10_TOKEN } from "../../../core/auth/tokens.ts";

const account = Keypair.random().publicKey();
const MUXED = "MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAJLK";
const INSIDE = "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ";
const tokens = createTokens({
  secrets: ["a secret of the tests, at least 32 bytes long"],
  issuer: "https://anchor.example",
  now: () => 1_800_000_000,
});

async function callerOf(claims: Record<string, string>) {
  const token = await tokens.sign(SEP10_TOKEN, {
    jti: "j",
    home_domain: "anchor.example",
    sub: "",
    ...claims,
  });
  return await readCaller(tokens, token);
}

Deno.test("R-10-101 R-10-102 the caller of a token: account, memo, muxed id, domains", async () => {
  const base = { clientDomain: null, homeDomain: "anchor.example" };
  assert.deepEqual(await callerOf({ sub: account }), {
    sub: account,
    account,
    memo: null,
    muxedId: null,
    ...base,
  });
  assert.deepEqual(await callerOf({ sub: `${account}:0` }), {
    sub: `${account}:0`,
    account,
    memo: "0",
    muxedId: null,
    ...base,
  });
  assert.deepEqual(await callerOf({ sub: MUXED, client_domain: "wallet.example" }), {
    sub: MUXED,
    account: INSIDE,
    memo: null,
    muxedId: "9223372036854775808",
    clientDomain: "wallet.example",
    homeDomain: "anchor.example",
  });
});

Deno.test("R-10-101 logins with another memo, without one, and muxed ones differ in sub", () => {
  const subjects = [
    formatSubject(account, null),
    formatSubject(account, "0"),
    formatSubject(account, "1"),
    MUXED,
  ];
  assert.equal(new Set(subjects).size, 4);
  for (const subject of subjects) assert.ok(parseSubject(subject));
});

Deno.test("a sub of no known form names nobody (trap 9)", async () => {
  const contract = StrKey.encodeContract(new Uint8Array(32));
  const wrong = [
    "",
    account.slice(1),
    `${account}:`,
    `${account}:x`,
    `${account}:007`,
    `${account}:1:2`,
    `${account}:-1`,
    `${account}:18446744073709551616`,
    `${MUXED}:1`,
    contract,
    `:${account}`,
    ` ${account}`,
  ];
  for (const sub of wrong) {
    assert.equal(parseSubject(sub), null, sub);
    assert.equal(await callerOf({ sub }), null, sub);
  }
});

Deno.test("a token of another kind, or without a home domain, names nobody", async () => {
  const page = await tokens.sign({ typ: "kedge-page+jwt", audience: "kedge:page", seconds: 60 }, {
    sub: account,
    jti: "j",
  });
  assert.equal(await readCaller(tokens, page), null);
  assert.equal(await readCaller(tokens, await tokens.sign(SEP10_TOKEN, { sub: account, jti: "j" })), null);
  assert.equal(await readCaller(tokens, "garbage"), null);
});

Deno.test("R-10-30 R-10-33 a memo is normalized or refused", () => {
  const good = { "0": "0", "00": "0", "007": "7", "18446744073709551615": "18446744073709551615" };
  for (const [text, memo] of Object.entries(good)) assert.equal(normalizeMemo(text), memo);
  for (const text of ["", "-0", "1n", "0b1", " 1", "1\n", "18446744073709551616", "0".repeat(81)]) {
    assert.equal(normalizeMemo(text), null);
  }
});
