/**
 * The page of a KYC provider's own, for a transfer that waits for its customer's data (SEP-24): whether it is open, how one
 * gets there, and what came of it.
 * @module
 */
import type { Customers, HostedOffer, HostedVisit, Need } from "../customers/mod.ts";
import type { Language } from "../i18n/mod.ts";
import type { Effects } from "../effects.ts";
import type { Database } from "../records/database.ts";
import { findTransfer } from "./find.ts";
import { ASKS } from "./states.ts";
import type { Transfer } from "./transfer.ts";

/** Pages of KYC providers, for transfers. */
export interface TransferPages {
  /** The page that is open to the transfer's customer, or null. */
  readonly offer: (transfer: Transfer) => Promise<HostedOffer | null>;
  /** Makes the review of the page ready at the provider, as far as this goes within a request's time. */
  readonly begin: (transfer: Transfer) => Promise<void>;
  /**
   * Asks for an address to go to, for this visit alone.
   * @param there.returnPath where the provider sends the person afterwards, below our public address
   * @param there.language that the person reads, whatever the transfer speaks
   * @returns null where no page is open (any more), or it was not begun: the transfer's own page says how it stands
   * @throws {Refusal} 503 when the provider does not give it now
   */
  readonly visit: (
    transfer: Transfer,
    there: { readonly returnPath: string; readonly language: Language },
  ) => Promise<HostedVisit | null>;
  /** Asks the provider once what came of a visit. @returns the transfer as it stands then */
  readonly returned: (transfer: Transfer) => Promise<Transfer>;
}

/** Creates them. @param options.budgetMs how long a request works on one of them */
export function createTransferPages({ db, publicUrl, customers, needOf, effects, budgetMs, report }: {
  readonly db: Database;
  readonly publicUrl: string;
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
    async begin(transfer) {
      if (!ASKS.has(transfer.state)) return;
      const begun = await customers.hosted.begin(transfer.customerId, await needOf(transfer));
      await effects.performNow(begun.effects, budgetMs);
      if (begun.waiting !== null) await within(transfer, customers.performReview(begun.waiting));
    },
    async visit(transfer, { returnPath, language }) {
      if (!ASKS.has(transfer.state)) return null;
      const request = { returnUrl: publicUrl + returnPath, language };
      return await customers.hosted.visit(transfer.customerId, await needOf(transfer), request);
    },
    async returned(transfer) {
      if (ASKS.has(transfer.state)) {
        await within(transfer, customers.hosted.read(transfer.customerId, await needOf(transfer)));
      }
      return await findTransfer(db, transfer.id) ?? transfer;
    },
  };
}
