/**
 * The query parameters of SEP-6's initiations.
 * @module
 */
import { z } from "zod";
import { Refusal } from "../../core/refusal.ts";
import { amount, country } from "../transfers/parameters.ts";

/** The method under its present name or its older one; a conflict is refused (R-06-35, R-06-37). */
export function readMethod(
  query: { funding_method?: string | undefined; type?: string | undefined },
): string | undefined {
  const { funding_method: method, type } = query;
  if (method !== undefined && type !== undefined && method !== type) {
    throw new Refusal("transfer.method_conflict");
  }
  return method ?? type;
}

/** Parameters that every initiation takes. Unknown ones are left alone, as wallets send more than we read. */
export const initiation = {
  asset_code: z.string(),
  funding_method: z.string().optional(),
  type: z.string().optional(),
  amount: amount.optional(),
  country_code: country.optional(),
  customer_id: z.string().optional(),
  on_change_callback: z.string().optional(),
};
