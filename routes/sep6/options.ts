/**
 * What the handlers of SEP-6 need, each by name.
 * @module
 */
import type { Caller } from "../../core/auth/session.ts";
import type { Features } from "../../core/seps/offers.ts";
import type { Sep6View } from "../../core/seps/sep6-view.ts";
import type { Identifiers, ListQuery } from "../../core/transfers/find.ts";
import type { OpenRequest } from "../../core/transfers/open-request.ts";
import type { Service, ServiceQuery } from "../../core/transfers/services.ts";
import type { Transfer } from "../../core/transfers/transfer.ts";
import type { Languages } from "../http/mod.ts";

/** The options of `sep6Routes`. */
export interface Sep6Options {
  readonly languages: Languages;
  readonly services: readonly Service[];
  readonly features: Features;
  /** `G…` that withdrawals are paid to. */
  readonly receivingAccount: string;
  readonly view: Sep6View;
  /** Caller of a token, or `null`. */
  readonly verify: (token: string) => Promise<Caller | null>;
  /** What an amount would cost, in units of 10⁻⁷; throws a refusal for what is not served. */
  readonly feeFor: (request: ServiceQuery & { readonly amount: bigint }) => bigint;
  /** Judges an address for callbacks. @throws {Refusal} 400 */
  readonly checkCallback: (url: string) => Promise<void>;
  readonly open: (request: OpenRequest) => Promise<Transfer>;
  /** Performs what opening has made due, two seconds at most, and reads the transfer again. */
  readonly performed: (transfer: Transfer) => Promise<Transfer>;
  /** One of the owner's, or `null` for unknown and foreign ones alike. */
  readonly find: (owner: string, by: Identifiers) => Promise<Transfer | null>;
  readonly list: (owner: string, query: ListQuery) => Promise<Transfer[]>;
}
