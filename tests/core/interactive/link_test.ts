import assert from "node:assert/strict";
import { Keypair } from "@stellar/stellar-sdk/base";
import { createTokens, readCaller, SEP10_TOKEN } from "../../../core/auth/mod.ts";
import { LINK_TOKEN, linkFor } from "../../../core/interactive/link.ts";
import { newSessionId } from "../../../core/interactive/page-session.ts";
import { newId } from "../../../core/transfers/id.ts";
import { inMemory } from "../records/memory.ts";
import { placeOver, PUBLIC_URL, SECRET, START, tokenIn } from "./place.ts";

const tokensAt = (now: number) => createTokens({ secrets: [SECRET], issuer: PUBLIC_URL, now: () => now });
const tokens = tokensAt(START);
const linkTo = (id: string) => linkFor({ tokens, publicUrl: PUBLIC_URL }, { id });

Deno.test("R-24-42 R-24-43 a link holds the transfer's id and a token of its own, good for a quarter of an hour", async () => {
  const id = newId();
  const link = new URL(await linkTo(id));
  assert.equal(link.origin + link.pathname, `${PUBLIC_URL}/interactive/${id}`);
  assert.deepEqual([...link.searchParams.keys()], ["token"]);
  const token = tokenIn(link.href);
  const verified = await tokensAt(START + 899).verify(LINK_TOKEN, token);
  assert.ok(verified);
  assert.equal(verified.sub, id);
  assert.match(verified.jti, /^[a-z2-7]{26}$/);
  assert.equal(await tokensAt(START + 900).verify(LINK_TOKEN, token), null);
  const another = await tokens.verify(LINK_TOKEN, tokenIn(await linkTo(id)));
  assert.notEqual(another?.jti, verified.jti);
});

Deno.test("R-24-46 a wallet appends parameters to a link as text or as parameters, and the token stays what it is", async () => {
  const link = await linkTo(newId());
  const callback = "https://wallet.example/cb?user=1&x=ü";
  const byText = `${link}&callback=postMessage&on_change_callback=${encodeURIComponent(callback)}`;
  const byParameters = new URL(link);
  byParameters.searchParams.append("callback", "postMessage");
  byParameters.searchParams.append("on_change_callback", callback);
  for (const whole of [byText, byParameters.href]) {
    const { searchParams } = new URL(whole);
    assert.equal(searchParams.get("token"), tokenIn(link));
    assert.equal(searchParams.get("callback"), "postMessage");
    assert.equal(searchParams.get("on_change_callback"), callback);
  }
});

Deno.test("R-24-44 a link's token is no bearer token of the API, and the API's opens no page", async () => {
  using db = await inMemory();
  const { tokens, pages, transferId, link } = placeOver(db);
  assert.equal(await readCaller(tokens, await link()), null);
  // What would be a caller, and what would be a link, but for the kind.
  const caller = { sub: Keypair.random().publicKey(), jti: newId(), home_domain: "anchor.example" };
  assert.equal(await readCaller(tokens, await tokens.sign(LINK_TOKEN, caller)), null);
  assert.ok(await readCaller(tokens, await tokens.sign(SEP10_TOKEN, caller)));
  const claims = { sub: transferId, jti: newId() };
  const opening = { transferId, sessionId: newSessionId() };
  const ofApi = await tokens.sign(SEP10_TOKEN, claims);
  assert.deepEqual(await pages.open({ ...opening, token: ofApi }), { kind: "invalid" });
  const ofLink = await tokens.sign(LINK_TOKEN, claims);
  assert.equal((await pages.open({ ...opening, token: ofLink })).kind, "opened");
});
