/**
 * Requests to addresses that somebody else named: client domains and callbacks (DESIGN §4.7).
 *
 * The name is resolved once, every answer is judged, and the connection goes to an address that was judged; `fetch`
 * reaches it through the proxy of `connect-proxy.ts` and checks the certificate against the name as always.
 * @module
 */
import { isPublicAddress } from "./address-rules.ts";
import { type ConnectProxy, startConnectProxy, type Tunnel } from "./connect-proxy.ts";
import { GuardedFetchError } from "./guarded-fetch-error.ts";
import { type Resolve, resolveByDns } from "./resolve.ts";

/** What is sent. */
export type GuardedRequest = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
};

/** What came back, whatever its status; a redirect is an answer like any other and is never followed. */
export type GuardedResponse = {
  readonly status: number;
  readonly headers: Headers;
  /** The whole body, decompressed, at most `maxBytes` long. */
  readonly body: Uint8Array<ArrayBuffer>;
};

/** Sends guarded requests; see {@link createGuardedFetch}. */
export type GuardedFetch = {
  /**
   * Sends one request.
   * @throws {GuardedFetchError} for everything that is not a complete answer
   */
  fetch(url: string | URL, request?: GuardedRequest): Promise<GuardedResponse>;
  /** Ends the requests under way and stops listening. */
  close(): Promise<void>;
};

/** What {@link createGuardedFetch} takes. */
export type GuardedFetchOptions = {
  /** `host:port` exceptions for tests: neither scheme, port nor address of these is judged. */
  readonly allow?: readonly string[];
  /** Addresses of a host name; by default the A and AAAA records. */
  readonly resolve?: Resolve;
  /** Opens the connection to an address that was judged; by default over TCP. */
  readonly dial?: (address: string, port: number) => Promise<Deno.TcpConn>;
  /** PEM certificates to trust beside those of the system. */
  readonly caCerts?: readonly string[];
  /** Longest body that is read, in bytes. */
  readonly maxBytes: number;
  /** Longest time from the first look-up to the last byte, in milliseconds. */
  readonly timeoutMs: number;
};

/**
 * Builds a guarded `fetch`. Only `https:` on port 443 or a port of at least 1024 is served. Nothing listens before
 * the first request.
 */
export function createGuardedFetch(options: GuardedFetchOptions): GuardedFetch {
  const allowed = new Set(options.allow);
  const resolve = options.resolve ?? resolveByDns;
  const dial = options.dial ?? ((hostname: string, port: number) => Deno.connect({ hostname, port }));
  const underWay = new Set<AbortController>();
  let proxy: ConnectProxy | undefined;
  let closed = false;

  function listening(): ConnectProxy {
    if (!proxy?.listening()) proxy = startConnectProxy();
    return proxy;
  }

  /** Resolves, judges every answer, dials the judged ones in turn. */
  async function dialJudged(hostname: string, port: number, signal: AbortSignal): Promise<Deno.TcpConn> {
    const literal = addressLiteral(hostname);
    const addresses = literal === undefined ? await resolve(hostname, signal) : [literal];
    if (addresses.length === 0) throw new GuardedFetchError("unresolved", false);
    if (!addresses.every(isPublicAddress)) throw new GuardedFetchError("address_refused", false);
    return await dialInTurn(addresses, (address) => dial(address, port), signal);
  }

  async function send(url: URL, request: GuardedRequest, signal: AbortSignal): Promise<GuardedResponse> {
    const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
    const authority = `${url.hostname}:${port}`;
    const exempt = allowed.has(authority);
    refuseUrl(url, port, exempt);
    // Plain HTTP cannot be tunnelled; only exceptions come here with it.
    const tunnel = url.protocol === "http:" ? undefined : listening().tunnel(authority, () => {
      const dialling = exempt
        ? Deno.connect({ hostname: addressLiteral(url.hostname) ?? url.hostname, port })
        : dialJudged(url.hostname, port, signal);
      return unlessAborted(dialling, signal);
    });
    const client = createClient(tunnel, options.caCerts);
    try {
      return await exchange(url, request, client, options.maxBytes, signal);
    } catch (error) {
      await tunnel?.close();
      throw asGuardedFetchError(error, tunnel, signal);
    } finally {
      client.close();
      await tunnel?.close();
    }
  }

  return {
    async fetch(url, request = {}) {
      if (closed) throw new GuardedFetchError("closed", false);
      const controller = new AbortController();
      const timer = setTimeout(() => controller.abort(), options.timeoutMs);
      underWay.add(controller);
      try {
        return await send(parseUrl(url), request, controller.signal);
      } finally {
        clearTimeout(timer);
        underWay.delete(controller);
      }
    },
    async close() {
      closed = true;
      for (const controller of underWay) controller.abort();
      await proxy?.close();
    },
  };
}

function parseUrl(url: string | URL): URL {
  const parsed = URL.parse(url);
  if (!parsed) throw new GuardedFetchError("url_refused", false);
  return parsed;
}

function refuseUrl(url: URL, port: number, exempt: boolean): void {
  const scheme = url.protocol === "https:" || (exempt && url.protocol === "http:");
  const goodPort = exempt || port === 443 || port >= 1024;
  if (!scheme || !goodPort || url.username || url.password) throw new GuardedFetchError("url_refused", false);
}

/** The address in a URL's host when it is one (`[::1]` or `127.0.0.1`; URLs spell IPv4 in four decimal parts). */
function addressLiteral(hostname: string): string | undefined {
  if (hostname.startsWith("[")) return hostname.slice(1, -1);
  return /^[0-9.]+$/.test(hostname) ? hostname : undefined;
}

async function dialInTurn(
  addresses: readonly string[],
  dial: (address: string) => Promise<Deno.TcpConn>,
  signal: AbortSignal,
): Promise<Deno.TcpConn> {
  for (const address of addresses) {
    signal.throwIfAborted();
    try {
      return await dial(address);
    } catch {
      // The next address of the same host may answer.
    }
  }
  throw new GuardedFetchError("unreachable", false);
}

/** Neither a look-up nor a connection attempt can be ended for certain; one that is late is closed when it comes. */
function unlessAborted(dialling: Promise<Deno.TcpConn>, signal: AbortSignal): Promise<Deno.TcpConn> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(new GuardedFetchError("timed_out", false));
      dialling.then((conn) => conn.close(), () => {});
    };
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    dialling.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/**
 * A client for one request. `fetch` skips the proxy for hosts in `NO_PROXY`, which is read when the client is made;
 * such a host would be dialled without judgement, so the variable is hidden for that moment.
 */
function createClient(tunnel: Tunnel | undefined, caCerts: readonly string[] = []): Deno.HttpClient {
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

async function exchange(
  url: URL,
  request: GuardedRequest,
  client: Deno.HttpClient,
  maxBytes: number,
  signal: AbortSignal,
): Promise<GuardedResponse> {
  const { method = "GET", headers = {}, body = null } = request;
  const response = await fetch(url, { client, method, headers, body, redirect: "manual", signal });
  return {
    status: response.status,
    headers: response.headers,
    body: await readBody(response, maxBytes),
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

function asGuardedFetchError(
  error: unknown,
  tunnel: Tunnel | undefined,
  signal: AbortSignal,
): GuardedFetchError {
  if (error instanceof GuardedFetchError) return error;
  const failure = tunnel?.failure();
  const sent = tunnel?.opened() ?? true;
  if (signal.aborted) return new GuardedFetchError("timed_out", sent, error);
  if (failure instanceof GuardedFetchError) return failure;
  return new GuardedFetchError("unreachable", sent, failure ?? error);
}
