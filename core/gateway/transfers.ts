/**
 * What routes do with transfers: open one, choose what a draft is to be, and bring it as far as a request waits.
 * @module
 */
import type { Anchor } from "../config/anchor-runtime.ts";
import type { Customers } from "../customers/mod.ts";
import type { Effects } from "../effects.ts";
import type { Language } from "../i18n/mod.ts";
import type { Pause } from "../pause.ts";
import type { Database } from "../records/database.ts";
import type { Outbox } from "../records/outbox.ts";
import { feeFor } from "../transfers/conditions.ts";
import type { TransferCustomers } from "../transfers/customer-desk.ts";
import { findTransfer } from "../transfers/find.ts";
import { setLanguage } from "../transfers/language.ts";
import { openTransfer } from "../transfers/open.ts";
import { type DraftRequest, openDraft } from "../transfers/open-draft.ts";
import type { OpenRequest } from "../transfers/open-request.ts";
import type { ServiceQuery } from "../transfers/services.ts";
import type { Transfer } from "../transfers/transfer.ts";
import { REQUEST_BUDGET_MS } from "./budget.ts";
import { type ChoosingRoom, choosingRoom } from "./choosing.ts";
import type { MoneyRoom } from "./money.ts";
import { performedWithin } from "./performed.ts";
import { choosingWithPoints } from "./points.ts";

/** The room. */
export interface TransfersRoom extends ChoosingRoom {
  /** What an amount would cost, in units of 10⁻⁷; throws a refusal for what is not served. */
  readonly feeFor: (request: ServiceQuery & { readonly amount: bigint }) => bigint;
  readonly open: (request: OpenRequest) => Promise<Transfer>;
  /** Opens a draft of SEP-24, of which nobody is asked anything yet. @throws {Refusal} 400 */
  readonly draft: (request: DraftRequest) => Promise<Transfer>;
  /** Speaks a language that the person of a transfer chose: in this transfer, and in all that this customer opens later. */
  readonly chooseLanguage: (transferId: string, language: Language) => Promise<void>;
  /**
   * Begins the review that a transfer waits for where all that it needs is known, has codes sent that are waited for, and
   * reads it again.
   */
  readonly reviewed: (transfer: Transfer) => Promise<Transfer>;
  /** Performs what is due for a transfer, or waits for whoever does, within two seconds, and reads it again. */
  readonly performed: (transfer: Transfer) => Promise<Transfer>;
}

/** Builds the room. */
export function transfersRoom({ anchor, db, outbox, money, desk, customers, effects, pause }: {
  readonly anchor: Pick<Anchor, "packs" | "pages">;
  readonly db: Database;
  readonly outbox: Pick<Outbox, "isHeld">;
  readonly money: Pick<MoneyRoom, "opening" | "horizon">;
  readonly desk: TransferCustomers;
  readonly customers: Pick<Customers, "chooseLanguage">;
  readonly effects: Effects;
  readonly pause?: Pause;
}): TransfersRoom {
  const { opening, horizon } = money;
  const choosing = choosingWithPoints(choosingRoom({ anchor, opening, desk, horizon }), pause);

  /** A customer of whom all is known already, for another type or tier, is reviewed without being asked (P6). */
  async function reviewed(transfer: Transfer): Promise<Transfer> {
    if (transfer.state !== "kyc") return transfer;
    const begun = await desk.begin(transfer);
    await effects.performNow(begun, REQUEST_BUDGET_MS);
    // The provider's webhook may have told us first, and what follows from it be still under way.
    if (begun.length > 0) await desk.settle(transfer.customerId, transfer.protocol);
    return await findTransfer(db, transfer.id) ?? transfer;
  }

  return {
    choices: choosing.choices,
    estimate: choosing.estimate,
    payingBalance: choosing.payingBalance,
    async choose(transferId, choice) {
      const chosen = await choosing.choose(transferId, choice);
      return chosen.kind === "chosen"
        ? { kind: "chosen", transfer: await reviewed(chosen.transfer) }
        : chosen;
    },
    feeFor: (request) => feeFor(opening, request),
    open: async (request) => await reviewed(await openTransfer(opening, request)),
    draft: (request) => openDraft(opening, request),
    async chooseLanguage(transferId, language) {
      await setLanguage(db, transferId, language);
      const transfer = await findTransfer(db, transferId);
      if (transfer) await customers.chooseLanguage(transfer.customerId, language);
    },
    reviewed,
    performed: performedWithin({ db, outbox, effects, budgetMs: REQUEST_BUDGET_MS }),
  };
}
