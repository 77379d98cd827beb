/**
 * What the config says of the reserve (M-26): shape, and every default filled in.
 * @module
 */
import { parseUnits } from "../../plugins/money.ts";
import type { AnchorConfig } from "./anchor.ts";

/** What a difference comes to. */
export interface ReserveRule {
  /** Units of 10⁻⁷; what is at or below it is no matter. */
  readonly tolerance: bigint;
  readonly stopsPayouts: boolean;
}

/** The rules of all assets. */
export interface ReserveChoices {
  /** Where the auditor publishes, or `null`. */
  readonly auditor: string | null;
  /** @param asset `CODE:ISSUER` */
  readonly of: (asset: string) => ReserveRule;
}

/** One unit of the asset: what a fee of a bank may be for a moment. */
const TOLERANCE = 10_000_000n;

/** Fills in the defaults. An asset's own rule goes before that of all. */
export function buildReserve(
  { assets, reserve = {} }: Pick<AnchorConfig, "assets" | "reserve">,
): ReserveChoices {
  const ruleOf = (own: AnchorConfig["assets"][number]["reserve"] = {}): ReserveRule => ({
    tolerance: parseUnits(own.tolerance ?? reserve.tolerance ?? "") ?? TOLERANCE,
    stopsPayouts: own.stopsPayouts ?? reserve.stopsPayouts ?? false,
  });
  const rules = new Map(assets.map((asset) => [`${asset.code}:${asset.issuer}`, ruleOf(asset.reserve)]));
  const otherwise = ruleOf();
  return { auditor: reserve.auditor ?? null, of: (asset) => rules.get(asset) ?? otherwise };
}
