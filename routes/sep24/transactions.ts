/**
 * GET `/transactions`: what the caller's own transfers are at (R-24-116 to R-24-127).
 * @module
 */
import type { Context } from "hono";
import { z } from "zod";
import { sep24AssetName } from "../../core/seps/sep24-info.ts";
import type { HttpEnv } from "../http/mod.ts";
import { assetNamed } from "../transfers/asset.ts";
import { readQuery } from "../transfers/query.ts";
import { answerPage, listed } from "../transfers/transactions.ts";
import type { Sep24Options } from "./options.ts";

const query = z.object({ ...listed, kind: z.enum(["deposit", "withdrawal"]).optional() });

/** The handler. An `account` in the query has no effect: the token says whose they are (R-24-126). */
export function getTransactions(options: Sep24Options) {
  return async function transactions(c: Context<HttpEnv>): Promise<Response> {
    const asked = readQuery(c, query);
    const { id: asset } = assetNamed(options.services, asked.asset_code, sep24AssetName);
    const kinds = asked.kind === undefined ? null : [asked.kind];
    return await answerPage({ ...options, protocol: "sep24" }, c, { ...asked, asset, kinds });
  };
}
