/**
 * What the person of a draft may choose, what would become of it, and the choice itself. Pages ask here; the API of a wallet
 * never does, and so it never refuses for what an account holds (P17).
 * @module
 */
import type { Anchor } from "../config/anchor-runtime.ts";
import type { Horizon } from "../stellar/horizon.ts";
import { type PayingBalance, payingBalance, refuseAbove } from "../stellar/paying-balance.ts";
import { type Choices, choices } from "../transfers/choices.ts";
import { type Choice, choose, type Chosen } from "../transfers/choose.ts";
import type { TransferCustomers } from "../transfers/customer-desk.ts";
import { type Estimate, estimate } from "../transfers/estimate.ts";
import { findTransfer } from "../transfers/find.ts";
import type { Opening } from "../transfers/opening.ts";
import type { Transfer } from "../transfers/transfer.ts";

/** The room. */
export interface ChoosingRoom {
  /** @param named the country that was chosen on the page, alpha-3 */
  readonly choices: (draft: Transfer, named?: string) => Promise<Choices>;
  /** @throws Refusal 400 as `choose` does */
  readonly estimate: (draft: Transfer, choice: Choice) => Promise<Estimate>;
  /** What the account that is to pay a withdrawal holds, within two seconds; `null` for deposits. */
  readonly payingBalance: (transfer: Transfer) => Promise<PayingBalance | null>;
  /** @throws Refusal 400 for what cannot be served, and for more than the paying account holds */
  readonly choose: (transferId: string, choice: Choice) => Promise<Chosen>;
}

/** Builds the room. */
export function choosingRoom({ anchor, opening, desk, horizon }: {
  readonly anchor: Pick<Anchor, "packs" | "pages">;
  readonly opening: Opening;
  readonly desk: TransferCustomers;
  readonly horizon: Horizon;
}): ChoosingRoom {
  const choosing = { ...opening, customers: desk, packs: anchor.packs };
  const balanceOf = async (transfer: Transfer) =>
    transfer.kind === "deposit" ? null : await payingBalance(horizon, transfer);

  /** Of what was chosen already nothing is refused any more: the tokens may be on their way. */
  async function checkBalance(transferId: string, { amount }: Choice): Promise<void> {
    if (anchor.pages.balanceCheck === "warn" || amount === null) return;
    const transfer = await findTransfer(opening.db, transferId);
    if (transfer?.state !== "draft") return;
    const balance = await balanceOf(transfer);
    if (balance === null) return;
    const asset = opening.services.find((service) => service.asset.id === transfer.asset)?.asset;
    refuseAbove(balance, { amount, assetCode: asset?.code ?? transfer.asset });
  }

  return {
    choices: (draft, named) => choices(choosing, draft, named),
    estimate: (draft, choice) => estimate(choosing, draft, choice),
    payingBalance: balanceOf,
    async choose(transferId, choice) {
      await checkBalance(transferId, choice);
      return await choose(opening, { id: transferId }, choice);
    },
  };
}
