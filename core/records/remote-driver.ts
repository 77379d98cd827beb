/**
 * libSQL over HTTP: `http(s)://` and `libsql://`. The native addon is never loaded on this path.
 * @module
 */
import type { Driver } from "./driver.ts";
import { bind, rowsOf } from "./statement.ts";

/** How to reach a remote database. */
export interface RemoteOptions {
  /** `https://…`, `http://…` or `libsql://…`. */
  readonly url: string;
  /** Bearer token of the database. */
  readonly authToken?: string;
  /** How long one request may take, its answer's body included, in milliseconds. */
  readonly timeoutMs: number;
}

/** Opens a database over HTTP; nothing is sent before the first statement. */
export async function openRemoteDriver(options: RemoteOptions): Promise<Driver> {
  const { createClient } = await import("@libsql/client/web");
  const client = createClient({
    url: options.url,
    intMode: "bigint",
    fetch: (request: Request) => fetchWithin(options.timeoutMs, request),
    ...(options.authToken === undefined ? {} : { authToken: options.authToken }),
  });
  return {
    kind: "remote",
    tries: 3,
    execute: async (statement) => rowsOf(await client.execute(bind(statement))),
    batch: async (statements, mode) => (await client.batch(statements.map(bind), mode)).map(rowsOf),
    close: () => client.close(),
  };
}

/** The client has no time limit of its own, and a body that never ends would hold a request for ever. */
async function fetchWithin(timeoutMs: number, request: Request): Promise<Response> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new Error("no answer in time")), timeoutMs);
  try {
    const response = await fetch(request, { signal: limit.signal });
    const body = await response.arrayBuffer();
    return new Response(body.byteLength === 0 ? null : body, {
      status: response.status,
      headers: response.headers,
    });
  } finally {
    clearTimeout(timer);
  }
}
