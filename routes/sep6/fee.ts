/**
 * GET `/fee`, deprecated: served only where a configured fee cannot be said as fixed plus percentage (R-06-171 to
 * R-06-174).
 * @module
 */
import type { Context } from "hono";
import { z } from "zod";
import { formatUnits } from "../../plugins/money.ts";
import type { HttpEnv } from "../http/mod.ts";
import type { Sep6Options } from "./options.ts";
import { amount, initiation, readQuery } from "./query.ts";

const query = z.object({
  operation: z.enum(["deposit", "withdraw"]),
  type: z.string().optional(),
  asset_code: z.string(),
  amount,
  // Not of the spec, which has no other way to ask where fees differ by country.
  country_code: initiation.country_code,
});

/** The handler: what a transfer of this amount would be charged, as a JSON number in units of the asset. */
export function getFee({ feeFor }: Pick<Sep6Options, "feeFor">) {
  return function fee(c: Context<HttpEnv>): Response {
    const asked = readQuery(c, query);
    const units = feeFor({
      kind: asked.operation === "deposit" ? "deposit" : "withdrawal",
      assetCode: asked.asset_code,
      amount: asked.amount,
      ...(asked.type === undefined ? {} : { method: asked.type }),
      ...(asked.country_code === undefined ? {} : { country: asked.country_code }),
    });
    return c.json({ fee: Number(formatUnits(units)) });
  };
}
