/**
 * Stories of two operators who order different things about the same money at the same moment: one of them holds, and the
 * money is in one place (M-25, M-30).
 * @module
 */
import { EXACT, HASTY } from "../config.ts";
import { addressOf, until } from "../customer.ts";
import { payOrSendBack, returnOrAssign } from "../orders.ts";
import {
  deposit,
  EXCESS,
  gets,
  netOf,
  NOTHING,
  payIn,
  referenceInTime,
  sendTokens,
  type Story,
  withdrawal,
} from "./story.ts";

/** The stories, by name. */
export const TWO_MINDS = {
  async depositInTwoMinds(customer, outside, amount) {
    const much = amount + EXCESS;
    const id = await deposit(customer, amount, EXACT);
    await payIn(outside, customer, await addressOf(customer, id), much);
    await until(customer, id, "on_hold");
    await payOrSendBack(customer.ask, id);
    const { status } = await until(customer, id, "completed", "refunded");
    return {
      ...NOTHING,
      ...(status === "refunded" ? { paid: [much] } : gets(customer, netOf(much))),
      ends: { [status]: 1 },
    };
  },
  async withdrawalInTwoMinds(customer, outside, amount) {
    const much = amount + EXCESS;
    const id = await withdrawal(customer, amount, EXACT);
    await sendTokens(customer, outside, id, much);
    await until(customer, id, "on_hold");
    await payOrSendBack(customer.ask, id);
    const { status } = await until(customer, id, "completed", "refunded");
    return {
      ...NOTHING,
      sent: much,
      ...(status === "refunded" ? gets(customer, much) : { paid: [netOf(much)] }),
      ends: { [status]: 1 },
    };
  },
  /** What came too late goes back, or is taken for the transfer after all. */
  async latePaymentInTwoMinds(customer, outside, amount) {
    const id = await deposit(customer, amount, HASTY);
    const reference = await referenceInTime(customer, outside, id);
    await until(customer, id, "expired");
    if (reference === null) return { ...NOTHING, ends: { expired: 1 } };
    await payIn(outside, customer, reference, amount);
    if (await returnOrAssign(customer.ask, id) === "returned") {
      return { ...NOTHING, paid: [amount], ends: { expired: 1 } };
    }
    await until(customer, id, "completed");
    return { ...NOTHING, ...gets(customer, netOf(amount)), ends: { completed: 1 } };
  },
} as const satisfies Record<string, Story>;
