/**
 * Envelopes that nobody could decide: each keeps its source account from being used until the ledger says what became of it.
 * @module
 */
import type { Context } from "hono";
import { z } from "zod";
import { Refusal } from "../../core/refusal.ts";
import { type HttpEnv, readBody, readInput } from "../http/mod.ts";
import { needRole } from "./authenticate.ts";
import type { OperatorOptions } from "./options.ts";
import { shownEnvelope } from "./shown.ts";
import { idOf } from "./transfers.ts";

const body = z.object({ transaction: z.string().regex(/^[0-9a-f]{64}$/).optional() });

type Desk = Pick<OperatorOptions, "desk">;

/** GET `/envelopes`: those that wait for an operator, the oldest first. */
export function getEnvelopes({ desk }: Desk) {
  return async function envelopes(c: Context<HttpEnv>): Promise<Response> {
    return c.json({ envelopes: (await desk.undecided()).map(shownEnvelope) });
  };
}

/** POST `/envelopes/:id/decide` with `{ transaction }` where the operator has found one: the ledger is asked again. */
export function postDecide({ desk }: Desk) {
  return async function decide(c: Context<HttpEnv>): Promise<Response> {
    needRole(c.var.operator, "approver");
    const { fields } = await readBody(c, { maxBytes: 16 * 1024 });
    const { transaction = null } = readInput(body, fields);
    const decided = await desk.decide(c.var.operator.name, idOf(c), transaction);
    if (decided.kind === "decided") return c.json({ decided: decided.word });
    throw new Refusal(decided.reason === "unknown" ? "operator.not_found" : "operator.not_proven");
  };
}
