/**
 * What the config offers, as transfers need it: one service for each way to deposit or withdraw an asset.
 * @module
 */
import type { Fee } from "../money/fees.ts";
import type { Kind } from "./states.ts";
import type { AmountTerms } from "./terms.ts";

/** One service. Amounts in units of 10⁻⁷, durations in seconds. */
export interface Service {
  readonly kind: Kind;
  /** `CODE:ISSUER` */
  readonly asset: string;
  readonly assetCode: string;
  readonly currency: string;
  readonly method: string;
  readonly countries: "*" | readonly string[];
  /** Names of instances. */
  readonly rail: string;
  readonly kyc: string;
  readonly min: bigint;
  readonly max: bigint;
  readonly fee: Fee;
  readonly amounts: AmountTerms;
  readonly payWithin: number;
  readonly eta: number | null;
}

/** What a caller asks for. `method` and `country` may be left out where that leaves one service. */
export interface ServiceQuery {
  readonly kind: Kind;
  readonly assetCode: string;
  readonly method?: string;
  readonly country?: string;
}

/** Why no service fits, in the order in which a caller can mend it. */
export type ServiceMiss = "unknown_asset" | "unknown_method" | "method_needed" | "country_not_served";

/** The first service that fits; with exactly one method on offer, none need be named (R-06-36). */
export function findService(services: readonly Service[], query: ServiceQuery): Service | ServiceMiss {
  const ofAsset = services.filter(({ kind, assetCode }) =>
    kind === query.kind && assetCode === query.assetCode
  );
  if (ofAsset.length === 0) return "unknown_asset";
  const methods = new Set(ofAsset.map(({ method }) => method));
  if (query.method === undefined && methods.size > 1) return "method_needed";
  const ofMethod = ofAsset.filter(({ method }) => query.method === undefined || method === query.method);
  if (ofMethod.length === 0) return "unknown_method";
  const { country } = query;
  const found = ofMethod.find(({ countries }) =>
    countries === "*" || country === undefined || countries.includes(country)
  );
  return found ?? "country_not_served";
}
