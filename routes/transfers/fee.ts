/**
 * GET `/fee`, deprecated: served only where the fee fields of `/info` cannot say a configured fee (R-06-171 to R-06-174,
 * R-24-157 to R-24-159).
 * @module
 */
import type { Context } from "hono";
import { z } from "zod";
import { formatUnits } from "../../plugins/money.ts";
import type { ServiceQuery } from "../../core/transfers/services.ts";
import type { HttpEnv } from "../http/mod.ts";
import { amount, country } from "./parameters.ts";
import { readQuery } from "./query.ts";

/** What the handler needs. */
export interface FeeOptions {
  /** What an amount would cost, in units of 10⁻⁷; throws a refusal for what is not served. */
  readonly feeFor: (request: ServiceQuery & { readonly amount: bigint }) => bigint;
  /** The code of the asset that the SEP calls so. @throws {Refusal} 400 for an unknown one */
  readonly codeOf: (name: string) => string;
}

const query = z.object({
  operation: z.enum(["deposit", "withdraw"]),
  type: z.string().optional(),
  asset_code: z.string(),
  amount,
  // Not of the specs, which have no other way to ask where fees differ by country.
  country_code: country.optional(),
});

/** The handler: what a transfer of this amount would be charged, as a JSON number in units of the asset. */
export function getFee({ feeFor, codeOf }: FeeOptions) {
  return function fee(c: Context<HttpEnv>): Response {
    const asked = readQuery(c, query);
    const units = feeFor({
      kind: asked.operation === "deposit" ? "deposit" : "withdrawal",
      assetCode: codeOf(asked.asset_code),
      amount: asked.amount,
      ...(asked.type === undefined ? {} : { method: asked.type }),
      ...(asked.country_code === undefined ? {} : { country: asked.country_code }),
    });
    return c.json({ fee: Number(formatUnits(units)) });
  };
}
