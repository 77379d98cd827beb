/**
 * What SEP-12 needs of the gateway.
 * @module
 */
import type { Customers } from "../../core/customers/mod.ts";
import type { AuthenticateOptions, Languages, RefusalOptions } from "../http/mod.ts";

/** What the room needs. */
export interface Sep12Options extends Pick<RefusalOptions, "log" | "isUnavailable"> {
  readonly customers: Customers;
  readonly languages: Languages;
  /** Judges an address for callbacks. @throws {Refusal} 400 */
  readonly checkCallback: (url: string) => Promise<void>;
  /** The caller of a SEP-10 token, or null. */
  readonly verify: AuthenticateOptions["verify"];
  /**
   * Performs effects that this request decided, one try each and two seconds in all (DESIGN §3). It never throws for an
   * effect that did not work: that stays due.
   */
  readonly performNow: (effectIds: readonly string[]) => Promise<void>;
}
