/**
 * What SEP-6 `/info` says of the services on offer.
 * @module
 */
import { formatUnits } from "../../plugins/money.ts";
import type { Service } from "../transfers/services.ts";
import { oneFeeOf, servesFee } from "./sep6-fees.ts";

/** Whether accounts are created and claimable balances used for any asset (R-06-28, R-06-29). */
export interface Sep6Features {
  readonly accountCreation: boolean;
  readonly claimableBalances: boolean;
}

/** The body of GET `/info`. Numbers are JSON numbers here and nowhere else (R-06-22). */
export function sep6Info(
  services: readonly Service[],
  features: Sep6Features,
  feeText: string,
): Record<string, unknown> {
  return {
    deposit: assetsOf(services, "deposit"),
    "deposit-exchange": {},
    withdraw: assetsOf(services, "withdrawal"),
    "withdraw-exchange": {},
    fee: { enabled: servesFee(services), authentication_required: true, description: feeText },
    transactions: { enabled: true, authentication_required: true },
    transaction: { enabled: true, authentication_required: true },
    features: { account_creation: features.accountCreation, claimable_balances: features.claimableBalances },
  };
}

function assetsOf(services: readonly Service[], kind: Service["kind"]): Record<string, unknown> {
  const byCode = Map.groupBy(
    services.filter((service) => service.kind === kind),
    ({ asset }) => asset.code,
  );
  return Object.fromEntries([...byCode].map(([code, offered]) => [code, assetObject(kind, offered)]));
}

/** With several services of one asset the limits are those of all; a fee that differs cannot be said here (R-06-23). */
function assetObject(kind: Service["kind"], offered: readonly Service[]): Record<string, unknown> {
  const methods = [...new Set(offered.map(({ method }) => method))];
  const [first] = offered;
  const fee = oneFeeOf(offered);
  const least = offered.reduce((low, { min }) => min < low ? min : low, first?.min ?? 0n);
  const most = offered.reduce((high, { max }) => max > high ? max : high, 0n);
  return {
    enabled: true,
    authentication_required: true,
    min_amount: jsonNumber(least),
    max_amount: jsonNumber(most),
    ...(fee && fee.fixed > 0n ? { fee_fixed: jsonNumber(fee.fixed) } : {}),
    ...(fee && fee.percent > 0n ? { fee_percent: jsonNumber(fee.percent) } : {}),
    funding_methods: methods,
    // Older wallets read the deprecated types instead of funding_methods, and look into the fields of each (trap 23).
    ...(kind === "withdrawal"
      ? { types: Object.fromEntries(methods.map((method) => [method, { fields: {} }])) }
      : {}),
  };
}

/** For reading only: nothing is ever computed with it. */
function jsonNumber(units: bigint): number {
  return Number(formatUnits(units));
}
