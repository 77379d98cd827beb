/**
 * The asset that a caller names.
 * @module
 */
import { Refusal } from "../../core/refusal.ts";
import { shownCode } from "../../core/transfers/conditions.ts";
import type { Service } from "../../core/transfers/services.ts";

/**
 * The asset of that name among those of services.
 * @param nameOf what an asset is called in the SEP; its code when absent
 * @throws {Refusal} 400 that says which there are
 */
export function assetNamed(
  services: readonly Service[],
  name: string,
  nameOf: (asset: Service["asset"]) => string = ({ code }) => code,
): Service["asset"] {
  const service = services.find(({ asset }) => nameOf(asset) === name);
  if (service) return service.asset;
  const assets = [...new Set(services.map(({ asset }) => nameOf(asset)))].join(", ");
  throw new Refusal("transfer.unknown_asset", { asset: shownCode(name), assets });
}
