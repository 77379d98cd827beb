/**
 * Requests as a load sends them: each with what it should answer, and one place that hears what it did answer.
 * @module
 */
import { z } from "zod";

/** A request. */
export interface Request {
  /** Names it in tables, for example `poll`. */
  readonly kind: string;
  /** Path with query, from the gateway's address. */
  readonly path: string;
  readonly method?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly token?: string;
  /** The address that a proxy in front would name; absent: none. */
  readonly from?: string;
  /** The only status that is no error; 200 when absent. */
  readonly expected?: number;
}

/** What became of a request. */
export interface Outcome {
  readonly kind: string;
  /** `null` where no answer came. */
  readonly status: number | null;
  /** From when it was due to the last byte of the answer, in milliseconds. */
  readonly ms: number;
  /** Why it is an error, as status and codes alone; `null` where it is none. */
  readonly error: string | null;
}

/** Sends a request and gives the answer's text. @throws {Unexpected} for any answer but the expected one */
export type Ask = (request: Request) => Promise<string>;

/** An answer that was not the expected one; whoever listens has heard of it. */
export class Unexpected extends Error {
  override readonly name = "Unexpected";
}

/** Longest wait for an answer, in milliseconds. */
const PATIENCE_MS = 15_000;

const refusal = z.object({ code: z.string(), request_id: z.string() }).partial();

/**
 * Makes what asks the gateways in turn.
 * @param urls addresses of the processes, without a slash at the end
 * @param heard called once for each request, whatever becomes of it
 */
export function askerOf(urls: readonly string[], heard: (outcome: Outcome) => void): Ask {
  let turn = 0;
  return async function ask(request) {
    const { kind, path, method = "GET", body, token, from, expected = 200 } = request;
    const started = performance.now();
    const hear = (status: number | null, error: string | null) =>
      heard({ kind, status, ms: performance.now() - started, error });
    const headers: Record<string, string> = {};
    if (body !== undefined) headers["content-type"] = "application/json";
    if (token !== undefined) headers["authorization"] = `Bearer ${token}`;
    if (from !== undefined) headers["x-forwarded-for"] = from;
    let status: number;
    let text: string;
    try {
      const answer = await fetch(`${urls[turn++ % urls.length]}${path}`, {
        method,
        headers,
        signal: AbortSignal.timeout(PATIENCE_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      status = answer.status;
      text = await answer.text();
    } catch (error) {
      const why = `no answer: ${error instanceof Error ? error.name : "unknown"}`;
      hear(null, why);
      throw new Unexpected(`${kind}: ${why}`);
    }
    if (status === expected) {
      hear(status, null);
      return text;
    }
    const why = describe(status, text);
    hear(status, why);
    throw new Unexpected(`${kind}: ${why}`);
  };
}

/** Status, code and the request's id: never the answer's own words. */
function describe(status: number, text: string): string {
  const { code, request_id: id } = refusalOf(text);
  return [String(status), code, id && `request ${id}`].filter((part) => part !== undefined).join(" ");
}

function refusalOf(text: string): z.output<typeof refusal> {
  try {
    return refusal.catch({}).parse(JSON.parse(text));
  } catch {
    return {};
  }
}
