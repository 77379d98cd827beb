/**
 * Finds the services that a caller asks for among those that the config offers.
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

/** At least one service, in the order of the config. */
export type Services = readonly [Service, ...Service[]];

/** Why no service fits, in the order in which a caller can mend it. */
export type ServiceMiss = "unknown_asset" | "unknown_method" | "method_needed" | "country_not_served";

/** The first service that fits; with exactly one method on offer, none need be named (R-06-36). */
export function findService(services: readonly Service[], query: ServiceQuery): Service | ServiceMiss {
  const methods = new Set(ofAsset(services, query).map(({ method }) => method));
  if (query.method === undefined && methods.size > 1) return "method_needed";
  const found = findServices(services, query);
  return typeof found === "string" ? found : found[0];
}

/** All services that fit; what is not named may be any. */
export function findServices(services: readonly Service[], query: ServiceQuery): Services | ServiceMiss {
  const offered = ofAsset(services, query);
  if (offered.length === 0) return "unknown_asset";
  const ofMethod = offered.filter(({ method }) => query.method === undefined || method === query.method);
  if (ofMethod.length === 0) return "unknown_method";
  const [first, ...others] = ofMethod.filter((service) => serves(service, query.country));
  return first === undefined ? "country_not_served" : [first, ...others];
}

function ofAsset(services: readonly Service[], { kind, assetCode }: ServiceQuery): Service[] {
  return services.filter((service) => service.kind === kind && service.asset.code === assetCode);
}
