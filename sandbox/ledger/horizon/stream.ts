/**
 * Lists as streams of server-sent events: what is there after a cursor, then what each ledger adds.
 * @module
 */
import type { JsonRecord } from "../records.ts";
import type { HorizonContext } from "./env.ts";
import { cursorOf, limitOf } from "./page.ts";

/** Loads records after a cursor, oldest first, at most so many. */
export type LoadAfter = (cursor: bigint | undefined, limit: number) => Promise<JsonRecord[]>;

const HELLO = `retry: 1000\nevent: open\ndata: "hello"\n\n`;
const BYEBYE = `retry: 10\nevent: close\ndata: "byebye"\n\n`;

/** Whether a request asks for a stream. */
export function wantsStream(c: HorizonContext): boolean {
  return (c.req.header("accept") ?? "").includes("text/event-stream");
}

/**
 * Streams a list. As Horizon does, a stream ends by itself after as many records as a page would have; clients go on
 * from the last event's id.
 */
export function sendStream(c: HorizonContext, load: LoadAfter): Response {
  const { ledger } = c.var;
  const limit = limitOf(c);
  const lastEvent = c.req.header("last-event-id");
  const start = cursorOf(c, lastEvent === undefined || lastEvent === "" ? c.req.query("cursor") : lastEvent);
  const encoder = new TextEncoder();
  let news = Promise.withResolvers<void>();
  let ended = false;
  const unsubscribe = ledger.subscribe((event) => {
    if (event === "ended") ended = true;
    news.resolve();
  });
  const leave = (): void => {
    ended = true;
    unsubscribe();
    news.resolve();
  };

  async function run(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    const write = (text: string): void => controller.enqueue(encoder.encode(text));
    let cursor = start;
    let left = limit;
    write(HELLO);
    while (!ended && left > 0) {
      // Renewed before loading: a ledger that closes meanwhile is not missed.
      news = Promise.withResolvers<void>();
      const records = await load(cursor, left);
      for (const record of records) {
        const token = String(record.paging_token);
        write(`id: ${token}\ndata: ${JSON.stringify(record)}\n\n`);
        cursor = BigInt(token);
        left -= 1;
      }
      if (!ended && left > 0) await news.promise;
    }
    write(BYEBYE);
    controller.close();
  }

  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      // A reader who has gone cannot be told anything.
      void run(controller).catch(() => undefined).finally(unsubscribe);
    },
    cancel: leave,
  });
  return c.body(body, 200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
  });
}
