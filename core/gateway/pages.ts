/**
 * The pages of SEP-24 of this deployment: who may open them, and what waits for them.
 * @module
 */
import type { Tokens } from "../auth/mod.ts";
import type { Anchor } from "../config/anchor-runtime.ts";
import type { Environment } from "../config/environment.ts";
import type { Language } from "../i18n/mod.ts";
import { createFormTokens, type FormTokens } from "../interactive/form-token.ts";
import { type HowToPay, howToPay } from "../interactive/how-to-pay.ts";
import { linkFor } from "../interactive/link.ts";
import type { MoreInfo } from "../interactive/more-info.ts";
import { createPageSessions, type PageSessions } from "../interactive/page-session.ts";
import { createTellOnce, type TellOnce } from "../interactive/told-once.ts";
import { createWaitingValues, type WaitingValues } from "../interactive/waiting-values.ts";
import { describeError, type Log } from "../log.ts";
import type { Database } from "../records/database.ts";
import type { Vault } from "../records/vault.ts";
import { payoutAccountOf } from "../seps/payout-account.ts";
import { completedRefunds, type Refund } from "../seps/refunds.ts";
import type { Sessions } from "../sessions/sessions.ts";
import { setLanguage } from "../transfers/language.ts";
import { type PageCallbacks, setPageCallbacks } from "../transfers/page-callbacks.ts";
import { transfersWithPages } from "../transfers/erased.ts";
import { readTimeline, type Step } from "../transfers/timeline.ts";
import type { Transfer } from "../transfers/transfer.ts";

/** The room. */
export interface Pages {
  /** A new link to a transfer's pages, good once. */
  readonly linkFor: (transfer: Pick<Transfer, "id">) => Promise<string>;
  readonly sessions: PageSessions;
  readonly values: WaitingValues;
  readonly forms: FormTokens;
  readonly moreInfo: MoreInfo;
  /** Whether a page may tell the wallet's window of the end of the flow; see {@link TellOnce}. */
  readonly tellOnce: TellOnce;
  /** Keeps where the wallet is told, as the link said; see `setPageCallbacks`. */
  readonly setCallbacks: (transferId: string, callbacks: PageCallbacks) => Promise<void>;
  /** Keeps a language that the link or the browser asks for; it is no choice to remember for the customer. */
  readonly setLanguage: (transferId: string, language: Language) => Promise<void>;
  /** How a transfer that waits for its payment is paid; null where nothing is to be paid. */
  readonly howToPay: (transfer: Transfer) => HowToPay | null;
  /** What a status page tells beside the record. */
  readonly story: (transfer: Transfer) => Promise<Story>;
  /**
   * Gives up what waits for the pages of a customer who is erased. Sessions may be away, or lose it by themselves, and what
   * lies there ends within about a day: so it is tried, logged when it fails, and no erasure fails or waits for it.
   */
  readonly forgetWaiting: (customerId: string) => Promise<void>;
}

/** What a status page tells beside the record. */
export interface Story {
  readonly steps: readonly Step[];
  /** What went back, each payment by itself. */
  readonly refunds: readonly Refund[];
  /** The account that a withdrawal pays, masked; null until it is known. */
  readonly payoutAccount: string | null;
}

/** Builds the room. @param options.now seconds since 1970 */
export function pagesRoom(
  { environment, anchor, receivingAccount, db, vault, sessions, tokens, moreInfo, log, now }: {
    readonly environment: Pick<Environment, "publicUrl" | "jwtSecrets" | "passphrase">;
    readonly anchor: Pick<Anchor, "pages">;
    /** `G…` that withdrawals are paid to. */
    readonly receivingAccount: string;
    readonly db: Database;
    readonly vault: Vault;
    readonly sessions: Sessions;
    readonly tokens: Tokens;
    readonly moreInfo: MoreInfo;
    readonly log: Log;
    readonly now: () => number;
  },
): Pages {
  const { publicUrl, jwtSecrets, passphrase } = environment;
  const values = createWaitingValues({ sessions, vault });
  return {
    linkFor: (transfer) => linkFor({ tokens, publicUrl }, transfer),
    sessions: createPageSessions({ tokens, sessions, now }),
    values,
    forms: createFormTokens({ secrets: jwtSecrets }),
    moreInfo,
    setCallbacks: (id, callbacks) => setPageCallbacks(db, vault, id, callbacks),
    setLanguage: (id, language) => setLanguage(db, id, language),
    tellOnce: createTellOnce({ sessions }),
    howToPay: (transfer) =>
      howToPay({ vault, receivingAccount, passphrase, name: anchor.pages.name }, transfer),
    story: async (transfer) => ({
      steps: await readTimeline(db, transfer),
      refunds: await completedRefunds(db, transfer),
      payoutAccount: payoutAccountOf(vault, transfer),
    }),
    async forgetWaiting(customerId) {
      const ids = await transfersWithPages(db, customerId);
      const ends = await Promise.allSettled(ids.map((id) => values.forget(id)));
      const failed = ends.find((end) => end.status === "rejected");
      if (failed) log("warning", "pages.not_forgotten", describeError(failed.reason));
    },
  };
}
