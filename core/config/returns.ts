/**
 * What the config says of unmatched money that goes back by itself (M-20).
 * @module
 */
import { parseUnits } from "../../plugins/money.ts";
import type { ReturnRule } from "../unmatched/return-rules.ts";
import type { AnchorConfig, ReturnRuleConfig } from "./anchor.ts";

/** Payments of one payer within a day, where the config does not say. */
const PER_DAY = 3;

/** The rule of each asset, by `CODE:ISSUER` or `native`; `null` where nothing goes back by itself. */
export function buildReturns(
  { assets, returnUnmatchedXlm }: Pick<AnchorConfig, "assets" | "returnUnmatchedXlm">,
): (asset: string) => ReturnRule | null {
  const rules = new Map<string, ReturnRule>();
  const add = (asset: string, config: ReturnRuleConfig | undefined) => {
    const above = parseUnits(config?.above ?? "");
    if (config && above !== null) rules.set(asset, { above, perDay: config.perDay ?? PER_DAY });
  };
  for (const { code, issuer, returnUnmatched } of assets) add(`${code}:${issuer}`, returnUnmatched);
  add("native", returnUnmatchedXlm);
  return (asset) => rules.get(asset) ?? null;
}
