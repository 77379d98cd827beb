/**
 * What the handlers of SEP-24 need, each by name.
 * @module
 */
import type { Caller } from "../../core/auth/session.ts";
import type { Features } from "../../core/seps/offers.ts";
import type { TransactionView } from "../../core/seps/transaction-view.ts";
import type { Identifiers, ListQuery } from "../../core/transfers/find.ts";
import type { DraftRequest } from "../../core/transfers/open-draft.ts";
import type { Service, ServiceQuery } from "../../core/transfers/services.ts";
import type { Transfer } from "../../core/transfers/transfer.ts";
import type { Languages } from "../http/mod.ts";

/** The options of `sep24Routes`. */
export interface Sep24Options {
  readonly languages: Languages;
  readonly services: readonly Service[];
  readonly features: Features;
  readonly view: TransactionView;
  /** Caller of a token, or `null`. */
  readonly verify: (token: string) => Promise<Caller | null>;
  /** What an amount would cost, in units of 10⁻⁷; throws a refusal for what is not served. */
  readonly feeFor: (request: ServiceQuery & { readonly amount: bigint }) => bigint;
  /** Opens a draft. @throws {Refusal} 400 for what can never be served, and then there is none */
  readonly draft: (request: DraftRequest) => Promise<Transfer>;
  /** A new link to a transfer's pages, good once. */
  readonly linkFor: (transfer: Transfer) => Promise<string>;
  /** Keeps what the wallet knows of its user for the form: SEP-9 name → text. @throws {Refusal} 503 when it cannot */
  readonly keepValues: (transferId: string, values: Readonly<Record<string, string>>) => Promise<void>;
  /** One of the owner's, or `null` for unknown and foreign ones alike. */
  readonly find: (owner: string, by: Identifiers) => Promise<Transfer | null>;
  readonly list: (owner: string, query: ListQuery) => Promise<Transfer[]>;
}
