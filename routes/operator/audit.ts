/**
 * The audit log as an auditor takes it away (M-28): each entry with all that its hash is made of, so that the chain is
 * checked without us. It holds ids and hashes alone.
 * @module
 */
import type { Context } from "hono";
import { z } from "zod";
import { CHAINS } from "../../core/records/audit.ts";
import type { HttpEnv } from "../http/mod.ts";
import { readQuery } from "../transfers/query.ts";
import { needRole } from "./authenticate.ts";
import type { OperatorOptions } from "./options.ts";

const list = z.object({
  chain: z.enum(CHAINS).default("actions"),
  limit: z.string().regex(/^[1-9]\d{0,3}$/).transform(Number).pipe(z.number().max(1_000)).default(200),
  after: z.string().regex(/^\d{1,15}$/).transform(Number).default(0),
});

/** GET `/audit`: the earliest first; `after` is the sequence of the last entry of the page before. */
export function getAudit({ desk }: Pick<OperatorOptions, "desk">) {
  return async function audit(c: Context<HttpEnv>): Promise<Response> {
    needRole(c.var.operator, "admin");
    const { chain, ...page } = readQuery(c, list);
    const entries = await desk.audit(chain, page);
    return c.json({ entries: entries.map(({ atMs, ...entry }) => ({ ...entry, at_ms: atMs })) });
  };
}
