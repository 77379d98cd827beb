/**
 * What the channels lack on the ledger, and the orders that mend it (M-5): those that are not there are created, those
 * that run out of XLM for fees are filled up. What each gets stays among our own accounts (M-13).
 * @module
 */
import type { Order } from "./build.ts";
import { DEFAULT_FEE_CAP } from "./fee.ts";
import type { Horizon } from "./horizon.ts";
import { spendableXlm } from "./reserve.ts";
import type { Signer } from "./signer.ts";
import { sourceFault } from "./sources.ts";

/**
 * How one channel stands.
 * - `ready`: nothing to do
 * - `missing`: to be created with `amount`; `low`: to be given `amount` of XLM, in units of 10⁻⁷
 * - `no_signer`: somebody has taken our key's weight from it: leave it out, or mend its signers
 */
export type ChannelFinding =
  | { readonly kind: "ready" | "no_signer"; readonly account: string }
  | { readonly kind: "missing" | "low"; readonly account: string; readonly amount: bigint };

/** What a channel is to have for fees, and below what it is filled up: 4 and 1 XLM. */
const FULL = 40_000_000n;
const LOW = 10_000_000n;

/** Most operations of one envelope: the network takes no more than 100. */
const MOST_ORDERS = 50;

/** How each channel stands. @throws {HorizonUnavailable} */
export async function findChannels(
  horizon: Pick<Horizon, "account" | "latestLedger">,
  channels: readonly Signer[],
): Promise<ChannelFinding[]> {
  const { baseReserve } = await horizon.latestLedger();
  const findings: ChannelFinding[] = [];
  for (const signer of channels) {
    const account = signer.account;
    const found = await horizon.account(account);
    if (found.kind === "not_found") {
      findings.push({ kind: "missing", account, amount: 2n * baseReserve + FULL });
      continue;
    }
    const spendable = spendableXlm(found, baseReserve);
    const fault = sourceFault(found, { signer, pays: false, fee: DEFAULT_FEE_CAP, baseReserve });
    if (fault === "no_signer") findings.push({ kind: "no_signer", account });
    else if (spendable < LOW) findings.push({ kind: "low", account, amount: FULL - spendable });
    else findings.push({ kind: "ready", account });
  }
  return findings;
}

/** The orders of each envelope that mends what was found. */
export function channelOrders(findings: readonly ChannelFinding[]): Order[][] {
  const orders = findings.flatMap((finding): Order[] => {
    switch (finding.kind) {
      case "missing":
        return [{
          kind: "create_account",
          destination: finding.account,
          startingBalance: finding.amount,
        }];
      case "low":
        return [{
          kind: "payment",
          destination: finding.account,
          asset: "native",
          amount: finding.amount,
        }];
      default:
        return [];
    }
  });
  const envelopes = Math.ceil(orders.length / MOST_ORDERS);
  return Array.from(
    { length: envelopes },
    (_, index) => orders.slice(index * MOST_ORDERS, (index + 1) * MOST_ORDERS),
  );
}
