/**
 * The `fetch` that modules get: one time limit, no redirects, a cap on what is read, tries again only for what may be
 * sent twice. It says whether a byte can have left, since money depends on it (M-16).
 * @module
 */
import type { PortAnswer, PortRequest, PortResponse } from "../../plugins/ports.ts";

/** One call, for the log: host and status, never a path, a query or a value. */
export interface ProviderCall {
  readonly instance: string;
  readonly method: string;
  readonly host: string;
  /** HTTP status, or how the call ended without one. */
  readonly outcome: number | "not_sent" | "unknown";
  readonly ms: number;
}

/** Limits of provider calls. */
export interface ProviderFetchOptions {
  readonly instance: string;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly log: (call: ProviderCall) => void;
  /** The client certificate of the instance, where it has one. */
  readonly client?: Deno.HttpClient;
}

/** Waits between tries of an idempotent request, in milliseconds. */
const PAUSES_MS = [100, 400];

/** Creates the port. */
export function createProviderFetch(
  options: ProviderFetchOptions,
): (request: PortRequest) => Promise<PortAnswer> {
  async function once(request: PortRequest): Promise<PortAnswer> {
    const started = performance.now();
    const answer = await send(request, options);
    options.log({
      instance: options.instance,
      method: request.method,
      host: new URL(request.url).host,
      outcome: answer.kind === "answered" ? answer.response.status : answer.kind,
      ms: Math.round(performance.now() - started),
    });
    return answer;
  }

  return async (request) => {
    let answer = await once(request);
    for (const pause of PAUSES_MS) {
      const failed = answer.kind !== "answered" || answer.response.status >= 500;
      if (!failed || !(request.idempotent || answer.kind === "not_sent")) break;
      await new Promise((resolve) => setTimeout(resolve, pause));
      answer = await once(request);
    }
    return answer;
  };
}

async function send(request: PortRequest, options: ProviderFetchOptions): Promise<PortAnswer> {
  const signal = AbortSignal.timeout(request.timeoutMs ?? options.timeoutMs);
  try {
    const response = await fetch(request.url, {
      method: request.method,
      redirect: "manual",
      signal,
      ...(request.headers ? { headers: request.headers } : {}),
      ...bodyOf(request),
      ...(options.client ? { client: options.client } : {}),
    });
    return { kind: "answered", response: await readCapped(response, options.maxBytes) };
  } catch (error) {
    return { kind: isSentOnce(request) && neverConnected(error) ? "not_sent" : "unknown" };
  }
}

/**
 * The runtime sends a request whose connection breaks a second time by itself, even when the first was read whole. It
 * cannot do so with a stream that has been used up, so what must not be sent twice is given as one, be it empty (M-16).
 */
function bodyOf({ method, body, idempotent }: PortRequest): { readonly body?: BodyInit } {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : new Uint8Array(body ?? []);
  if (method === "GET") return {};
  if (idempotent) return body === undefined ? {} : { body: bytes };
  return {
    body: new ReadableStream({
      start(controller) {
        if (bytes.length > 0) controller.enqueue(bytes);
        controller.close();
      },
    }),
  };
}

/**
 * That the last connection failed says nothing of a request that the runtime, or we, may have sent before; only GET does
 * nothing however often it was read.
 */
function isSentOnce({ method, idempotent }: PortRequest): boolean {
  return method === "GET" || !idempotent;
}

async function readCapped(response: Response, maxBytes: number): Promise<PortResponse> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) throw new RangeError(`Cannot read an answer of more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  const body = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return { status: response.status, headers: response.headers, body };
}

/** True only where the runtime says that no connection came to be; an address holds no blanks, so it cannot say so. */
function neverConnected(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return /: client error \(Connect\)/.test(error.message) || neverConnected(error.cause);
}
