/** The SEP-12 room over customers at work, closed by real tokens. */
import { readCaller } from "../../../core/auth/session.ts";
import { checkCallbackUrl } from "../../../core/outgoing/callbacks.ts";
import { createGuardedFetch } from "../../../core/outgoing/mod.ts";
import { createTokens, SEP10_TOKEN } from "../../../core/auth/tokens.ts";
import type { Tokens } from "../../../core/auth/tokens.ts";
import { createTexts } from "../../../core/i18n/mod.ts";
import { noLog } from "../../../core/log.ts";
import { createLanguages } from "../../../routes/http/mod.ts";
import { sep12Routes } from "../../../routes/sep12/mod.ts";
import { customersAtWork } from "../../core/customers/at-work.ts";
import type { AtWork } from "../../core/customers/at-work.ts";
import { ACCOUNT } from "../../core/customers/people.ts";

/** What `ask` answers. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export interface Room extends AtWork {
  readonly app: ReturnType<typeof sep12Routes>;
  /** A request with a token of the subject, or with this very token; a subject of null sends none. */
  ask(path: string, init?: RequestInit & { sub?: string | null; token?: string }): Promise<Answer>;
  putJson(fields: Record<string, unknown>, options?: { sub?: string; path?: string }): Promise<Answer>;
}

export const SECRET = "a secret of the tests that is long enough";
export const ISSUER = "https://anchor.example";

/** Seconds; tokens of the tests are judged by the machine's clock. */
export function now(): number {
  return Math.floor(Date.now() / 1000);
}

/** A session token of a subject. */
export function tokenOf(tokens: Tokens, sub: string): Promise<string> {
  return tokens.sign(SEP10_TOKEN, { sub, jti: crypto.randomUUID(), home_domain: "anchor.example" });
}

/** Runs a test with a room of its own. */
export async function inRoom(
  test: (room: Room) => Promise<void>,
  options: Parameters<typeof customersAtWork>[0] = {},
): Promise<void> {
  const { at, close } = await customersAtWork(options);
  const guard = createGuardedFetch({
    resolve: (host) => Promise.resolve(host === "intranet.example" ? ["10.0.0.1"] : ["93.184.215.14"]),
    maxBytes: 0,
    timeoutMs: 100,
  });
  const tokens = createTokens({ secrets: [SECRET], issuer: ISSUER, now });
  const app = sep12Routes({
    customers: at.customers,
    checkCallback: (url) => checkCallbackUrl(guard, url),
    languages: createLanguages(createTexts()),
    log: noLog,
    performNow: at.performNow,
    verify: (token) => readCaller(tokens, token),
  });
  const ask: Room["ask"] = async (path, { sub = ACCOUNT, token: sent, headers, ...init } = {}) => {
    const signed = sent ?? (sub === null ? null : await tokenOf(tokens, sub));
    const token = signed === null ? {} : { authorization: `Bearer ${signed}` };
    const response = await app.request(path, {
      ...init,
      headers: { ...token, ...Object.fromEntries(new Headers(headers)) },
    });
    const text = await response.text();
    const body: unknown = text === "" ? {} : JSON.parse(text);
    return { status: response.status, headers: response.headers, body: { ...Object(body) } };
  };
  try {
    await test({
      ...at,
      app,
      ask,
      putJson: (fields, { sub = ACCOUNT, path = "/customer" } = {}) =>
        ask(path, {
          sub,
          method: "PUT",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(fields),
        }),
    });
  } finally {
    await guard.close();
    await close();
  }
}
