/**
 * What SEP-24 `/info` says of the services on offer. Of an asset it says limits and fee alone: checks in use refuse any
 * other key (R-24-24, trap 6).
 * @module
 */
import type { Fee } from "../money/fees.ts";
import type { Service } from "../transfers/services.ts";
import {
  type Features,
  featuresObject,
  feeObject,
  limitsObject,
  offersOf,
  withoutSayableFee,
} from "./offers.ts";

/** The body of GET `/info`. */
export function sep24Info(services: readonly Service[], features: Features): Record<string, unknown> {
  return {
    deposit: assetsOf(services, "deposit"),
    withdraw: assetsOf(services, "withdrawal"),
    fee: { enabled: servesSep24Fee(services), authentication_required: true },
    features: featuresObject(features),
  };
}

/** Whether GET `/fee` is served: only where the fee fields of `/info` cannot say a fee (R-24-20, R-24-158). */
export function servesSep24Fee(services: readonly Service[]): boolean {
  return withoutSayableFee(services, isSayable).length > 0;
}

/** An asset that goes one way only is listed the other way too, as disabled (R-24-15). */
function assetsOf(services: readonly Service[], kind: Service["kind"]): Record<string, unknown> {
  const offers = offersOf(services, kind, sep24AssetName);
  const names = new Set(services.map(({ asset }) => sep24AssetName(asset)));
  return Object.fromEntries([...names].map((name) => [name, assetObject(offers.get(name))]));
}

/** With several services of one asset the limits are those of all; a fee that differs cannot be said (R-24-18). */
function assetObject(offered: readonly Service[] | undefined): Record<string, unknown> {
  if (offered === undefined) return { enabled: false };
  return { enabled: true, ...limitsObject(offered), ...feeObject(offered, isSayable) };
}

/** SEP-24 has a name for a least fee, and none for a most (R-24-19). */
function isSayable({ maximum }: Fee): boolean {
  return maximum === undefined;
}

/** What SEP-24 calls an asset, in `/info` and in `asset_code`: lumens have no code and no issuer (R-24-16). */
export function sep24AssetName({ id, code }: Service["asset"]): string {
  return id === "native" ? "native" : code;
}
