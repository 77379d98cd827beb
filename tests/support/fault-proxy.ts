/**
 * A proxy before a server that plays faults. Unless it is told otherwise each distinct request meets one at most: sent
 * again, it passes. Distinct is what differs in its method, path and body, whatever connection it came on; a batch with an
 * id of its own is.
 * @module
 */
import { serveCuttable } from "./cuttable-server.ts";
import type { CuttableAnswer, CuttableRequest } from "./cuttable-server.ts";

/** What happens to a request: `lost …` when the server has done what it asks, `refused …` when it has not. */
export const FAULTS = [
  "lost before a byte of the answer",
  "lost in the midst of the answer",
  "lost behind a 503",
  "lost behind nonsense",
  "lost for being late",
  "refused by a cut connection",
  "refused with 429",
  "refused with 500",
  "refused with 502",
  "slow",
] as const;

/** What a caller may have to be told of, for asking again at once does not cure it, or would not be right. */
export const STUBBORN_FAULTS = [
  "lost behind a page",
  "lost behind half an answer",
  "refused with 503",
  // Not what the server itself says of what is not there (M-3).
  "refused with a foreign 404",
  // What the server said a while ago, as a machine says it that lags behind.
  "an old answer",
] as const;

/** See {@link FAULTS} and {@link STUBBORN_FAULTS}. */
export type Fault = typeof FAULTS[number] | typeof STUBBORN_FAULTS[number];

/** Which fault a request meets that was not seen before; `nth` counts those, from 0. */
export type FaultPlan = (request: SeenRequest, nth: number) => Fault | null;

/** A request for a {@link FaultPlan}. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly text: string;
}

/** A running proxy. */
export interface FaultProxy extends AsyncDisposable {
  readonly url: string;
  /** How often each fault was played. */
  readonly played: ReadonlyMap<Fault, number>;
  /** How many distinct requests came. */
  readonly distinct: number;
  /** While true every connection is cut and nothing passes. */
  isAway: boolean;
  /** Another server behind the same address. */
  target: string;
}

/** How to play. */
export interface FaultProxyOptions {
  readonly target: string;
  readonly plan: FaultPlan;
  /** How late an answer is that comes too late; longer than its client waits. */
  readonly lateMs?: number;
  /** Whether a request that comes again may meet another fault; the plan hears of each one then. */
  readonly isRelentless?: boolean;
  /** Seconds that a 429 or 503 asks to wait; 0 when absent. */
  readonly retryAfter?: number;
  /** Whether an answer is old, and not too old, beside a fresh one to the same request; absent: none is ever kept. */
  readonly isOld?: (old: Kept, fresh: Kept) => boolean;
  /** Hears of each fault that was played. */
  readonly onPlayed?: (request: SeenRequest, fault: Fault) => void;
}

/** An answer that was read whole. */
export interface Kept {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** The first answer of every write gets lost, one way. */
export function everyWriteLost(isWrite: (request: SeenRequest) => boolean, fault: Fault): FaultPlan {
  return (request) => isWrite(request) ? fault : null;
}

/** Every `every`-th new request meets the next fault of the list, and so on, round and round. */
export function inTurn(every: number, faults: readonly Fault[] = FAULTS): FaultPlan {
  return (_request, nth) => nth % every === 0 ? faults[(nth / every) % faults.length] ?? null : null;
}

/** True for a batch for libSQL that changes something; the wrapper's reading back does not. */
export function changesRecords({ text }: SeenRequest): boolean {
  return text.includes("BEGIN IMMEDIATE") &&
    /"sql":"\s*(insert|update|delete|replace|create|drop|alter)\b/i.test(text.replaceAll(/\\[nt]/g, " "));
}

/** How late an answer is that comes slowly, and in time. */
const SLOW_MS = 60;
/** So many answers to one request are kept. */
const MOST_KEPT = 8;

/** Starts a proxy on a free port of the loopback. */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const { plan, lateMs = 1500, isRelentless = false, retryAfter = 0, isOld, onPlayed } = options;
  const seen = new Set<string>();
  const played = new Map<Fault, number>();
  const answers = new Map<string, Kept[]>();
  const over = new AbortController();
  const state = { isAway: false, target: options.target };

