/** The SEP-12 room over customers at work; tokens are the subject itself. */
import { parseSubject } from "../../../core/auth/session.ts";
import { createTexts } from "../../../core/i18n/mod.ts";
import { noLog } from "../../../core/log.ts";
import { createLanguages } from "../../../routes/http/mod.ts";
import { sep12Routes } from "../../../routes/sep12/mod.ts";
import { ACCOUNT, customersAtWork } from "../../core/customers/at-work.ts";
import type { AtWork } from "../../core/customers/at-work.ts";

/** What `ask` answers. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export interface Room extends AtWork {
  readonly app: ReturnType<typeof sep12Routes>;
  /** A request with the subject's token; null sends none. */
  ask(path: string, init?: RequestInit & { sub?: string | null }): Promise<Answer>;
  putJson(fields: Record<string, unknown>, options?: { sub?: string; path?: string }): Promise<Answer>;
}

/** Runs a test with a room of its own. */
export async function inRoom(
  test: (room: Room) => Promise<void>,
  options: Parameters<typeof customersAtWork>[0] = {},
): Promise<void> {
  const at = await customersAtWork(options);
  const app = sep12Routes({
    customers: at.customers,
    languages: createLanguages(createTexts()),
    log: noLog,
    performNow: at.performNow,
    verify: (token) => {
      const sub = decodeURIComponent(token.replaceAll("~", "%"));
      const subject = parseSubject(sub);
      return Promise.resolve(
        subject === null ? null : { sub, ...subject, clientDomain: null, homeDomain: "a.example" },
      );
    },
  });
  const ask: Room["ask"] = async (path, { sub = ACCOUNT, headers, ...init } = {}) => {
    const token = sub === null
      ? {}
      : { authorization: `Bearer ${encodeURIComponent(sub).replaceAll("%", "~")}` };
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
    await at.close();
  }
}
