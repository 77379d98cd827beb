/**
 * The query parameters of SEP-6, with what is wrong about them said in the caller's language.
 * @module
 */
import type { Context } from "hono";
import { z } from "zod";
import { parseUnits } from "../../plugins/money.ts";
import { isCountry } from "../../plugins/sep9/mod.ts";
import { addressKind } from "../../core/auth/mod.ts";
import { Refusal } from "../../core/refusal.ts";
import { isMemo } from "../../core/stellar/memo-text.ts";
import { type HttpEnv, readInput, says } from "../http/mod.ts";

/** A positive decimal with at most seven decimals, in units of 10⁻⁷; never rounded (R-06-40, R-06-41). */
export const amount = z.string().transform((text, context) => {
  const units = parseUnits(text);
  if (units !== null && units > 0n) return units;
  context.issues.push({ code: "custom", input: text, params: says("transfer.amount_invalid") });
  return z.NEVER;
});

/** `G…` or `M…`; a contract is refused until it can log in (M-8), a seed is never repeated (R-23-4). */
export const stellarAddress = z.string().superRefine((text, context) => {
  const kind = addressKind(text);
  if (kind === "account" || kind === "muxed") return;
  const code = kind === "contract" ? "transfer.contract_account" : "transfer.account_invalid";
  context.addIssue({ code: "custom", params: says(code) });
});

/** Types of memos that SEP-6 names. */
export const memoType = z.enum(["id", "text", "hash"]);

/** A memo and its type: both or neither, and the one fits the other (R-06-44, R-06-45, R-06-91). */
export function readMemoPair(
  type: z.output<typeof memoType> | undefined,
  value: string | undefined,
  names: { readonly type: string; readonly value: string },
): { readonly type: "id" | "text" | "hash"; readonly value: string } | undefined {
  if (type === undefined && value === undefined) return undefined;
  if (type === undefined || value === undefined) throw new Refusal("transfer.memo_pair", names);
  if (!isMemo(type, value)) throw new Refusal("transfer.memo_invalid", { ...names, kind: type });
  return { type, value: type === "id" ? BigInt(value).toString() : value };
}

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
  country_code: z.string().refine(isCountry).optional(),
  customer_id: z.string().optional(),
  on_change_callback: z.string().optional(),
};

/**
 * Reads the query by a schema. An empty value is a missing one; a name that is given twice has no one meaning.
 * @param repeatable names that may be given more than once: they are read as lists
 */
export function readQuery<Schema extends z.ZodType>(
  c: Context<HttpEnv>,
  schema: Schema,
  repeatable: readonly string[] = [],
): z.output<Schema> {
  const values = new Map<string, string | string[]>();
  for (const [name, given] of Object.entries(c.req.queries())) {
    const present = given.filter((value) => value !== "");
    const [only, ...others] = present;
    if (only === undefined) continue;
    if (repeatable.includes(name)) {
      values.set(name, present);
    } else if (others.length > 0) {
      throw new Refusal("request.repeated_field", {
        field: name.replaceAll(/[^\w.-]/g, "?").slice(0, 80),
      });
    } else {
      values.set(name, only);
    }
  }
  return readInput(schema, Object.fromEntries(values));
}
