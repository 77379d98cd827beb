/**
 * Finds the service that a caller asks for among those that the config offers.
 * @module
 */
import { serves, type Service } from "../config/anchor-runtime.ts";
import type { Kind } from "./states.ts";

export type { Service } from "../config/anchor-runtime.ts";

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
  const ofAsset = services.filter(({ kind, asset }) => kind === query.kind && asset.code === query.assetCode);
  if (ofAsset.length === 0) return "unknown_asset";
  const methods = new Set(ofAsset.map(({ method }) => method));
  if (query.method === undefined && methods.size > 1) return "method_needed";
  const ofMethod = ofAsset.filter(({ method }) => query.method === undefined || method === query.method);
  if (ofMethod.length === 0) return "unknown_method";
  return ofMethod.find((service) => serves(service, query.country)) ?? "country_not_served";
}
