/**
 * What SEP-6 `/info` says of the services on offer.
 * @module
 */
import { isFixedPlusPercent } from "../money/fees.ts";
import type { Service } from "../transfers/services.ts";
import { type Features, featuresObject, feeObject, limitsObject, offersOf } from "./offers.ts";
import { servesFee } from "./sep6-fees.ts";

/** The body of GET `/info`. */
export function sep6Info(
  services: readonly Service[],
  features: Features,
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
    features: featuresObject(features),
  };
}

function assetsOf(services: readonly Service[], kind: Service["kind"]): Record<string, unknown> {
  return Object.fromEntries(
    [...offersOf(services, kind)].map(([code, offered]) => [code, assetObject(kind, offered)]),
  );
}

/** With several services of one asset the limits are those of all; a fee that differs cannot be said here (R-06-23). */
function assetObject(kind: Service["kind"], offered: readonly Service[]): Record<string, unknown> {
  const methods = [...new Set(offered.map(({ method }) => method))];
  return {
    enabled: true,
    authentication_required: true,
    ...limitsObject(offered),
    ...feeObject(offered, isFixedPlusPercent),
    funding_methods: methods,
    // Older wallets read the deprecated types instead of funding_methods, and look into the fields of each (trap 23).
    ...(kind === "withdrawal"
      ? { types: Object.fromEntries(methods.map((method) => [method, { fields: {} }])) }
      : {}),
  };
}
