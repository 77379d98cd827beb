/**
 * Requests to addresses that somebody else named: client domains and callbacks (DESIGN §4.7).
 *
 * The name is resolved once, every answer is judged, and the connection goes to an address that was judged; `fetch`
 * reaches it through the proxy of `connect-proxy.ts` and checks the certificate against the name as always.
 * @module
 */
import { isLocalName, isPublicAddress } from "./address-rules.ts";
import { type ConnectProxy, startConnectProxy, type Tunnel } from "./connect-proxy.ts";
import { createClient, exchange, type GuardedRequest, type GuardedResponse } from "./exchange.ts";
import { GuardedFetchError } from "./guarded-fetch-error.ts";
import { type Resolve, resolveByDns } from "./resolve.ts";

/** Sends guarded requests; see {@link createGuardedFetch}. */
export type GuardedFetch = {
  /**
   * Sends one request.
   * @throws {GuardedFetchError} for everything that is not a complete answer
   */
  fetch(url: string | URL, request?: GuardedRequest): Promise<GuardedResponse>;
  /**
   * Judges a URL by the same rules before anybody asks for it: null when it may be asked. A name that has no address, or
   * none within `withinMs`, is let through: every request judges anew.
   */
  judge(url: string, withinMs: number): Promise<"url_refused" | "address_refused" | null>;
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

  /** Resolves and judges every answer. */
  async function judgedAddresses(hostname: string, signal: AbortSignal): Promise<readonly string[]> {
    if (isLocalName(hostname)) throw new GuardedFetchError("address_refused", false);
    const literal = addressLiteral(hostname);
    const addresses = literal === undefined ? await resolve(hostname, signal) : [literal];
    if (addresses.length === 0) throw new GuardedFetchError("unresolved", false);
    if (!addresses.every(isPublicAddress)) throw new GuardedFetchError("address_refused", false);
    return addresses;
  }

  /** Dials the judged ones in turn. */
  async function dialJudged(hostname: string, port: number, signal: AbortSignal): Promise<Deno.TcpConn> {
    const addresses = await judgedAddresses(hostname, signal);
    return await dialInTurn(addresses, (address) => dial(address, port), signal);
  }

  /** The parts of a URL that may be asked. */
  function judgedUrl(url: URL): { port: number; authority: string; exempt: boolean } {
    const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
    const authority = `${url.hostname}:${port}`;
    const exempt = allowed.has(authority);
    refuseUrl(url, port, exempt);
    return { port, authority, exempt };
  }

  async function send(url: URL, request: GuardedRequest, signal: AbortSignal): Promise<GuardedResponse> {
    const { port, authority, exempt } = judgedUrl(url);
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
    async judge(text, withinMs) {
      const controller = new AbortController();
      const timer = setTimeout(() => controller.abort(), withinMs);
      underWay.add(controller);
      try {
        const url = parseUrl(text);
        if (!judgedUrl(url).exempt) {
          await untilAborted(judgedAddresses(url.hostname, controller.signal), controller.signal);
        }
        return null;
      } catch (error) {
        const code = error instanceof GuardedFetchError ? error.code : null;
        return code === "url_refused" || code === "address_refused" ? code : null;
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

/** Waits for work that cannot be ended for certain. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new GuardedFetchError("timed_out", false));
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

/** Neither a look-up nor a connection attempt can be ended for certain; one that is late is closed when it comes. */
function unlessAborted(dialling: Promise<Deno.TcpConn>, signal: AbortSignal): Promise<Deno.TcpConn> {
  const dialled = untilAborted(dialling, signal);
  dialled.catch(() => dialling.then((conn) => conn.close(), () => {}));
  return dialled;
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
