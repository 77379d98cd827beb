/**
 * What operators of chaos order about transfers, and about money that belongs to none: it is paid, or goes back, all of it or
 * a part.
 * @module
 */
import { z } from "zod";
import type { Ask } from "../load/ask.ts";
import { looked } from "./customer.ts";
import { findIn, look, type OperatorName, order, orderTogether } from "./operators.ts";

const shown = z.object({
  state: z.string(),
  version: z.number(),
  amount_out: z.string().nullable(),
  payee: z.string().nullable(),
  received: z.string(),
  refunded: z.string(),
});
const money = z.object({
  id: z.string(),
  likely_transfer: z.string().nullable(),
  can: z.array(z.string()),
});

/** What one that was done already answers, when the first answer was lost. */
const DONE: ReadonlySet<string> = new Set([
  "operator.approved_already",
  "operator.going_back",
  "operator.not_held",
  "operator.nothing_left",
]);

const isDone = (refusal: string | null): boolean => refusal === null || DONE.has(refusal);

/** A transfer as it is shown to operators. */
export const transferOf = (ask: Ask, id: string) => look(ask, `/transfers/${id}`, shown);

/** Unmatched money that looks like a transfer's, or `null`. */
export const unmatchedOf = (ask: Ask, transferId: string) =>
  findIn(ask, "unmatched", money, (one) => one.likely_transfer === transferId);

/** Approves a payout by what is shown of it, until it is approved. */
export async function approve(ask: Ask, name: OperatorName, id: string): Promise<void> {
  await looked(async () => {
    const { state, version, amount_out: amount, payee } = await transferOf(ask, id);
    if (state !== "on_hold") return true;
    return isDone(await order(ask, name, `/transfers/${id}/approve`, { version, amount, payee })) || null;
  }, () => `${id} was not approved by ${name}`);
}

/** Orders that a transfer's money goes back. */
export async function sendBack(ask: Ask, name: OperatorName, id: string): Promise<void> {
  await looked(
    async () => isDone(await order(ask, name, `/transfers/${id}/refund`, {})) || null,
    () => `${id} was not sent back by ${name}`,
  );
}

/** Orders that unmatched money goes back which looks like a transfer's, once it has come, and waits until it has gone. */
export async function giveBack(ask: Ask, transferId: string): Promise<void> {
  await looked(() => unmatchedOf(ask, transferId), () => `nothing unmatched has come for ${transferId}`);
  await looked(async () => {
    const found = await unmatchedOf(ask, transferId);
    if (found === null) return true;
    if (found.can.includes("return")) await orderTogether(ask, `/unmatched/${found.id}/return`, {});
    return null;
  }, () => `what came for ${transferId} has not gone back`);
}

/**
 * Orders that a part of what is held goes back; waits until it is back, or with `pay` until it is ordered.
 * @param amount a decimal @param then what becomes of the rest
 */
export async function sendPartBack(
  ask: Ask,
  id: string,
  amount: string,
  then: "hold" | "pay",
): Promise<void> {
  await looked(async () => {
    const { state, version, refunded } = await transferOf(ask, id);
    if (state === "on_hold" && refunded === "0") {
      await orderTogether(ask, `/transfers/${id}/refund`, { version, amount, then });
      return null;
    }
    return state !== "refunding" || null;
  }, () => `${amount} of ${id} was not sent back`);
}

/** Orders that what is held is paid after all, by what is shown of it. */
export async function payHeld(ask: Ask, id: string): Promise<void> {
  await looked(async () => {
    const { state, version, amount_out: amount, payee } = await transferOf(ask, id);
    if (state !== "on_hold") return true;
    await orderTogether(ask, `/transfers/${id}/pay`, { version, amount, payee });
    return null;
  }, () => `${id} was not paid`);
}

/** One orders that what is held goes back, the other one at the same time that it is paid. */
export async function payOrSendBack(ask: Ask, id: string): Promise<void> {
  await looked(async () => {
    const { state, version, amount_out: amount, payee } = await transferOf(ask, id);
    if (state !== "on_hold") return true;
    await Promise.all([
      order(ask, "anna", `/transfers/${id}/refund`, {}),
      order(ask, "bert", `/transfers/${id}/pay`, { version, amount, payee }),
    ]);
    return null;
  }, () => `${id} was neither paid nor sent back`);
}

/**
 * One orders that unmatched money goes back, the other one at the same time that it belongs to the transfer that it looks like.
 * @returns which of it holds
 */
export async function returnOrAssign(ask: Ask, transferId: string): Promise<"returned" | "assigned"> {
  await looked(() => unmatchedOf(ask, transferId), () => `nothing unmatched has come for ${transferId}`);
  await looked(async () => {
    const found = await unmatchedOf(ask, transferId);
    if (found === null) return true;
    await Promise.all([
      order(ask, "anna", `/unmatched/${found.id}/return`, {}),
      order(ask, "bert", `/unmatched/${found.id}/assign`, { transfer: transferId }),
    ]);
    return null;
  }, () => `what came for ${transferId} has gone nowhere`);
  const { received } = await transferOf(ask, transferId);
  return received === "0" ? "returned" : "assigned";
}
