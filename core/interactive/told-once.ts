/**
 * Whether the wallet's window may still be told of the end of the flow: at most one page of a transfer tells it (R-24-76),
 * whatever is reloaded or opened twice. Marked before it is told, so a page that is lost on its way tells nobody; a wallet
 * that polls misses nothing (trap 23).
 * @module
 */
import type { Sessions } from "../sessions/sessions.ts";
import { newSessionId, PAGE_SESSION_SECONDS } from "./page-session.ts";

/** Marks the end as told. @returns whether the caller is to tell it. @throws Refusal when sessions cannot be reached */
export type TellOnce = (transferId: string) => Promise<boolean>;

/** Builds it. The mark outlives every session of the transfer's pages by far: no flow is open for so long. */
export function createTellOnce({ sessions }: { readonly sessions: Pick<Sessions, "claim"> }): TellOnce {
  return async (transferId) => {
    const own = newSessionId();
    return await sessions.claim(`page-told:${transferId}`, own, MARK_SECONDS) === own;
  };
}

/** A link may be asked for as long as the draft lives, a day, and its session lives another. */
const MARK_SECONDS = 7 * PAGE_SESSION_SECONDS;
