/**
 * One guarded request and its answer, once the address is judged.
 * @module
 */
import type { Tunnel } from "./connect-proxy.ts";
import { GuardedFetchError } from "./guarded-fetch-error.ts";

/** What is sent. */
export type GuardedRequest = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** Nothing of the answer but status and headers is wanted: its body is not read, however long it is. */
  readonly headOnly?: boolean;
};

/** What came back, whatever its status; a redirect is an answer like any other and is never followed. */
export type GuardedResponse = {
  readonly status: number;
  readonly headers: Headers;
  /** The whole body, decompressed, at most `maxBytes` long; empty when it was not wanted. */
  readonly body: Uint8Array<ArrayBuffer>;
};

/**
 * A client for one request. `fetch` skips the proxy for hosts in `NO_PROXY`, which is read when the client is made;
 * such a host would be dialled without judgement, so the variable is hidden for that moment.
 */
export function createClient(tunnel: Tunnel | undefined, caCerts: readonly string[] = []): Deno.HttpClient {
  const hidden = ["NO_PROXY", "no_proxy"].map((name) => ({ name, value: Deno.env.get(name) }));
  for (const { name, value } of hidden) if (value !== undefined) Deno.env.delete(name);
  try {
    return Deno.createHttpClient({
      ...(tunnel && { proxy: tunnel.proxy }),
      caCerts: [...caCerts],
      poolMaxIdlePerHost: 0,
    });
  } finally {
    for (const { name, value } of hidden) if (value !== undefined) Deno.env.set(name, value);
  }
}

/** Sends one request and reads its answer, at most `maxBytes` of it. */
export async function exchange(
  url: URL,
  request: GuardedRequest,
  client: Deno.HttpClient,
  maxBytes: number,
  signal: AbortSignal,
): Promise<GuardedResponse> {
  const { method = "GET", headers = {}, body = null, headOnly = false } = request;
  const response = await fetch(url, { client, method, headers, body, redirect: "manual", signal });
  if (headOnly) await response.body?.cancel();
  return {
    status: response.status,
    headers: response.headers,
    body: headOnly ? new Uint8Array() : await readBody(response, maxBytes),
  };
}

async function readBody(response: Response, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  if (!response.body) return new Uint8Array();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for await (const chunk of response.body) {
    length += chunk.length;
    // Leaving the loop cancels the stream, which ends the connection.
    if (length > maxBytes) throw new GuardedFetchError("too_large", true);
    chunks.push(chunk);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
