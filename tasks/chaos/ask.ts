/**
 * Requests of a patient wallet: gateways die under it, so it asks again until one answers. What it may not ask twice it asks
 * once, and says when no answer came.
 * @module
 */
import { z } from "zod";
import type { Ask } from "../load/ask.ts";

/** No gateway answered; what was asked may have been done all the same. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
}

/** An answer that says no; asked again it would say the same. */
export class Refused extends Error {
  override readonly name = "Refused";
  constructor(readonly kind: string, readonly status: number, readonly code: string) {
    super(`${kind}: ${status} ${code}`);
  }
}

/** Opens something, or uses up a challenge. */
const ONCE: ReadonlySet<string> = new Set(["deposit", "withdraw", "login"]);

/** A gateway that was killed is back long before. */
const PATIENCE_MS = 60_000;
const REQUEST_MS = 10_000;
const AGAIN_MS = 50;

const refusal = z.object({ code: z.string() }).partial();

/** Makes what asks the gateways in turn. @param urls addresses without a slash at the end */
export function patientAsk(urls: readonly string[]): Ask {
  let turn = 0;
  return async function ask({ kind, path, method = "GET", body, token, from, expected = 200 }) {
    const headers: Record<string, string> = {};
    if (body !== undefined) headers["content-type"] = "application/json";
    if (token !== undefined) headers["authorization"] = `Bearer ${token}`;
    if (from !== undefined) headers["x-forwarded-for"] = from;
    for (const end = performance.now() + PATIENCE_MS;;) {
      let status: number | null = null;
      let text = "";
      try {
        const answer = await fetch(`${urls[turn++ % urls.length]}${path}`, {
          method,
          headers,
          signal: AbortSignal.timeout(REQUEST_MS),
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        text = await answer.text();
        status = answer.status;
      } catch {
        // Killed before or while it answered.
      }
      if (status === expected) return text;
      if (status !== null && status < 500 && status !== 429) throw new Refused(kind, status, codeOf(text));
      if (ONCE.has(kind) || performance.now() > end) throw new NoAnswer(`${kind}: ${status ?? "no answer"}`);
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  };
}

function codeOf(text: string): string {
  try {
    return refusal.catch({}).parse(JSON.parse(text)).code ?? "";
  } catch {
    return "";
  }
}
