/**
 * What customers need of their surroundings.
 * @module
 */
import type { Outbox } from "../records/outbox.ts";
import type { NationalFormat } from "../../plugins/sep9/mod.ts";
import type { TransferNeed } from "./need.ts";
import type { ReviewPorts } from "./read-case.ts";

/** What customers need of their surroundings. */
export interface CustomersOptions extends ReviewPorts {
  readonly outbox: Outbox;
  /** A transfer of this owner (the full subject), with its customer; null when there is none or it is another's. */
  readonly transferForCustomer: (
    owner: string,
    transferId: string,
  ) => Promise<(TransferNeed & { readonly customerId: string }) | null>;
  /** Transfers of a customer that wait for KYC, for one type: what they need is asked without their ids too. */
  readonly transfersWaiting: (customerId: string, type: string) => Promise<readonly TransferNeed[]>;
  /** Today's date in UTC, `YYYY-MM-DD`. */
  readonly today: () => string;
  /** National forms that a country's fields must have. */
  readonly formats?: Readonly<Record<string, Readonly<Record<string, readonly NationalFormat[]>>>>;
}
