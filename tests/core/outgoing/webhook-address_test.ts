import assert from "node:assert/strict";
import { isWebhookSecret, webhookSecret, webhookUrl } from "../../../core/outgoing/webhook-address.ts";

Deno.test("P11 each instance has an address of its own, the same in every process", () => {
  const url = webhookUrl("https://anchor.example", "secret", "pix");
  assert.equal(url, `https://anchor.example/webhooks/pix/${webhookSecret("secret", "pix")}`);
  assert.match(url, /\/pix\/[A-Za-z0-9_-]{32}$/);
  assert.notEqual(webhookSecret("secret", "pix"), webhookSecret("secret", "spei"));
  assert.notEqual(webhookSecret("secret", "pix"), webhookSecret("other", "pix"));
});

Deno.test("P11 only the instance's own secret is taken, whatever else is given", () => {
  const own = webhookSecret("secret", "pix");
  assert.equal(isWebhookSecret("secret", "pix", own), true);
  const flipped = (own.startsWith("A") ? "B" : "A") + own.slice(1);
  for (
    const given of ["", own.slice(1), `${own}A`, own.toLowerCase(), flipped, "ü".repeat(16), "x".repeat(1e5)]
  ) {
    assert.equal(isWebhookSecret("secret", "pix", given), false);
  }
  assert.equal(isWebhookSecret("secret", "spei", own), false);
});
