/**
 * What can be said of a destination before a transfer is opened (M-8, M-13, R-29-5): what can never be paid is refused
 * while nobody has paid anything.
 * @module
 */
import { Refusal } from "../refusal.ts";
import { inspectDestination } from "./destination.ts";
import type { Horizon } from "./horizon.ts";

/** What the config says of destinations of an asset; `startingBalance` in units of XLM, `null`: none are created. */
export interface DestinationRules {
  readonly startingBalance: bigint | null;
  readonly claimableBalances: boolean;
}

/** What is asked. */
export interface DestinationRequest {
  /** `CODE:ISSUER` */
  readonly asset: string;
  /** `G…` or `M…` to pay; absent for withdrawals. */
  readonly destination?: string;
  /** `G…` or `M…` that will pay; absent when it was not said. */
  readonly source?: string;
  readonly hasMemo: boolean;
  readonly claimable: boolean;
}

/** @throws Refusal 400 for what can never be paid, 503 when the ledger cannot be read */
export async function checkDestination(
  { horizon, isOurs, rules }: {
    readonly horizon: Horizon;
    readonly isOurs: (account: string) => boolean;
    readonly rules: (asset: string) => DestinationRules;
  },
  { asset, destination, source, hasMemo, claimable }: DestinationRequest,
): Promise<void> {
  if ([destination, source].some((account) => account !== undefined && isOurs(account))) {
    throw new Refusal("transfer.own_account");
  }
  if (destination === undefined) return;
  const { startingBalance, claimableBalances } = rules(asset);
  const state = await inspectDestination(horizon, { destination, asset, amount: null, hasMemo });
  switch (state.kind) {
    case "missing":
      if (startingBalance !== null || (claimable && claimableBalances)) return;
      throw new Refusal("transfer.destination_missing");
    case "memo_required":
      throw new Refusal("transfer.destination_memo");
    case "contract":
      throw new Refusal("transfer.contract_account", { field: "account" });
    case "not_an_address":
      throw new Refusal("transfer.account_invalid", { field: "account" });
    default:
      // What is missing can come later: the payout waits for it.
      return;
  }
}
