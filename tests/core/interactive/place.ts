/**
 * Pages of transfers on a database of their own, whose clock and whose process's clock move together.
 * @module
 */
import { createTokens, type Tokens } from "../../../core/auth/mod.ts";
import { linkFor } from "../../../core/interactive/link.ts";
import { createPageSessions, type PageSessions } from "../../../core/interactive/page-session.ts";
import { moveClock } from "../../../core/records/clock.ts";
import type { Database } from "../../../core/records/database.ts";
import { embeddedSessions } from "../../../core/sessions/embedded.ts";
import type { Sessions } from "../../../core/sessions/sessions.ts";
import { newId } from "../../../core/transfers/id.ts";

/** Where the pages are. */
export const PUBLIC_URL = "https://anchor.example";
/** A secret of the tests. */
export const SECRET = "a secret of the tests, at least 32 bytes long";
/** When the tests begin. */
export const START = 1_800_000_000;

/** The pages' rooms, as one process has them. */
export interface Place {
  readonly tokens: Tokens;
  readonly sessions: Sessions;
  readonly pages: PageSessions;
  /** A transfer's id. */
  readonly transferId: string;
  /** The token of a new link to it. */
  link(): Promise<string>;
  /** Lets seconds pass, for the process, the store of sessions, or both. */
  pass(seconds: number, whose?: "process" | "store"): Promise<void>;
}

/** The pages over a migrated database. */
export function placeOver(db: Database, secrets: readonly string[] = [SECRET]): Place {
  let now = START;
  const sessions = embeddedSessions(db);
  const tokens = createTokens({ secrets, issuer: PUBLIC_URL, now: () => now });
  const transferId = newId();
  return {
    tokens,
    sessions,
    pages: createPageSessions({ tokens, sessions, now: () => now }),
    transferId,
    async link() {
      return tokenIn(await linkFor({ tokens, publicUrl: PUBLIC_URL }, { id: transferId }));
    },
    async pass(seconds, whose) {
      if (whose !== "store") now += seconds;
      if (whose !== "process") await moveClock(db, seconds * 1000);
    },
  };
}

/** The token that stands in a link. */
export function tokenIn(link: string): string {
  return new URL(link).searchParams.get("token") ?? "";
}
