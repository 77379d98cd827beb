/**
 * What customers need of their surroundings.
 * @module
 */
import type { Outbox } from "../records/outbox.ts";
import type { CallbackPorts } from "./callback-statements.ts";
import type { TransferNeed } from "./need.ts";
import type { ReviewPorts } from "./read-case.ts";

/** What customers need of their surroundings. */
export interface CustomersOptions
  extends Omit<ReviewPorts, "callbackStatements">, Pick<CallbackPorts, "writeCustomer" | "transfersWaiting"> {
  readonly outbox: Outbox;
  /** A transfer of this owner (the full subject), with its customer; null when there is none or it is another's. */
  readonly transferForCustomer: (
    owner: string,
    transferId: string,
  ) => Promise<(TransferNeed & { readonly customerId: string }) | null>;
  /** Gives up what waits for a customer outside of these records. Fails for nothing but the records. */
  readonly forgetWaiting: (customerId: string) => Promise<void>;
  /** Today's date in UTC, `YYYY-MM-DD`. */
  readonly today: () => string;
}
