import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createMoreInfo } from "../../../core/interactive/more-info.ts";
import { webhookSecret } from "../../../core/outgoing/webhook-address.ts";
import { newId } from "../../../core/transfers/id.ts";
import { PUBLIC_URL } from "./place.ts";

const moreInfo = createMoreInfo({ publicUrl: PUBLIC_URL, webhookSecret: "secret" });
const id = newId();
const keyOf = (url: string) => new URL(url).searchParams.get("key") ?? "";

Deno.test("a transfer's status page has one address, the same in every process, with its key", () => {
  const url = new URL(moreInfo.moreInfoUrl({ id }));
  assert.equal(url.origin + url.pathname, `${PUBLIC_URL}/interactive/${id}/status`);
  assert.deepEqual([...url.searchParams.keys()], ["key"]);
  assert.match(keyOf(url.href), /^[A-Za-z0-9_-]{43}$/);
  const restarted = createMoreInfo({ publicUrl: PUBLIC_URL, webhookSecret: "secret" });
  assert.equal(restarted.moreInfoUrl({ id }), url.href);
  assert.equal(restarted.isMoreInfoKey(id, keyOf(url.href)), true);
});

Deno.test("only the transfer's own key opens its status page, whatever else is given", () => {
  const own = keyOf(moreInfo.moreInfoUrl({ id }));
  const flipped = (own.startsWith("A") ? "B" : "A") + own.slice(1);
  const wrong = [
    "",
    flipped,
    own.slice(1),
    own.slice(0, 32),
    `${own}A`,
    `${own}\u0000`,
    `${own}=`,
    own.toLowerCase(),
    id,
    keyOf(moreInfo.moreInfoUrl({ id: newId() })),
    keyOf(createMoreInfo({ publicUrl: PUBLIC_URL, webhookSecret: "other" }).moreInfoUrl({ id })),
    // What is made of the same secret for other purposes.
    webhookSecret("secret", id),
    createHmac("sha256", "secret").update(id).digest("base64url"),
    "ü".repeat(43),
    "x".repeat(10_000),
  ];
  for (const given of wrong) assert.equal(moreInfo.isMoreInfoKey(id, given), false, given);
  assert.equal(moreInfo.isMoreInfoKey(newId(), own), false);
  assert.equal(moreInfo.isMoreInfoKey(id, own), true);
});
