/**
 * The sandbox bureau's webhooks: signed messages, or wake-ups without a signature. Either way the case is read again.
 * @module
 */
import * as z from "zod";
import { readJson } from "../../plugins/json.ts";
import type { KycEvent } from "../../plugins/kyc-provider.ts";
import { verifyTimestamped } from "../../plugins/signatures.ts";
import type { WebhookReading, WebhookRequest } from "../../plugins/webhook.ts";
import type { ReadOptions } from "./options.ts";

const messageSchema = z.object({
  type: z.string(),
  id: z.string().min(1),
  data: z.object({ key: z.string() }).optional(),
});

/** Verifies a message over its raw bytes and says which case to look at. */
export function readWebhook(options: ReadOptions, request: WebhookRequest): WebhookReading<KycEvent> {
  if (request.method !== "POST") return { verdict: "ignored" };
  if (options.webhook === "signed") {
    const verdict = verifyTimestamped({
      header: request.headers.get("Sandbox-Signature"),
      secrets: options.webhookSecrets,
      body: request.body,
      now: request.receivedAt,
    });
    if (verdict !== "valid") return { verdict };
  }
  const message = messageSchema.safeParse(readJson(request.body));
  if (!message.success) return { verdict: "malformed" };
  const { type, id, data } = message.data;
  if (type !== "case") return { verdict: "ignored" };
  if (options.webhook === "wake_up") return { verdict: "accepted", trust: "wake_up", events: [{ ref: id }] };
  return {
    verdict: "accepted",
    trust: "body",
    events: [{ ref: id, ...(data && { caseKey: data.key }) }],
  };
}
