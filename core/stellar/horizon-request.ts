/**
 * How one request to Horizon is made and judged: time limit, proof of the network, Horizon's own not-found (M-3).
 * @module
 */
import { problemSchema, rootSchema } from "./horizon-schemas.ts";
import { HorizonUnavailable } from "./horizon-unavailable.ts";

/** What the reader needs of `fetch`. */
export type HorizonFetch = (url: string, init: RequestInit) => Promise<Response>;

/** Which Horizon, and how it is asked. */
export interface HorizonOptions {
  /** Its address, with or without a path. */
  readonly url: string;
  /** Passphrase of our network: a Horizon of another one gives no answers. */
  readonly passphrase: string;
  readonly fetch?: HorizonFetch;
  /** Longest time for one request with its body, in milliseconds. */
  readonly timeoutMs: number;
}

/** An HTTP answer whose body has been read as JSON; `body` is undefined when it is none. */
export interface HorizonAnswer {
  readonly status: number;
  readonly body: unknown;
  /** The `Latest-Ledger` header: the ledger that the answer stands on, where Horizon says so. */
  readonly latestLedger: number | null;
  /** Milliseconds after which to ask again, where the answer says so. */
  readonly retryAfterMs: number | null;
}

/** Requests to one Horizon. */
export interface HorizonRequests {
  /**
   * The body of a 200, or null for Horizon's own not-found.
   * @param head the ledger that the answer must stand on at least, where it says on which it stands
   * @throws {HorizonUnavailable} for anything else
   */
  read(path: string, head?: number): Promise<HorizonAnswer | null>;
  /** Any answer to `POST /transactions`. @throws {HorizonUnavailable} when none came, or the network is another */
  post(path: string, form: URLSearchParams, timeoutMs: number): Promise<HorizonAnswer>;
  /** An answer was not to be trusted: the network is proven again before the next one. */
  doubt(): void;
  /** Asks the root afresh. */
  root(): Promise<{ passphrase: string; latestLedger: number; elderLedger: number }>;
}

/** Horizon puts nobody off for longer, whatever it says: an envelope that has been sent may wait for its word. */
const LONGEST_WAIT_MS = 5 * 60 * 1000;

/** Makes the requests of {@link createHorizon}. */
export function createHorizonRequests(options: HorizonOptions): HorizonRequests {
  const { passphrase, timeoutMs, fetch = globalThis.fetch } = options;
  const base = options.url.replace(/\/+$/, "");
  // Proven once a process, and again after each error: behind one address may stand another Horizon by then.
  let proof: Promise<unknown> | null = null;

  async function ask(path: string, init: RequestInit, limitMs: number): Promise<HorizonAnswer> {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), limitMs);
    try {
      const response = await fetch(base + path, { redirect: "error", ...init, signal: abort.signal });
      const text = await response.text();
      return {
        status: response.status,
        body: parseJson(text),
        latestLedger: positiveHeader(response.headers, "latest-ledger"),
        retryAfterMs: retryAfter(response),
      };
    } catch {
      // The error of a fetch may hold the whole address; what counts is only that no answer came.
      throw unavailable(abort.signal.aborted ? "timeout" : "network", path);
    } finally {
      clearTimeout(timer);
    }
  }

  function unavailable(...args: ConstructorParameters<typeof HorizonUnavailable>): HorizonUnavailable {
    proof = null;
    return new HorizonUnavailable(...args);
  }

  async function readRoot() {
    const answer = await ask("", { headers: { accept: "application/json" } }, timeoutMs);
    if (answer.status !== 200) throw refused("/", answer);
    const root = rootSchema.safeParse(answer.body);
    if (!root.success) throw unavailable("garbage", "/");
    if (root.data.passphrase !== passphrase) throw unavailable("wrong_network", "/");
    return root.data;
  }

  function refused(path: string, { status, body, retryAfterMs }: HorizonAnswer): HorizonUnavailable {
    const type = problemType(body);
    const detail = type === null ? `HTTP ${status}` : `HTTP ${status}, ${type.slice(-40)}`;
    const again = retryAfterMs ?? undefined;
    if (status === 404) return unavailable("not_found_unproven", path, again, detail);
    if (status === 429) return unavailable("busy", path, again, detail);
    if (status === 410) return unavailable("before_history", path, again, detail);
    if (type?.endsWith("/stale_history")) return unavailable("stale", path, again, detail);
    return unavailable("status", path, again, detail);
  }

  async function proveNetwork(): Promise<void> {
    const asked = proof ??= readRoot();
    try {
      await asked;
    } catch (error) {
      if (proof === asked) proof = null;
      throw error;
    }
  }

  return {
    read: async (path, head = 0) => {
      await proveNetwork();
      const answer = await ask(path, { headers: { accept: "application/json" } }, timeoutMs);
      const isNotFound = answer.status === 404 && problemType(answer.body)?.endsWith("/not_found") === true;
      if (answer.status !== 200 && !isNotFound) throw refused(path, answer);
      // Of several machines behind one address another may have answered before, which had read further.
      if (answer.latestLedger !== null && answer.latestLedger < head) throw unavailable("behind", path);
      return isNotFound ? null : answer;
    },
    post: async (path, form, limitMs) => {
      await proveNetwork();
      const answer = await ask(
        path,
        { method: "POST", body: form, headers: { accept: "application/json" } },
        limitMs,
      );
      if (answer.status >= 500) proof = null;
      return answer;
    },
    doubt: () => {
      proof = null;
    },
    root: async () => {
      const root = await readRoot();
      proof = Promise.resolve(root);
      return root;
    },
  };
}

/** The `type` of a problem; null when the body is none. */
export function problemType(body: unknown): string | null {
  const problem = problemSchema.safeParse(body);
  return problem.success ? problem.data.type : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Horizon names its limit's reset in each answer: when all of it is there again, up to an hour. Only who has used it up
 * waits for that.
 */
function retryAfter({ status, headers }: Response): number | null {
  const wait = positiveHeader(headers, "retry-after") ??
    (status === 429 ? positiveHeader(headers, "x-ratelimit-reset") : null);
  return wait === null ? null : Math.min(wait * 1000, LONGEST_WAIT_MS);
}

function positiveHeader(headers: Headers, name: string): number | null {
  const value = Number(headers.get(name) ?? Number.NaN);
  return Number.isSafeInteger(value) && value > 0 ? value : null;
}
