/**
 * A person's session on a transfer's pages: opened by the one-time link, good for that transfer alone.
 *
 * The page behind a link comes with a new session id each time it is loaded, and posts it with the link's token. Spending
 * the token and opening the session are one command, which keeps the session under the token's `jti` where none is kept
 * yet. So a POST that is sent again finds its own session, a POST with another id finds the link spent, and what only
 * looks at the link (scanners, previews) changes nothing (R-24-45, R-24-86).
 *
 * Of the id nothing but its SHA-256 is kept: whoever reads the store can enter no page with it.
 * @module
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { sameSecret } from "../../plugins/signatures.ts";
import type { Tokens } from "../auth/mod.ts";
import { isBearerToken } from "../auth/bearer.ts";
import type { Sessions } from "../sessions/sessions.ts";
import { LINK_TOKEN } from "./link.ts";

/** How long a session lives from its opening, in seconds: a day, in which papers can be found and a bank be paid. */
export const PAGE_SESSION_SECONDS = 86_400;

/** What the wallet's window is told by `postMessage`, as the link asked when it was opened (R-24-74). */
export interface WindowTold {
  /** The end of the flow, once. */
  readonly end: boolean;
  /** Each change that a page sees. */
  readonly changes: boolean;
}

/** A session that is open. */
export interface PageSession {
  readonly transferId: string;
  /** SHA-256 of the session's id, base64url. */
  readonly name: string;
  /** When it ends, in seconds since 1970 by the clock of the process that opened it; a page warns before. */
  readonly endsAt: number;
  readonly told: WindowTold;
}

/** What a page posts to open a session. */
export interface Opening {
  readonly token: string;
  /** Whose pages it was posted at. */
  readonly transferId: string;
  /** By {@link newSessionId}, chosen before. */
  readonly sessionId: string;
  /** Nothing when absent. */
  readonly told?: WindowTold;
}

/**
 * What an opening came to.
 * - `opened`: now, or by this very POST before. `cookie` is the cookie's value, which {@link PageSessions.find} takes
 * - `spent`: the link has opened another session
 * - `expired`: it was a link of ours to this transfer, and has opened none in its time
 * - `invalid`: it is no link to this transfer, or the id is none
 */
export type Opened =
  | { readonly kind: "opened"; readonly cookie: string; readonly session: PageSession }
  | { readonly kind: "spent" }
  | { readonly kind: "expired" }
  | { readonly kind: "invalid" };

/** Sessions of pages. Both throw the refusal of sessions that cannot be reached, and then nobody is let in. */
export interface PageSessions {
  /** Spends a link for a session; safe to be sent again. */
  open(opening: Opening): Promise<Opened>;
  /** The session of a cookie on this transfer's pages; null when it is none, another transfer's, or over (R-24-73). */
  find(cookie: string, transferId: string): Promise<PageSession | null>;
}

/** A random id of 256 bits for a session that is about to be opened. */
export function newSessionId(): string {
  return crypto.getRandomValues(new Uint8Array(32)).toBase64({ alphabet: "base64url", omitPadding: true });
}

const SESSION_ID = /^[\w-]{43}$/;
/** The `jti` of the link, and the session's id. */
const COOKIE = /^([a-z2-7]{26})\.([\w-]{43})$/;

const NOTHING: WindowTold = { end: false, changes: false };

const kept = z.object({
  transferId: z.string(),
  name: z.string(),
  endsAt: z.int(),
  told: z.object({ end: z.boolean(), changes: z.boolean() }),
});

/** Builds them. @param options.now seconds since 1970 */
export function createPageSessions(
  { tokens, sessions, now }: {
    readonly tokens: Pick<Tokens, "read">;
    readonly sessions: Pick<Sessions, "claim" | "get">;
    readonly now: () => number;
  },
): PageSessions {
  /** What is kept, while it lives. */
  function living(text: string | null): PageSession | null {
    const session = text === null ? null : kept.parse(JSON.parse(text));
    return session !== null && session.endsAt > now() ? session : null;
  }

  return {
    async open({ token, transferId, sessionId, told = NOTHING }) {
      if (!isBearerToken(token) || !SESSION_ID.test(sessionId)) return { kind: "invalid" };
      const reading = await tokens.read(LINK_TOKEN, token);
      if (reading.kind === "invalid" || reading.token.sub !== transferId) return { kind: "invalid" };
      const { jti } = reading.token;
      const own: PageSession = {
        transferId,
        name: nameOf(sessionId),
        endsAt: now() + PAGE_SESSION_SECONDS,
        told,
      };
      // An expired link opens nothing, but a POST that opened a session in time and lost its answer may come back late.
      const session = living(
        reading.kind === "valid"
          ? await sessions.claim(keyOf(jti), JSON.stringify(own), PAGE_SESSION_SECONDS)
          : await sessions.get(keyOf(jti)),
      );
      if (session === null) return { kind: "expired" };
      if (!sameSecret(session.name, own.name)) return { kind: "spent" };
      return { kind: "opened", cookie: `${jti}.${sessionId}`, session };
    },
    async find(cookie, transferId) {
      const [, jti, sessionId] = COOKIE.exec(cookie) ?? [];
      if (jti === undefined || sessionId === undefined) return null;
      const session = living(await sessions.get(keyOf(jti)));
      if (session === null || session.transferId !== transferId) return null;
      return sameSecret(session.name, nameOf(sessionId)) ? session : null;
    },
  };
}

function keyOf(jti: string): string {
  return `page-session:${jti}`;
}

function nameOf(sessionId: string): string {
  return createHash("sha256").update(sessionId).digest("base64url");
}
