/**
 * The gateway as its transport, its tasks and tests see it.
 * @module
 */
import type { WebAuth } from "../auth/mod.ts";
import type { Caller } from "../auth/session.ts";
import type { Customers } from "../customers/mod.ts";
import type { Effects } from "../effects.ts";
import type { Texts } from "../i18n/mod.ts";
import type { ReadInbox } from "../inbox.ts";
import type { Runner } from "../jobs/runner.ts";
import type { Database } from "../records/database.ts";
import type { Inbox } from "../records/inbox.ts";
import type { Published } from "../reserve/readings.ts";
import type { Sep6View } from "../seps/sep6-view.ts";
import type { TransactionView } from "../seps/transaction-view.ts";
import type { Sessions } from "../sessions/sessions.ts";
import type { OwnAccounts } from "../stellar/accounts.ts";
import type { Horizon } from "../stellar/horizon.ts";
import type { LedgerStream } from "../stellar/stream.ts";
import type { TransferPages } from "../transfers/hosted-pages.ts";
import type { OperatorsDesk } from "./operators.ts";
import type { Pages } from "./pages.ts";
import type { TransfersRoom } from "./transfers.ts";
import type { WebhooksRoom } from "./webhooks.ts";

/** The gateway. */
export interface Gateway extends TransfersRoom, WebhooksRoom {
  readonly db: Database;
  readonly sessions: Sessions;
  readonly texts: Texts;
  readonly horizon: Horizon;
  readonly ownAccounts: OwnAccounts;
  readonly signingKey: string;
  readonly webAuth: WebAuth;
  /** The caller of a SEP-10 token, or `null`. */
  readonly caller: (token: string) => Promise<Caller | null>;
  readonly customers: Customers;
  /** Judges an address for callbacks. @throws {Refusal} 400 */
  readonly checkCallback: (url: string) => Promise<void>;
  readonly effects: Effects;
  readonly sep6: Sep6View;
  readonly sep24: TransactionView;
  /** Pages of KYC providers' own. */
  readonly hosted: TransferPages;
  /** The pages of SEP-24. */
  readonly pages: Pages;
  readonly operators: OperatorsDesk;
  readonly inbox: Inbox;
  readonly readInbox: ReadInbox;
  readonly runner: Runner;
  /** Reads within a second what happens on our accounts, until it is closed (M-9): for a process that runs loops. */
  readonly followLedger: () => LedgerStream;
  /**
   * Milliseconds since jobs were last done, null before: by this process's loops, or on Deno Deploy by whichever instance.
   * Null itself where no jobs are to be done.
   */
  readonly jobsIdleMs: (() => Promise<number | null>) | null;
  /** The reserve's last statement (M-26), or `null` before the first one. */
  readonly publishedReserve: () => Promise<Published | null>;
  readonly close: () => void;
}
