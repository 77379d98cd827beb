/**
 * Money that belongs to no transfer yet.
 * @module
 */
import type { Context } from "hono";
import { z } from "zod";
import { Refusal } from "../../core/refusal.ts";
import { type HttpEnv, readBody, readInput } from "../http/mod.ts";
import { readQuery } from "../transfers/query.ts";
import { needRole } from "./authenticate.ts";
import type { OperatorOptions } from "./options.ts";
import { shownReturn, shownTransfer, shownUnmatched } from "./shown.ts";
import { idOf, paged } from "./transfers.ts";

const list = z.object(paged);
const body = z.object({ transfer: z.string().max(64) });

/** GET `/unmatched`: the oldest first. */
export function getUnmatched({ desk }: Pick<OperatorOptions, "desk">) {
  return async function unmatched(c: Context<HttpEnv>): Promise<Response> {
    const { limit, after } = readQuery(c, list);
    const found = await desk.unmatched({ limit, ...(after === undefined ? {} : { after }) });
    if (found === null) throw new Refusal("operator.not_found");
    return c.json({ unmatched: found.map(shownUnmatched) });
  };
}

/** POST `/unmatched/:id/assign` with `{ transfer }`. */
export function postAssign({ desk }: Pick<OperatorOptions, "desk">) {
  return async function assign(c: Context<HttpEnv>): Promise<Response> {
    needRole(c.var.operator, "approver");
    const { fields } = await readBody(c, { maxBytes: 16 * 1024 });
    const { transfer } = readInput(body, fields);
    const assigned = await desk.assign(c.var.operator.name, idOf(c), transfer);
    if (assigned.kind === "assigned") return c.json(shownTransfer(assigned.transfer));
    throw new Refusal(assigned.reason === "unknown" ? "operator.not_found" : `operator.${assigned.reason}`);
  };
}

/** POST `/unmatched/:id/return`: sends it back where it came from. */
export function postReturn({ desk }: Pick<OperatorOptions, "desk">) {
  return async function giveBack(c: Context<HttpEnv>): Promise<Response> {
    needRole(c.var.operator, "approver");
    const ordered = await desk.giveBack(c.var.operator.name, idOf(c));
    if (ordered.kind === "ordered") return c.json(shownReturn(ordered.return));
    throw new Refusal(ordered.reason === "unknown" ? "operator.not_found" : `operator.${ordered.reason}`);
  };
}