  const server = await serveCuttable(async (request) => {
    if (state.isAway) return "cut";
    const { method, path, body } = request;
    const name = `${method} ${path} ${new Uint8Array(await crypto.subtle.digest("SHA-256", body)).toHex()}`;
    const met = { method, path, text: new TextDecoder().decode(body) };
    const fault = isRelentless || !seen.has(name) ? plan(met, seen.size) : null;
    seen.add(name);
    const note = () => {
      if (fault === null) return;
      played.set(fault, (played.get(fault) ?? 0) + 1);
      onPlayed?.(met, fault);
    };
    const refusal = fault === null ? null : refusalBy(fault, retryAfter);
    if (refusal !== null) {
      note();
      return refusal;
    }
    const fresh = await passOn(state.target, request);
    if (isOld && method === "GET") {
      const known = answers.get(name) ?? [];
      answers.set(name, [...known, fresh].slice(-MOST_KEPT));
      const old = fault === "an old answer" && known.find((one) => isOld(one, fresh));
      if (old) {
        note();
        return responseOf(old);
      }
    }
    // There was none to give instead: nothing was played.
    if (fault === "an old answer") return responseOf(fresh);
    note();
    if (fault === "slow") await waiting(SLOW_MS, over.signal);
    if (fault === "lost for being late") await waiting(lateMs, over.signal);
    return answerOf(fault, fresh);
  });

  return {
    url: server.url,
    played,
    get distinct() {
      return seen.size;
    },
    get isAway() {
      return state.isAway;
    },
    set isAway(isAway) {
      state.isAway = isAway;
    },
    get target() {
      return state.target;
    },
    set target(target) {
      state.target = target;
    },
    async [Symbol.asyncDispose]() {
      over.abort();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** What a fault says before anything was passed on; null for one that passes it on. */
function refusalBy(fault: Fault, retryAfter: number): CuttableAnswer | null {
  const wait = { "retry-after": String(retryAfter) };
  switch (fault) {
    case "refused by a cut connection":
      return "cut";
    case "refused with 429":
      return Response.json({ error: "too many requests" }, { status: 429, headers: wait });
    case "refused with 500":
      return new Response(PAGE, { status: 500, headers: { "content-type": "text/html" } });
    case "refused with 502":
      return new Response(null, { status: 502 });
    case "refused with 503":
      return new Response(PAGE, { status: 503, headers: { ...wait, "content-type": "text/html" } });
    case "refused with a foreign 404":
      return Response.json({ type: "about:blank", title: "Not Found", status: 404 }, { status: 404 });
    default:
      return null;
  }
}

function answerOf(fault: Fault | null, answer: Kept): CuttableAnswer {
  switch (fault) {
    case "lost before a byte of the answer":
      return "cut";
    case "lost in the midst of the answer":
      return "cut in the midst";
    case "lost behind a 503":
      return Response.json({ error: "upstream is away" }, { status: 503 });
    case "lost behind nonsense":
      return Response.json({ result: { surprise: true }, results: "none" });
    case "lost behind a page":
      return new Response(PAGE, { headers: { "content-type": "text/html" } });
    case "lost behind half an answer":
      return responseOf({ ...answer, body: answer.body.slice(0, answer.body.length / 2) });
    default:
      return responseOf(answer);
  }
}

const PAGE = "<!doctype html><h1>We will be back soon</h1>";

function responseOf({ status, headers, body }: Kept): Response {
  return new Response(body.length === 0 ? null : body, { status, headers });
}

async function passOn(target: string, { method, path, headers, body }: CuttableRequest): Promise<Kept> {
  const hasBody = method !== "GET" && method !== "HEAD";
  try {
    const answer = await fetch(target + path, {
      method,
      headers: without(headers, ["host", "connection", "content-length", "transfer-encoding"]),
      redirect: "manual",
      ...(hasBody ? { body } : {}),
    });
    return {
      status: answer.status,
      // What was compressed or in pieces has been read whole.
      headers: without(answer.headers, [
        "connection",
        "content-encoding",
        "content-length",
        "transfer-encoding",
      ]),
      body: new Uint8Array(await answer.arrayBuffer()),
    };
  } catch {
    return { status: 502, headers: new Headers(), body: new TextEncoder().encode("upstream is away") };
  }
}

function without(headers: Headers, names: readonly string[]): Headers {
  const kept = new Headers(headers);
  for (const name of names) kept.delete(name);
  return kept;
}

function waiting(ms: number, over: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    over.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}
