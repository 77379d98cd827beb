/**
 * Transfers as operators look at them, send their money back, and end them.
 * @module
 */
import type { Context } from "hono";
import { z } from "zod";
import { Refusal } from "../../core/refusal.ts";
import { FINAL, STATES } from "../../core/transfers/states.ts";
import { parseUnits } from "../../plugins/money.ts";
import { type HttpEnv, readBody, readInput, says } from "../http/mod.ts";
import { readQuery } from "../transfers/query.ts";
import { needRole } from "./authenticate.ts";
import type { OperatorOptions } from "./options.ts";
import { shownDossier, shownTransfer } from "./shown.ts";

/** Parameters of a page of any list. */
export const paged = {
  limit: z.string().regex(/^[1-9]\d{0,2}$/).transform(Number).pipe(z.number().max(200)).default(50),
  after: z.string().max(64).optional(),
};

const list = z.object({
  ...paged,
  state: z.enum(STATES.filter((state) => !FINAL.has(state))).default("on_hold"),
});

type Desk = Pick<OperatorOptions, "desk">;

/** GET `/transfers`: those in one state, the oldest first. */
export function getTransfers({ desk }: Desk) {
  return async function transfers(c: Context<HttpEnv>): Promise<Response> {
    const { state, limit, after } = readQuery(c, list);
    const found = await desk.transfers(state, { limit, ...(after === undefined ? {} : { after }) });
    if (found === null) throw new Refusal("operator.not_found");
    return c.json({ transfers: found.map(shownTransfer) });
  };
}

/** GET `/transfers/:id`. */
export function getTransfer({ desk }: Desk) {
  return async function transfer(c: Context<HttpEnv>): Promise<Response> {
    const dossier = await desk.dossier(c.var.operator.name, idOf(c));
    if (dossier === null) throw new Refusal("operator.not_found");
    return c.json(shownDossier(dossier));
  };
}

/** An amount above zero, in units of 10⁻⁷. */
export const amount = z.string().transform((text, context) => {
  const units = parseUnits(text);
  if (units !== null && units > 0n) return units;
  context.issues.push({ code: "custom", input: text, params: says("transfer.amount_invalid") });
  return z.NEVER;
});
const seen = z.object({ version: z.int(), amount, payee: z.string().max(200) });

/** POST `/transfers/:id/approve` with `{ version, amount, payee }`, as the transfer was shown. */
export function postApprove({ desk }: Desk) {
  return async function approve(c: Context<HttpEnv>): Promise<Response> {
    needRole(c.var.operator, "approver");
    const { fields } = await readBody(c, { maxBytes: 16 * 1024, accept: ["json"] });
    const approved = await desk.approve(c.var.operator.name, idOf(c), readInput(seen, fields));
    if (approved.kind === "refused") {
      throw new Refusal(approved.reason === "unknown" ? "operator.not_found" : `operator.${approved.reason}`);
    }
    const more = approved.kind === "noted" ? approved.more : 0;
    return c.json({ ...shownTransfer(approved.transfer), approvals_missing: more });
  };
}

const payable = z.object({ ...seen.shape, lift_limits: z.boolean().default(false) });

/** POST `/transfers/:id/pay` with `{ version, amount, payee }`, as the transfer was shown: what is held is paid after all. */
export function postPay({ desk }: Desk) {
  return async function pay(c: Context<HttpEnv>): Promise<Response> {
    needRole(c.var.operator, "approver");
    const { fields } = await readBody(c, { maxBytes: 16 * 1024, accept: ["json"] });
    const { lift_limits: liftsLimits, ...shown } = readInput(payable, fields);
    if (liftsLimits) needRole(c.var.operator, "admin");
    const ordered = await desk.pay(c.var.operator.name, idOf(c), shown, liftsLimits);
    if (ordered.kind === "ordered") return c.json(shownTransfer(ordered.transfer));
    throw new Refusal(ordered.reason === "unknown" ? "operator.not_found" : `operator.${ordered.reason}`);
  };
}

const part = z.strictObject({
  version: z.int(),
  amount,
  then: z.enum(["hold", "pay"]).default("hold"),
  lift_limits: z.boolean().default(false),
});

/**
 * POST `/transfers/:id/refund`: all of a transfer's money goes back; with `{ version, amount, then }` so much of it, and
 * the rest waits (`hold`), or is paid once that is back (`pay`).
 */
export function postRefund({ desk }: Desk) {
  function refundPart(
    operator: HttpEnv["Variables"]["operator"],
    id: string,
    { lift_limits: liftsLimits, ...wanted }: z.output<typeof part>,
  ) {
    if (liftsLimits) needRole(operator, "admin");
    return desk.refundPart(operator.name, id, wanted, liftsLimits);
  }

  return async function refund(c: Context<HttpEnv>): Promise<Response> {
    needRole(c.var.operator, "approver");
    const { fields } = await readBody(c, { maxBytes: 16 * 1024, accept: ["json"], mayBeEmpty: true });
    const { operator } = c.var;
    // Whoever says anything means a part: a misspelt name must not send all of it.
    const isPart = Object.keys(fields).length > 0;
    const ordered = isPart
      ? await refundPart(operator, idOf(c), readInput(part, fields))
      : await desk.refund(operator.name, idOf(c));
    if (ordered.kind === "ordered") return c.json(shownTransfer(ordered.transfer));
    throw new Refusal(ordered.reason === "unknown" ? "operator.not_found" : `operator.${ordered.reason}`);
  };
}

/** POST `/transfers/:id/fail`. */
export function postFail({ desk }: Desk) {
  return async function fail(c: Context<HttpEnv>): Promise<Response> {
    needRole(c.var.operator, "approver");
    const ended = await desk.end(c.var.operator.name, idOf(c));
    if (ended.kind === "ended") return c.json(shownTransfer(ended.transfer));
    throw new Refusal(ended.reason === "unknown" ? "operator.not_found" : `operator.${ended.reason}`);
  };
}

/** The id of the address. */
export function idOf(c: Context<HttpEnv>): string {
  return c.req.param("id") ?? "";
}
