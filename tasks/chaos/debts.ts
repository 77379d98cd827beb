/**
 * What operators of chaos do about money that a bank took back after it had been paid out (M-21): they settle it, and lift
 * the freeze of whoever was paid.
 * @module
 */
import { z } from "zod";
import type { Ask } from "../load/ask.ts";
import { looked } from "./customer.ts";
import { findIn, orderTogether } from "./operators.ts";
import { unmatchedOf } from "./orders.ts";

const debt = z.object({ id: z.string(), transfer: z.string(), state: z.string(), frozen: z.boolean() });

/** What is owed for a transfer, or still freezes its customer; `null` where nothing is, any more. */
const debtOf = (ask: Ask, transferId: string) =>
  findIn(ask, "receivables", debt, ({ transfer }) => transfer === transferId);

/** Waits until the books say that somebody owes what was paid for a transfer, and who that is is frozen. */
export async function untilOwed(ask: Ask, transferId: string): Promise<void> {
  const { frozen } = await looked(() => debtOf(ask, transferId), () => `nobody owes what ${transferId} paid`);
  if (!frozen) throw new Error(`${transferId} was taken back, and its customer is not frozen`);
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

/** Lets whoever was paid for a transfer be a customer again. */
export async function liftFreeze(ask: Ask, transferId: string): Promise<void> {
  await looked(async () => {
    const owed = await debtOf(ask, transferId);
    if (!owed?.frozen) return true;
    await orderTogether(ask, `/receivables/${owed.id}/lift`, {});
    return null;
  }, () => `whoever was paid for ${transferId} is frozen still`);
}
