/**
 * Money that a bank took back from us, and customers who are frozen because of it (M-21).
 * @module
 */
import type { Context } from "hono";
import { z } from "zod";
import { Refusal } from "../../core/refusal.ts";
import { type HttpEnv, readBody, readInput } from "../http/mod.ts";
import { readQuery } from "../transfers/query.ts";
import { needRole } from "./authenticate.ts";
import type { OperatorOptions } from "./options.ts";
import { shownReceivable } from "./shown.ts";
import { amount, idOf, paged } from "./transfers.ts";

const list = z.object(paged);
const body = z.discriminatedUnion("how", [
  z.object({ how: z.literal("receipt"), receipt: z.string().max(64) }),
  z.object({ how: z.enum(["written_off", "not_paid"]) }),
]);

// A misspelt name must not take all of it.
const wanted = z.strictObject({ amount: amount.optional() });

type Desk = Pick<OperatorOptions, "desk">;

/** GET `/receivables`: what is owed, and what still freezes a customer, the oldest first. */
export function getReceivables({ desk }: Desk) {
  return async function receivables(c: Context<HttpEnv>): Promise<Response> {
    const { limit, after } = readQuery(c, list);
    const found = await desk.receivables({ limit, ...(after === undefined ? {} : { after }) });
    if (found === null) throw new Refusal("operator.not_found");
    return c.json({ receivables: found.map(shownReceivable) });
  };
}

/** POST `/receivables/:id/settle` with `{ how }`: `receipt` with `{ receipt }`, `written_off`, or `not_paid`. */
export function postSettle({ desk }: Desk) {
  return async function settle(c: Context<HttpEnv>): Promise<Response> {
    needRole(c.var.operator, "approver");
    const { fields } = await readBody(c, { maxBytes: 16 * 1024 });
    const said = readInput(body, fields);
    const settled = await desk.settle(
      c.var.operator.name,
      idOf(c),
      said.how === "receipt" ? { how: "receipt", receiptId: said.receipt } : { how: said.how },
    );
    if (settled.kind === "settled") return c.json(shownReceivable(settled.receivable));
    throw new Refusal(settled.reason === "unknown" ? "operator.not_found" : `operator.${settled.reason}`);
  };
}

/** POST `/receivables/:id/clawback` with `{ amount }`, or for all that is open: tokens are taken from whoever was paid. */
export function postClawback({ desk }: Desk) {
  return async function clawback(c: Context<HttpEnv>): Promise<Response> {
    needRole(c.var.operator, "approver");
    const { fields } = await readBody(c, { maxBytes: 16 * 1024, accept: ["json"], mayBeEmpty: true });
    const { amount: units = null } = readInput(wanted, fields);
    const ordered = await desk.clawBack(c.var.operator.name, idOf(c), units);
    if (ordered.kind === "ordered") return c.json(shownReceivable(ordered.receivable));
    throw new Refusal(ordered.reason === "unknown" ? "operator.not_found" : `operator.${ordered.reason}`);
  };
}

/** POST `/receivables/:id/lift`: the customer opens transfers and is paid again. */
export function postLift({ desk }: Desk) {
  return async function lift(c: Context<HttpEnv>): Promise<Response> {
    needRole(c.var.operator, "approver");
    if (!await desk.lift(c.var.operator.name, idOf(c))) throw new Refusal("operator.not_found");
    return c.json({});
  };
}
