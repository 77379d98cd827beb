/**
 * People who operate the gateways of chaos: two who approve.
 * @module
 */
import { z } from "zod";
import type { Ask } from "../load/ask.ts";
import { Refused } from "./ask.ts";
import { looked } from "./customer.ts";

/** Their names. */
export type OperatorName = "anna" | "bert";

const keyOf = (name: OperatorName): string => `${name}-0123456789-ABCDEFGH-abcdefgh`;

/** The variable that lets them in. */
export const operatorVariables = {
  OPERATOR_API_KEYS: (["anna", "bert"] as const).map((name) => `${name}:approver:${keyOf(name)}`).join(","),
} as const;

const shown = z.object({
  state: z.string(),
  version: z.number(),
  amount_out: z.string().nullable(),
  payee: z.string().nullable(),
});

/** What one that was done already answers, when the first answer was lost. */
const DONE = new Set([
  "operator.approved_already",
  "operator.going_back",
  "operator.not_held",
  "operator.nothing_left",
]);

/** Approves a payout by what is shown of it, until it is approved. */
export async function approve(ask: Ask, name: OperatorName, id: string): Promise<void> {
  await looked(async () => {
    const { state, version, amount_out: amount, payee } = shown.parse(JSON.parse(
      await ask({ kind: "operator", path: `/operator/transfers/${id}`, token: keyOf(name) }),
    ));
    if (state !== "on_hold") return true;
    return await done(ask, name, `/transfers/${id}/approve`, { version, amount, payee }) ? true : null;
  }, () => `${id} was not approved by ${name}`);
}

/** Orders that a transfer's money goes back. */
export async function sendBack(ask: Ask, name: OperatorName, id: string): Promise<void> {
  await looked(
    async () => await done(ask, name, `/transfers/${id}/refund`, {}) ? true : null,
    () => `${id} was not sent back by ${name}`,
  );
}

/** @returns false where what was seen has changed meanwhile */
async function done(ask: Ask, name: OperatorName, path: string, body: unknown): Promise<boolean> {
  try {
    await ask({ kind: "operator", path: `/operator${path}`, method: "POST", token: keyOf(name), body });
    return true;
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 409) throw error;
    return DONE.has(error.code);
  }
}
