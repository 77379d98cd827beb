/**
 * A proxy before a server that plays faults, each distinct request meeting one at most: sent again, it passes. Distinct
 * is what differs in its method, path and body, whatever connection it came on; a batch with an id of its own is.
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

/** See {@link FAULTS}. */
export type Fault = typeof FAULTS[number];

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

/** Starts a proxy on a free port of the loopback. */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const { plan, lateMs = 1500 } = options;
  const seen = new Set<string>();
  const played = new Map<Fault, number>();
  const over = new AbortController();
  const state = { isAway: false, target: options.target };

  async function faultOf({ method, path, body }: CuttableRequest): Promise<Fault | null> {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", body)).toHex();
    const name = `${method} ${path} ${digest}`;
    if (seen.has(name)) return null;
    const nth = seen.size;
    seen.add(name);
    const fault = plan({ method, path, text: new TextDecoder().decode(body) }, nth);
    if (fault !== null) played.set(fault, (played.get(fault) ?? 0) + 1);
    return fault;
  }

  const server = await serveCuttable(async (request) => {
    if (state.isAway) return "cut";
    const fault = await faultOf(request);
    const refusal = fault === null ? null : refusalBy(fault);
    if (refusal !== null) return refusal;
    const answer = await passOn(state.target, request);
    if (fault === "slow") await waiting(SLOW_MS, over.signal);
    if (fault === "lost for being late") await waiting(lateMs, over.signal);
    return fault === null ? answer : answerOf(fault, answer);
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
function refusalBy(fault: Fault): CuttableAnswer | null {
  switch (fault) {
    case "refused by a cut connection":
      return "cut";
    case "refused with 429":
      return new Response('{"error":"too many requests"}', {
        status: 429,
        headers: { "content-type": "application/json", "retry-after": "0" },
      });
    case "refused with 500":
      return new Response("<h1>Internal Server Error</h1>", {
        status: 500,
        headers: { "content-type": "text/html" },
      });
    case "refused with 502":
      return new Response(null, { status: 502 });
    default:
      return null;
  }
}

function answerOf(fault: Fault, answer: Response): CuttableAnswer {
  switch (fault) {
    case "lost before a byte of the answer":
      return "cut";
    case "lost in the midst of the answer":
      return "cut in the midst";
    case "lost behind a 503":
      return Response.json({ error: "upstream is away" }, { status: 503 });
    case "lost behind nonsense":
      return Response.json({ result: { surprise: true }, results: "none" });
    default:
      return answer;
  }
}

async function passOn(target: string, { method, path, headers, body }: CuttableRequest): Promise<Response> {
  const kept = new Headers(headers);
  for (const name of ["host", "connection", "content-length", "transfer-encoding"]) kept.delete(name);
  const hasBody = method !== "GET" && method !== "HEAD";
  try {
    const answer = await fetch(target + path, { method, headers: kept, ...(hasBody ? { body } : {}) });
    const bytes = await answer.arrayBuffer();
    const type = answer.headers.get("content-type");
    return new Response(bytes, {
      status: answer.status,
      ...(type === null ? {} : { headers: { "content-type": type } }),
    });
  } catch {
    return new Response("upstream is away", { status: 502 });
  }
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
