/**
 * Reads the inbox: what a provider's webhook says, by the module that it came for. The same code serves the request that
 * brought it and the job.
 * @module
 */
import { readRailWebhook, webhookRequest } from "./bank/webhooks.ts";
import type { RailOf } from "./bank/rails.ts";
import type { Receiving } from "./bank/receive.ts";
import type { WebhookRequest } from "../plugins/webhook.ts";
import { backoffMs } from "./records/backoff.ts";
import { repeatable } from "./records/database.ts";
import type { Inbox, InboxItem } from "./records/inbox.ts";

/** Reads what waits. */
export interface ReadInbox {
  /** Whether anything waits to be read now. */
  readonly isDue: () => Promise<boolean>;
  /** @returns how many were read */
  readonly due: (limit: number, isSpent: () => boolean) => Promise<number>;
}

/** How a webhook of a KYC provider is read: `null` when it was, a code when it has to be read again. */
export type ReadKyc = (
  instance: string,
  request: WebhookRequest,
) => Promise<{ readonly error: string } | null>;

/** A webhook that could not be read so often is put before an operator. */
const MOST_TRIES = 20;

/** Creates the reader. `onMoved` gets ids of transfers whose effects may be due now, once all that was taken is read. */
export function createInboxReader(
  { inbox, receiving, railOf, readKyc, onMoved, report }: {
    readonly inbox: Inbox;
    readonly receiving: Receiving;
    readonly railOf: RailOf;
    readonly readKyc: ReadKyc;
    readonly onMoved: (transferIds: readonly string[]) => Promise<void>;
    /** Gets faults that nobody expected, by inbox id. */
    readonly report: (id: string, error: unknown) => void;
  },
): ReadInbox {
  const { db } = receiving.books;

  /** @returns ids of transfers that moved */
  async function read(item: InboxItem): Promise<readonly string[]> {
    const outcome = await attempt(item);
    if (outcome.kind === "read" || outcome.kind === "refused") {
      await db.write(inbox.markDone(item), repeatable);
      return outcome.kind === "read" ? outcome.moved : [];
    }
    if (item.tries < MOST_TRIES) {
      await inbox.markFailed(item, backoffMs(item.tries), outcome.error);
    } else {
      await inbox.markParked(item, outcome.error);
    }
    return [];
  }

  async function attempt(item: InboxItem): ReturnType<typeof readRailWebhook> {
    const request = webhookRequest(item.request, item.receivedMs);
    try {
      if (item.contract === "rail") return await readRailWebhook(receiving, railOf(item.instance), request);
      const failure = await readKyc(item.instance, request);
      return failure ? { kind: "retry", error: failure.error } : { kind: "read", moved: [] };
    } catch (error) {
      report(item.id, error);
      return { kind: "retry", error: "unexpected" };
    }
  }

  return {
    isDue: inbox.isDue,
    async due(limit, isSpent) {
      const items = await inbox.takeDue(limit);
      const moved: string[] = [];
      let count = 0;
      for (const item of items) {
        if (isSpent()) break;
        moved.push(...await read(item));
        count++;
      }
      // Taken and not begun: whoever comes next reads them, instead of nobody for a minute.
      await inbox.putBack(items.slice(count));
      // What follows may wait for a ledger or a bank; no news waits for that.
      if (moved.length > 0) await onMoved([...new Set(moved)]);
      return count;
    },
  };
}
