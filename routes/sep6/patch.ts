/**
 * PATCH `/transactions/{id}`: where a wallet sends what `pending_transaction_info_update` asked for (R-06-162 to R-06-165).
 *
 * No transfer of ours ever enters that deprecated status, as whatever is missing is asked through SEP-12: so whatever is
 * sent here was not asked for, and nothing is changed.
 * @module
 */
import type { Context } from "hono";
import { z } from "zod";
import { Refusal } from "../../core/refusal.ts";
import { type HttpEnv, readBody, readInput } from "../http/mod.ts";
import type { Sep6Options } from "./options.ts";

/** More than the fields of any transaction could need. */
const MAX_BYTES = 64 * 1024;

const body = z.object({ transaction: z.record(z.string(), z.unknown()) });

/** The handler: 404 for unknown and foreign ids alike, else 400. */
export function patchTransaction(options: Pick<Sep6Options, "find">) {
  return async function patch(c: Context<HttpEnv>): Promise<Response> {
    const id = c.req.param("id") ?? "";
    const found = await options.find(c.var.caller.sub, { id });
    if (!found || found.protocol !== "sep6") throw new Refusal("transfer.not_found");
    const { fields } = await readBody(c, { maxBytes: MAX_BYTES, accept: ["json"] });
    readInput(body, fields);
    throw new Refusal("transfer.update_not_asked");
  };
}
