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

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/**
 * Asks again until a gateway answers anything but that it cannot.
 * @param kind names it in errors
 * @param isOnce whether it is asked once alone
 * @throws {NoAnswer}
 */
export type PatientFetch = (
  kind: string,
  path: string,
  init?: RequestInit,
  isOnce?: boolean,
) => Promise<Answer>;

/** Opens something, or uses up a challenge. */
const ONCE: ReadonlySet<string> = new Set(["deposit", "withdraw", "login"]);

/** A gateway that was killed is back long before. */
const PATIENCE_MS = 60_000;
const REQUEST_MS = 10_000;
const AGAIN_MS = 50;

const refusal = z.object({ code: z.string() }).partial();

/**
 * Makes what asks the gateways in turn.
 * @param urls addresses without a slash at the end
 * @param first the one that is asked first each time; the others when it does not answer
 */
export function patientFetch(urls: readonly string[], first?: string): PatientFetch {
  let turn = 0;
  return async function patient(kind, path, init = {}, isOnce = false) {
    let url = first ?? urls[turn++ % urls.length];
    for (const end = performance.now() + PATIENCE_MS;;) {
      let status: number | null = null;
      try {
        const answer = await fetch(`${url}${path}`, {
          redirect: "manual",
          ...init,
          signal: AbortSignal.timeout(REQUEST_MS),
        });
        const text = await answer.text();
        status = answer.status;
        if (status < 500 && status !== 429) return { status, text, headers: answer.headers };
      } catch {
        // Killed before or while it answered.
      }
      if (isOnce || performance.now() > end) throw new NoAnswer(`${kind}: ${status ?? "no answer"}`);
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      url = urls[turn++ % urls.length];
    }
  };
}

/** Makes what a wallet asks with. */
export function patientAsk(patient: PatientFetch): Ask {
  return async function ask({ kind, path, method = "GET", body, token, from, expected = 200 }) {
    const headers: Record<string, string> = {};
    if (body !== undefined) headers["content-type"] = "application/json";
    if (token !== undefined) headers["authorization"] = `Bearer ${token}`;
    if (from !== undefined) headers["x-forwarded-for"] = from;
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const { status, text } = await patient(kind, path, init, ONCE.has(kind));
    if (status !== expected) throw new Refused(kind, status, codeOf(text));
    return text;
  };
}

function codeOf(text: string): string {
  try {
    return refusal.catch({}).parse(JSON.parse(text)).code ?? "";
  } catch {
    return "";
  }
}
