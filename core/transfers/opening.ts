/**
 * What opening transfers needs of its surroundings.
 * @module
 */
import type { RailOf } from "../bank/rails.ts";
import type { Vault } from "../records/vault.ts";
import type { MayAsk } from "./account-asked.ts";
import type { Owner, Payee } from "./open-request.ts";
import type { Books } from "./record.ts";
import type { Service } from "./services.ts";
import type { Tiers } from "./tiers.ts";
import type { Transfer } from "./transfer.ts";

/** A customer as transfers know one: the id, and whose limits it counts against. */
export interface CustomerOf {
  readonly id: string;
  readonly owner: string;
}

/** A customer's part in opening, as `core/customers` knows it. */
export interface CustomerDesk {
  /**
   * The owner's customer, made when there is none; or the one that is named.
   * @throws Refusal 400 for one that the owner may not speak for
   */
  readonly customerOf: (owner: Owner, customerId: string | undefined) => Promise<CustomerOf>;
  /** The language that a customer has chosen on a page, BCP 47; it goes before what a wallet says. */
  readonly chosenLanguage: (customerId: string) => Promise<string | null>;
  /** The tier that an amount needs; an open amount needs what the present tier of the customer allows. */
  readonly tierFor: Tiers["tierFor"];
  /** Whether the transfer may go on: accepted for its tier, with everything that its payout needs. */
  readonly readiness: (
    transfer:
      & MayAsk
      & Pick<Transfer, "customerId" | "protocol" | "kind" | "tier" | "kyc" | "rail" | "country">,
  ) => Promise<"ready" | "needs_info" | "rejected">;
  /** The payout account as it stands now, sealed for the transfer; `null` for deposits. */
  readonly beneficiary: (
    transfer: MayAsk & Pick<Transfer, "id" | "kind" | "customerId" | "rail">,
  ) => Promise<Uint8Array | null>;
}

/** What opening needs. */
export interface Opening extends Books {
  readonly vault: Pick<Vault, "seal">;
  readonly services: readonly Service[];
  readonly railOf: RailOf;
  readonly customers: CustomerDesk;
  /** Refuses destinations that can never be paid (M-8, M-13, SEP-29); throws {@link Refusal}. */
  readonly checkDestination: (service: Service, payee: Payee) => Promise<void>;
  /** Draws memos; at random below 2⁵³ when absent (M-12). */
  readonly drawMemo?: () => bigint;
}
