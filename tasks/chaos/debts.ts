/**
 * What operators of chaos do about money that a bank took back after it had been paid out (M-21): they settle it, and lift
 * the freeze of whoever was paid.
 * @module
 */
import { z } from "zod";
import type { Ask } from "../load/ask.ts";
import { looked } from "./customer.ts";
import { findIn, orderTogether } from "./operators.ts";
import { transferOf, unmatchedOf } from "./orders.ts";

const debt = z.object({ id: z.string(), transfer: z.string(), state: z.string(), frozen: z.boolean() });

/** How a debt is settled in a state of its transfer. */
const SETTLED_AS: ReadonlyMap<string, string> = new Map([["completed", "written_off"], [
  "on_hold",
  "not_paid",
]]);

/** What is owed for a transfer, or still freezes its customer; `null` where nothing is, any more. */
const debtOf = (ask: Ask, transferId: string) =>
  findIn(ask, "receivables", debt, ({ transfer }) => transfer === transferId);

/** Waits until the books say that somebody owes what was paid for a transfer, and who that is is frozen. */
export async function untilFrozen(ask: Ask, transferId: string): Promise<void> {
  const { frozen } = await untilOwed(ask, transferId);
  if (!frozen) throw new Error(`${transferId} was taken back, and its customer is not frozen`);
}

/** Waits until the books say that somebody owes, or may owe, what came for a transfer. */
export function untilOwed(ask: Ask, transferId: string): Promise<z.output<typeof debt>> {
  return looked(() => debtOf(ask, transferId), () => `nobody owes what came for ${transferId}`);
}

/** Settles what is owed: `receipt`, by unmatched money that has come for it; or as our cost. */
export async function settleDebt(
  ask: Ask,
  transferId: string,
  how: "receipt" | "written_off",
): Promise<void> {
  await looked(async () => {
    const owed = await debtOf(ask, transferId);
    if (owed === null || owed.state !== "open") return true;
    const came = how === "receipt" ? await unmatchedOf(ask, transferId) : null;
    const settlement = how === "receipt" ? { how, receipt: came?.id } : { how };
    if (how === "written_off" || came) await orderTogether(ask, `/receivables/${owed.id}/settle`, settlement);
    return null;
  }, () => `what ${transferId} paid is owed still`);
}

/**
 * Settles what is owed by what the transfer has come to: as our cost where it was paid out, else it ends with nothing paid.
 * One that is being paid is waited for.
 */
export async function settleByOutcome(ask: Ask, transferId: string): Promise<void> {
  await looked(async () => {
    const owed = await debtOf(ask, transferId);
    if (owed === null || owed.state !== "open") return true;
    const { state } = await transferOf(ask, transferId);
    const how = SETTLED_AS.get(state);
    if (how !== undefined) await orderTogether(ask, `/receivables/${owed.id}/settle`, { how });
    return null;
  }, () => `what was taken back of ${transferId} is owed still`);
}

/** Has as many tokens clawed back from whoever was paid as are owed, until they are; what failed is ordered anew. */
export async function clawBack(ask: Ask, transferId: string): Promise<void> {
  await looked(async () => {
    const owed = await debtOf(ask, transferId);
    if (owed === null || owed.state !== "open") return true;
    await orderTogether(ask, `/receivables/${owed.id}/clawback`, {});
    return null;
  }, () => `what ${transferId} paid is not clawed back`);
}

/** Lets whoever was paid for a transfer be a customer again. */
export async function liftFreeze(ask: Ask, transferId: string): Promise<void> {
  await looked(async () => {
    const owed = await debtOf(ask, transferId);
    if (!owed?.frozen) return true;
    await orderTogether(ask, `/receivables/${owed.id}/lift`, {});
    return null;
  }, () => `whoever was paid for ${transferId} is frozen still`);
}
