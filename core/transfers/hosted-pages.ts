/**
 * The page of a KYC provider's own, for a transfer that waits for its customer's data (SEP-24): whether it is open, how one
 * gets there, and what came of it.
 * @module
 */
import type { Customers, HostedOffer, HostedVisit, Need } from "../customers/mod.ts";
import type { Effects } from "../effects.ts";
import type { Database } from "../records/database.ts";
import { findTransfer } from "./find.ts";
import { ASKS } from "./states.ts";
import type { Transfer } from "./transfer.ts";

/** Pages of KYC providers, for transfers. */
export interface TransferPages {
  /** The page that is open to the transfer's customer, or null. */
  readonly offer: (transfer: Transfer) => Promise<HostedOffer | null>;
  /**
   * Makes the review ready at the provider, and asks for an address to go to, for this visit alone.
   * @param returnUrl where the provider sends the person afterwards
   * @returns null where no page is open (any more): the transfer's own page says how it stands
   * @throws {Refusal} 503 when the provider does not give it now
   */
  readonly visit: (transfer: Transfer, returnUrl: string) => Promise<HostedVisit | null>;
  /** Asks the provider once what came of a visit. @returns the transfer as it stands then */
  readonly returned: (transfer: Transfer) => Promise<Transfer>;
}

/** Creates them. @param options.budgetMs how long a request works on one of them */
export function createTransferPages({ db, customers, needOf, effects, budgetMs, report }: {
  readonly db: Database;
  readonly customers: Pick<Customers, "hosted" | "performReview">;
  readonly needOf: (transfer: Transfer) => Promise<Need>;
  readonly effects: Pick<Effects, "performNow">;
  readonly budgetMs: number;
  /** Gets what was still going on when the budget had ended, and failed then. */
  readonly report: (subject: string, error: unknown) => void;
}): TransferPages {
  const within = async (transfer: Transfer, work: Promise<unknown>) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = new Promise<void>((resolve) => timer = setTimeout(resolve, budgetMs));
    await Promise.race([work.catch((error: unknown) => report(transfer.id, error)), end]);
    clearTimeout(timer);
  };

  return {
    async offer(transfer) {
      if (!ASKS.has(transfer.state)) return null;
      return await customers.hosted.offer(transfer.customerId, await needOf(transfer));
    },
    async visit(transfer, returnUrl) {
      if (!ASKS.has(transfer.state)) return null;
      const { customerId, language } = transfer;
      const need = await needOf(transfer);
      const { hosted } = customers;
      const { effects: begun, waiting } = await hosted.begin(customerId, need);
      await effects.performNow(begun, budgetMs);
      if (waiting !== null) await within(transfer, customers.performReview(waiting));
      return await hosted.visit(customerId, need, { returnUrl, language });
    },
    async returned(transfer) {
      if (ASKS.has(transfer.state)) {
        await within(transfer, customers.hosted.read(transfer.customerId, await needOf(transfer)));
      }
      return await findTransfer(db, transfer.id) ?? transfer;
    },
  };
}
