/**
 * The addresses at which instances get their webhooks. The secret part allows nothing but putting a request into the
 * inbox (DESIGN §4.6).
 * @module
 */
import { createHmac, timingSafeEqual } from "node:crypto";

/** The secret part of an instance's address: made of `WEBHOOK_SECRET` and its name, so that nothing has to be kept. */
export function webhookSecret(secret: string, instance: string): string {
  return createHmac("sha256", secret).update(`kedge:webhook:${instance}`).digest("base64url").slice(0, 32);
}

/** The whole address. @param base where the gateway is reached by that provider, without a slash at its end */
export function webhookUrl(base: string, secret: string, instance: string): string {
  return `${base}/webhooks/${instance}/${webhookSecret(secret, instance)}`;
}

/** Whether the secret part of an address is the instance's; takes the same time whatever is given. */
export function isWebhookSecret(secret: string, instance: string, given: string): boolean {
  const expected = new TextEncoder().encode(webhookSecret(secret, instance));
  const actual = new TextEncoder().encode(given);
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}
