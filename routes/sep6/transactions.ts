/**
 * GET `/transactions`: what the caller's own transfers are at (R-06-113 to R-06-125).
 * @module
 */
import type { Context } from "hono";
import { z } from "zod";
import { Refusal } from "../../core/refusal.ts";
import { type HttpEnv, says } from "../http/mod.ts";
import { assetNamed } from "../transfers/asset.ts";
import { readQuery } from "../transfers/query.ts";
import { answerPage, listed } from "../transfers/transactions.ts";
import type { Sep6Options } from "./options.ts";

const KINDS = ["deposit", "deposit-exchange", "withdrawal", "withdrawal-exchange"] as const;

const query = z.object({
  ...listed,
  account: z.string().optional(),
  // A comma list is harmless and some wallets send one.
  kind: z.array(z.string()).transform((values, context) => {
    const kinds = z.array(z.enum(KINDS)).safeParse(values.flatMap((value) => value.split(",")));
    if (kinds.success) return kinds.data;
    const params = says("request.field.not_one_of", { options: KINDS.join(", ") });
    context.issues.push({ code: "custom", input: values, params });
    return z.NEVER;
  }).optional(),
});

/** The handler. */
export function getTransactions(options: Sep6Options) {
  return async function transactions(c: Context<HttpEnv>): Promise<Response> {
    const asked = readQuery(c, query, ["kind"]);
    const { caller } = c.var;
    const asset = assetNamed(options.services, asked.asset_code);
    // Old clients send the base account while their token names a memo or a muxed id.
    if (asked.account !== undefined && asked.account !== caller.account && asked.account !== caller.sub) {
      throw new Refusal("transfer.other_account");
    }
    const kinds = asked.kind?.filter((kind) => kind === "deposit" || kind === "withdrawal") ?? null;
    return await answerPage({ ...options, protocol: "sep6" }, c, { ...asked, asset: asset.id, kinds });
  };
}
