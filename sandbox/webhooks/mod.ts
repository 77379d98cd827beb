/**
 * Webhooks of the sandbox bank and KYC bureau: kept in storage with what they tell, signed where asked, tried a few
 * times, and spoiled on request (`../faults/mod.ts`).
 *
 * A signed message carries `Sandbox-Signature: t=SECONDS,v1=HEX`, where HEX is HMAC-SHA256 over `SECONDS.BODY`. A
 * wake-up carries no signature and names only what changed.
 * @module
 */
import { createHmac } from "node:crypto";
import * as z from "zod";
import type { Faults } from "../faults/mod.ts";
import { pause } from "../faults/mod.ts";
import type { Store } from "../store.ts";

/** Where and how an account wants its news. */
export interface Subscription {
  readonly url: string;
  readonly secret: string;
  readonly kind: "signed" | "wake_up";
}

/** One message: `type` and `id` are what a wake-up shows; `data` is added where it is signed. */
export interface News {
  readonly type: string;
  readonly id: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Seconds before each further try. */
const RETRY_AFTER = [1, 5, 30, 120];
const TIMEOUT_MS = 10_000;

/** What webhooks are sent with. */
export interface WebhookOptions {
  readonly store: Store;
  /** `bank` or `kyc`. */
  readonly part: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly fetch: typeof fetch;
  readonly faults: Faults;
  /** Aborted when the sandbox closes. */
  readonly closed: AbortSignal;
}

/** The webhooks of one part. */
export type Webhooks = Awaited<ReturnType<typeof openWebhooks>>;

const rowSchema = z.object({
  id: z.number(),
  account: z.string(),
  subscription: z.string().transform((text) => JSON.parse(text) as unknown).pipe(
    z.object({ url: z.string(), secret: z.string(), kind: z.enum(["signed", "wake_up"]) }),
  ),
  body: z.string(),
  tries: z.number(),
});
type Waiting = z.output<typeof rowSchema>;

/** Opens the webhooks of a part and goes on with what an earlier process left. */
export async function openWebhooks(options: WebhookOptions) {
  const { store, part, now, faults, closed } = options;
  await store.batch([
    `create table if not exists sandbox_webhooks (
       id integer primary key autoincrement, part text not null, account text not null, subscription text not null,
       body text not null, tries integer not null, due integer not null, state text not null) strict`,
    `create index if not exists sandbox_webhooks_due on sandbox_webhooks (part, state, due)`,
  ]);
  let running: Promise<void> | null = null;
  let again = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Messages that `out_of_order` holds back until the next one has gone. */
  let held: { readonly url: string; readonly init: RequestInit }[] = [];

  closed.addEventListener("abort", () => clearTimeout(timer));

  async function send(url: string, init: RequestInit): Promise<boolean> {
    const end = new AbortController();
    const stop = () => end.abort();
    const limit = setTimeout(stop, TIMEOUT_MS);
    closed.addEventListener("abort", stop);
    try {
      const response = await options.fetch(url, { ...init, redirect: "manual", signal: end.signal });
      await response.body?.cancel();
      return response.ok;
    } catch {
      // Whatever went wrong on the way, the message is tried again.
      return false;
    } finally {
      clearTimeout(limit);
      closed.removeEventListener("abort", stop);
    }
  }

  async function deliver(row: Waiting): Promise<boolean> {
    const { url, secret, kind } = row.subscription;
    const taken = await faults.take(row.account, "webhook");
    if (taken?.fault === "lost") return true;
    if (taken?.fault === "delay") await pause(taken.ms, closed);
    const body = taken?.fault === "garbage" ? row.body.slice(0, -2) : row.body;
    const seconds = Math.floor(now() / 1000) - (taken?.fault === "stale" ? 3600 : 0);
    const key = taken?.fault === "bad_signature" ? `${secret}x` : secret;
    const headers = new Headers({ "Content-Type": "application/json" });
    if (kind === "signed") headers.set("Sandbox-Signature", signature(key, seconds, body));
    const message = { url, init: { method: "POST", headers, body } };
    if (taken?.fault === "out_of_order") {
      held.push(message);
      return true;
    }
    const sent = await send(message.url, message.init);
    if (sent && taken?.fault === "duplicate") {
      await send(message.url, message.init);
      await send(message.url, message.init);
    }
    const late = held;
    held = [];
    for (const other of late) await send(other.url, other.init);
    return sent;
  }

  async function settle(row: Waiting, sent: boolean): Promise<void> {
    const wait = RETRY_AFTER[row.tries];
    const state = sent ? "sent" : wait === undefined ? "given_up" : "waiting";
    await store.batch([{
      sql: `update sandbox_webhooks set state = ?, tries = tries + 1, due = ? where id = ?`,
      args: [state, now() + (wait ?? 0) * 1000, row.id],
    }]);
  }

  async function pass(): Promise<void> {
    const due = await store.execute({
      sql: `select id, account, subscription, body, tries from sandbox_webhooks
            where part = ? and state = 'waiting' and due <= ? order by id limit 50`,
      args: [part, now()],
    });
    for (const raw of due.rows) {
      if (closed.aborted) return;
      const row = rowSchema.parse(raw);
      await settle(row, await deliver(row));
    }
    if (due.rows.length === 50) again = true;
  }

  async function planNext(): Promise<void> {
    clearTimeout(timer);
    const { rows } = await store.execute({
      sql: `select min(due) as due from sandbox_webhooks where part = ? and state = 'waiting'`,
      args: [part],
    });
    const due = z.object({ due: z.number().nullable() }).parse(rows[0]).due;
    if (due === null || closed.aborted) return;
    timer = setTimeout(() => void flush(), Math.max(50, due - now()));
    Deno.unrefTimer(timer);
  }

  async function work(): Promise<void> {
    do {
      again = false;
      await pass();
    } while (again && !closed.aborted);
    if (!closed.aborted) await planNext();
  }

  /** Sends what is due; calls made meanwhile share the pass and are looked after by it. */
  function flush(): Promise<void> {
    if (closed.aborted) return Promise.resolve();
    if (running) {
      again = true;
      return running;
    }
    running = work().finally(() => {
      running = null;
    });
    return running;
  }

  return {
    /** The statement that keeps a message, for the batch that makes what it tells. */
    keep(account: string, subscription: Subscription, news: News) {
      const body = subscription.kind === "signed"
        ? { type: news.type, id: news.id, at: new Date(now()).toISOString(), data: news.data }
        : { type: news.type, id: news.id };
      return {
        sql: `insert into sandbox_webhooks (part, account, subscription, body, tries, due, state)
              values (?, ?, ?, ?, 0, ?, 'waiting')`,
        args: [part, account, JSON.stringify(subscription), JSON.stringify(body), now()],
      };
    },
    flush,
    /** Resolves when no delivery is under way. */
    async settled(): Promise<void> {
      while (running) await running;
    },
  };
}

/** The value of `Sandbox-Signature`. */
export function signature(secret: string, seconds: number, body: string): string {
  return `t=${seconds},v1=${createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex")}`;
}
