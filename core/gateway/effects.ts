/**
 * What performs each kind of effect in this deployment.
 * @module
 */
import { instruct } from "../bank/instructions.ts";
import { payAtBank } from "../bank/payouts.ts";
import { refundAtBank } from "../bank/refunds.ts";
import { returnAtBank } from "../bank/returns.ts";
import type { Customers, EraseEnd, ReviewEnd } from "../customers/mod.ts";
import { createEffects, type Effects, type Performance } from "../effects.ts";
import type { Log } from "../log.ts";
import type { Pause } from "../pause.ts";
import type { Database } from "../records/database.ts";
import type { Outbox } from "../records/outbox.ts";
import type { Vault } from "../records/vault.ts";
import { clawBackOnLedger } from "../stellar/clawbacks.ts";
import { payOnLedger } from "../stellar/payouts.ts";
import { refundOnLedger } from "../stellar/refunds.ts";
import { returnOnLedger } from "../stellar/returns.ts";
import type { TransferCustomers } from "../transfers/customer-desk.ts";
import { endErased } from "../transfers/erased.ts";
import { findTransfer } from "../transfers/find.ts";
import type { Books } from "../transfers/record.ts";
import type { ApprovingRoom } from "./approving.ts";
import { REQUEST_BUDGET_MS } from "./budget.ts";
import type { Callbacks } from "./callbacks.ts";
import type { Modules } from "./modules.ts";
import type { MoneyRoom } from "./money.ts";
import type { NewsRoom } from "./news.ts";
import type { Pages } from "./pages.ts";
import { performersWithPoints } from "./points.ts";

/** Builds them. */
export function effectsRoom(
  {
    db,
    outbox,
    vault,
    books,
    log,
    pause,
    report,
    modules,
    money,
    desk,
    customers,
    pages,
    callbacks,
    news,
    approving,
  }: {
    readonly db: Database;
    readonly outbox: Outbox;
    readonly vault: Vault;
    readonly books: Books;
    readonly log: Log;
    readonly pause?: Pause;
    readonly report: (subject: string, error: unknown) => void;
    readonly modules: Pick<Modules, "railOf">;
    readonly money: MoneyRoom;
    readonly desk: TransferCustomers;
    readonly customers: Customers;
    readonly pages: Pick<Pages, "forgetWaiting">;
    readonly callbacks: Pick<Callbacks, "performers">;
    readonly news: Pick<NewsRoom, "readUp">;
    readonly approving: Pick<ApprovingRoom, "approval">;
  },
): Effects {
  const { railOf } = modules;
  const { accepted, isAccepted, beneficiaryOf } = desk;
  const { approval } = approving;
  const { readUp } = news;
  const effects: Effects = createEffects({
    db,
    outbox,
    report,
    workAtOnce: money.ledgerPaying.sources.signers.size,
    gaveUp: ({ kind, subject }, error) => log("warning", "effect.given_up", { kind, subject, error }),
    performers: performersWithPoints({
      ...callbacks.performers,
      deposit_instructions: ({ subject }) =>
        instruct({ books, vault, railOf, payerOf: money.payerOf }, subject),
      bank_payout: ({ subject }) =>
        payAtBank({ books, railOf, beneficiaryOf, accepted, isAccepted, approval, readUp }, subject),
      bank_refund: ({ subject }) =>
        refundAtBank({ books, railOf, vault, accepted, isAccepted, readUp }, subject),
      ledger_refund: ({ subject }) => refundOnLedger({ ...money.ledgerPaying, vault, readUp }, subject),
      bank_return: ({ subject }) => returnAtBank({ books, railOf, vault, readUp }, subject),
      ledger_return: ({ subject }) => returnOnLedger({ ...money.ledgerReturning, readUp }, subject),
      ledger_clawback: ({ subject }) => clawBackOnLedger({ ...money.clawingBack, readUp }, subject),
      ledger_payout: ({ subject }) => payOnLedger({ ...money.ledgerPaying, approval, readUp }, subject),
      async customer_review({ subject }) {
        const transfer = await findTransfer(db, subject);
        if (transfer?.state !== "asking") return { kind: "done" };
        // What the heavier tier wants may all be known already (P6); and the customer may have been accepted meanwhile.
        await effects.performNow(await desk.begin(transfer), REQUEST_BUDGET_MS);
        await desk.settle(transfer.customerId, transfer.protocol);
        return { kind: "done" };
      },
      kyc_review: async ({ subject }) => performanceOf(await customers.performReview(subject)),
      kyc_erase: async ({ subject, createdMs }) =>
        performanceOf(await customers.performErase(subject, createdMs)),
      async customer_erased({ subject }) {
        // Before they end: what ended is not looked for any more.
        await pages.forgetWaiting(subject);
        return await endErased(books, subject);
      },
      kyc_code: async ({ subject }) => performanceOf(await customers.performCode(subject)),
    }, pause),
  });
  return effects;
}

/** What a review's effect came to, in the words of all effects. */
function performanceOf(end: ReviewEnd | EraseEnd): Performance {
  if (end.kind !== "failed") return end;
  const { error, retryAfterMs } = end;
  return { kind: "retry", error, ...(retryAfterMs === undefined ? {} : { afterMs: retryAfterMs }) };
}
