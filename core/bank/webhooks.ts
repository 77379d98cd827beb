/**
 * Reads webhooks of rails out of the inbox (P11). The request was committed before it was answered; what it says is
 * believed only as far as its signature reaches, and else the rail is asked.
 * @module
 */
import type { InboundTransfer, RailEvent } from "../../plugins/bank-rail.ts";
import type { WebhookRequest } from "../../plugins/webhook.ts";
import { raiseAlarm, raiseAlarmAnew } from "../records/alarms.ts";
import { repeatable } from "../records/database.ts";
import type { RawRequest } from "../records/inbox.ts";
import { findAttemptByExternalId } from "../transfers/attempts.ts";
import { takeBalance } from "./balances.ts";
import { notePayout } from "./payout-news.ts";
import type { RailInstance } from "./rails.ts";
import type { Receiving } from "./news.ts";
import { receive } from "./receive.ts";

/** How reading ended. `refused`: nothing in it can be believed; it is kept for a while and forgotten. */
export type ReadWebhook =
  | { readonly kind: "read"; readonly moved: readonly string[] }
  | { readonly kind: "refused"; readonly verdict: string }
  | { readonly kind: "retry"; readonly error: string };

/** A request of the inbox as modules read it. */
export function webhookRequest(request: RawRequest, receivedMs: number): WebhookRequest {
  return {
    method: request.method,
    path: request.path,
    query: new URLSearchParams(request.query),
    headers: new Headers(request.headers.map(([name, value]) => [name, value])),
    body: request.body,
    receivedAt: Math.floor(receivedMs / 1000),
  };
}

/** Reads one webhook of a rail and takes in what it tells. Doubled and disordered ones change nothing. */
export async function readRailWebhook(
  on: Receiving,
  instance: RailInstance,
  request: WebhookRequest,
): Promise<ReadWebhook> {
  const { rail, ports } = instance;
  if (!rail.readWebhook) return { kind: "refused", verdict: "no_webhooks" };
  const reading = await rail.readWebhook(request, ports);
  if (reading.verdict !== "accepted") return { kind: "refused", verdict: reading.verdict };
  const moved: string[] = [];
  for (const event of reading.events) {
    const taken = await takeEvent(on, instance, event, reading.trust === "body");
    if (taken.kind === "retry") return taken;
    moved.push(...taken.moved);
  }
  return { kind: "read", moved };
}

async function takeEvent(
  on: Receiving,
  instance: RailInstance,
  event: RailEvent,
  trusted: boolean,
): Promise<Extract<ReadWebhook, { kind: "read" | "retry" }>> {
  if (event.about === "inbound") {
    const inbound = trusted && event.inbound ? event.inbound : await ask(instance, event.id);
    if (inbound === "retry") return { kind: "retry", error: "inbound_unknown" };
    if (inbound === null) return { kind: "read", moved: [] };
    const { transferId } = await receive(on, instance, inbound);
    return { kind: "read", moved: transferId === undefined ? [] : [transferId] };
  }
  if (event.about === "payout") {
    const failure = await takePayout(on, instance, event, trusted);
    if (failure !== null) return { kind: "retry", error: failure };
  }
  // A balance cannot be looked up by an id: what is not to be believed is asked for when its time comes.
  if (event.about === "balance" && trusted) await takeBalance(on.books.db, instance, event.balance);
  return { kind: "read", moved: [] };
}

/** @returns a code when the rail could not be asked, else `null` */
async function takePayout(
  { books }: Receiving,
  instance: RailInstance,
  event: Extract<RailEvent, { about: "payout" }>,
  trusted: boolean,
): Promise<string | null> {
  const { rail, ports, name } = instance;
  if (trusted && event.payout) {
    await notePayout(books, instance, event.payout);
    return null;
  }
  const key = event.payout?.key ?? event.key ??
    (event.id === undefined ? undefined : (await findAttemptByExternalId(books.db, name, event.id))?.key);
  if (key === undefined || !rail.findPayout) {
    // Nothing is believed, so nothing is stopped; the statement shows the debit, if there was one.
    const { id } = event;
    const alarm = id === undefined
      ? raiseAlarmAnew("statement_debit", `${name}:unknown`, "unknown")
      : [raiseAlarm("statement_debit", `${name}:${id}`, "unknown")];
    await books.db.write(alarm, repeatable);
    return null;
  }
  const found = await rail.findPayout(key, ports);
  if (!found.ok) return found.error.kind;
  if (found.value) await notePayout(books, instance, found.value);
  return null;
}

/** `null`: the rail does not know it, so the webhook said something untrue; `retry`: the rail could not answer. */
async function ask({ rail, ports }: RailInstance, id: string): Promise<InboundTransfer | null | "retry"> {
  if (!rail.findInbound) return null;
  const found = await rail.findInbound(id, ports);
  return found.ok ? found.value : "retry";
}
