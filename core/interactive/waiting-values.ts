/**
 * SEP-9 values that a wallet sent with its request: they wait, sealed, in the sessions until the form shows them (P8),
 * and never stand in an address. Until the person has posted the form they belong to no customer.
 *
 * They are sealed under a place that is no column of the records, so no walk over columns meets them. `rekey` need not
 * know them: none waits for longer than the pages are open, about a day, and if its key is dropped sooner, it is lost as
 * all sessions may be, and the person types it.
 * @module
 */
import { z } from "zod";
import { type Place, type Vault, VaultError } from "../records/vault.ts";
import type { Sessions } from "../sessions/sessions.ts";
import { LINK_TOKEN } from "./link.ts";
import { PAGE_SESSION_SECONDS } from "./page-session.ts";

/** SEP-9 name → text as the wallet sent it, unchecked. */
export type GivenValues = Readonly<Record<string, string>>;

/** Values that wait for a transfer's pages. All throw the refusal of sessions that cannot be reached. */
export interface WaitingValues {
  /** Keeps values for as long as the pages can be open; more than {@link MOST_CHARACTERS} are not kept (R-24-48). */
  keep(transferId: string, values: GivenValues): Promise<void>;
  /** What waits; nothing when it was lost, as all sessions may be. @throws {VaultError} when somebody changed it */
  waiting(transferId: string): Promise<GivenValues>;
  /** Gives them up: the form was posted, or the person is to be forgotten. */
  forget(transferId: string): Promise<void>;
}

/** All values together as JSON; whatever a form asks for is far less, and nobody shall fill the store. */
export const MOST_CHARACTERS = 65_536;

/** The link may be opened in its last second. */
const WAITING_SECONDS = LINK_TOKEN.seconds + PAGE_SESSION_SECONDS;

const givenValues = z.record(z.string(), z.string());

/** Builds them. */
export function createWaitingValues(
  { sessions, vault }: {
    readonly sessions: Pick<Sessions, "put" | "get" | "take">;
    readonly vault: Vault;
  },
): WaitingValues {
  return {
    async keep(transferId, values) {
      const text = JSON.stringify(values);
      if (Object.keys(values).length === 0 || text.length > MOST_CHARACTERS) return;
      const sealed = vault.seal(placeOf(transferId), text);
      await sessions.put(keyOf(transferId), sealed.toBase64(), WAITING_SECONDS);
    },
    async waiting(transferId) {
      const sealed = await sessions.get(keyOf(transferId));
      if (sealed === null) return {};
      try {
        return givenValues.parse(vault.openJson(placeOf(transferId), Uint8Array.fromBase64(sealed)));
      } catch (error) {
        if (error instanceof VaultError && error.why === "unknown_key") return {};
        throw error;
      }
    },
    async forget(transferId) {
      await sessions.take(keyOf(transferId));
    },
  };
}

function keyOf(transferId: string): string {
  return `page-values:${transferId}`;
}

/** As of a column, but no table has it: what is sealed for a column does not open here, nor the reverse. */
function placeOf(transferId: string): Place {
  return { table: "sessions", column: "page-values", row: transferId };
}
