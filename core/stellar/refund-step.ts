/**
 * What can be done now to send money back to whoever paid it on the ledger (M-8, M-19).
 * @module
 */
import type { DestinationReason, RefundReason } from "../transfers/events.ts";
import type { Order } from "./build.ts";
import type { DestinationRules } from "./check-destination.ts";
import { inspectDestination } from "./destination.ts";
import type { Horizon } from "./horizon.ts";
import type { RefundTarget } from "./refund-target.ts";

/** What is to be done. */
export type StepBack =
  | { readonly kind: "order"; readonly order: Order }
  | { readonly kind: "wait"; readonly reason: DestinationReason }
  | { readonly kind: "refuse"; readonly reason: RefundReason };

/** As for payouts, but a payer's account that is gone is not made anew: whoever closed it may not come back. */
export async function stepBack(
  on: {
    readonly horizon: Horizon;
    /** What the config says of destinations of an asset (M-8). */
    readonly destinationRules: (asset: string) => DestinationRules;
  },
  asset: string,
  { payer, memo, isMuxed }: RefundTarget,
  amount: bigint,
): Promise<StepBack> {
  const state = await inspectDestination(on.horizon, {
    destination: payer,
    asset,
    amount,
    hasMemo: memo !== null,
  });
  const pay = (kind: "payment" | "claimable_balance"): StepBack => ({
    kind: "order",
    order: { kind, destination: payer, asset, amount },
  });
  switch (state.kind) {
    case "ready":
      return pay("payment");
    case "no_trustline":
      // A claimable balance names no muxed account, so its claimant could not tell whose the money is.
      if (on.destinationRules(asset).claimableBalances && !isMuxed) return pay("claimable_balance");
      return { kind: "wait", reason: state.kind };
    case "not_authorized":
    case "line_full":
      return { kind: "wait", reason: state.kind };
    case "memo_required":
      return { kind: "refuse", reason: "memo_required" };
    case "missing":
    case "contract":
    case "not_an_address":
      return { kind: "refuse", reason: "payer_gone" };
  }
}
