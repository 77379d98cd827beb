/**
 * The sandbox bank's webhooks: signed messages, wake-ups, and the question before booking.
 * @module
 */
import * as z from "zod";
import type { InboundTransfer, RailEvent } from "../../plugins/bank-rail.ts";
import { readJson } from "../../plugins/json.ts";
import { verifyTimestamped } from "../../plugins/signatures.ts";
import type { WebhookReading, WebhookReply, WebhookRequest } from "../../plugins/webhook.ts";
import type { ReadOptions } from "./options.ts";
import { readBalance, readInbound, readPayout } from "./readings.ts";

const messageSchema = z.object({ type: z.string(), id: z.string().min(1), data: z.unknown().optional() });
type Message = z.output<typeof messageSchema>;

/** Reads a message over its raw bytes. An unsigned one, where the bank only wakes up, is believed in nothing but its id. */
export function readWebhook(options: ReadOptions, request: WebhookRequest): WebhookReading<RailEvent> {
  if (request.method !== "POST" || isQuestion(request)) return { verdict: "ignored" };
  const message = messageOf(request);
  const signed = request.headers.has("Sandbox-Signature");
  if (options.webhook === "wake_up" && !signed) {
    if (!message) return { verdict: "malformed" };
    const event = wakeUp(message);
    return event ? { verdict: "accepted", trust: "wake_up", events: [event] } : { verdict: "ignored" };
  }
  const verdict = verdictOf(options, request);
  if (verdict !== "valid") return { verdict };
  if (!message) return { verdict: "malformed" };
  const event = told(message);
  return event ? { verdict: "accepted", trust: "body", events: [event] } : { verdict: "ignored" };
}

/** Answers the question before booking; `null` for every other request. */
export async function answerQuestion(
  options: ReadOptions,
  request: WebhookRequest,
  judge: (inbound: InboundTransfer) => Promise<"keep" | "return">,
): Promise<WebhookReply | null> {
  if (request.method !== "POST" || !isQuestion(request)) return null;
  if (verdictOf(options, request) !== "valid") return { status: 401 };
  const inbound = readInbound(messageOf(request)?.data);
  if (!inbound.ok) return { status: 400 };
  return {
    status: 200,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ decision: await judge(inbound.value) }),
  };
}

function isQuestion({ path }: WebhookRequest): boolean {
  return path === "/decision";
}

function verdictOf(options: ReadOptions, { headers, body, receivedAt }: WebhookRequest) {
  return verifyTimestamped({
    header: headers.get("Sandbox-Signature"),
    secrets: options.webhookSecrets,
    body,
    now: receivedAt,
  });
}

function messageOf({ body }: WebhookRequest): Message | null {
  return messageSchema.safeParse(readJson(body)).data ?? null;
}

function wakeUp({ type, id }: Message): RailEvent | null {
  if (type === "inbound") return { about: "inbound", id };
  return type === "payout" ? { about: "payout", key: id } : null;
}

/** A body that is signed and still cannot be read wakes up only: the look-up that follows raises the alarm. */
function told(message: Message): RailEvent | null {
  const { type, id, data } = message;
  if (type === "inbound") {
    const inbound = readInbound(data);
    return { about: "inbound", id, ...(inbound.ok && { inbound: inbound.value }) };
  }
  if (type === "payout") {
    const payout = readPayout(data);
    return { about: "payout", key: id, ...(payout.ok && { payout: payout.value }) };
  }
  const balance = type === "balance" ? readBalance(data) : null;
  return balance?.ok ? { about: "balance", balance: balance.value } : null;
}
