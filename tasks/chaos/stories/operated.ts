/**
 * Stories in which operators say what becomes of money that no rule moves: it belongs to no transfer, or is more than was
 * said. They send it back, or a part of it.
 * @module
 */
import { EXACT, HASTY } from "../config.ts";
import { addressOf, until } from "../customer.ts";
import { giveBack, payHeld, sendPartBack } from "../orders.ts";
import {
  deposit,
  EXCESS,
  gets,
  netOf,
  NOTHING,
  payeeOf,
  payIn,
  referenceInTime,
  sendTokens,
  type Story,
  text,
  withdrawal,
} from "./story.ts";

/** The stories, by name. */
export const OPERATED = {
  /** What comes again goes back to the account that it came from, while the deposit is paid (M-19). */
  async secondPaymentGivenBack(customer, outside, amount) {
    const id = await deposit(customer, amount);
    const reference = await addressOf(customer, id);
    await payIn(outside, customer, reference, amount);
    await payIn(outside, customer, reference, amount);
    await giveBack(customer.ask, id);
    await until(customer, id, "completed");
    return { ...NOTHING, ...gets(customer, netOf(amount)), paid: [amount], ends: { completed: 1 } };
  },
  async latePaymentGivenBack(customer, outside, amount) {
    const id = await deposit(customer, amount, HASTY);
    const reference = await referenceInTime(customer, outside, id);
    await until(customer, id, "expired");
    if (reference === null) return { ...NOTHING, ends: { expired: 1 } };
    await payIn(outside, customer, reference, amount);
    await giveBack(customer.ask, id);
    return { ...NOTHING, paid: [amount], ends: { expired: 1 } };
  },
  /** Tokens that come again go back to the account that sent them. */
  async secondTokensGivenBack(customer, outside, amount) {
    const id = await withdrawal(customer, amount);
    const payee = await payeeOf(customer, id);
    const send = () => outside.ledger.pay({ ...payee, amount: text(amount) }, customer.payer);
    await send();
    await send();
    await giveBack(customer.ask, id);
    await until(customer, id, "completed");
    return {
      ...NOTHING,
      ...gets(customer, amount),
      sent: 2n * amount,
      paid: [netOf(amount)],
      ends: { completed: 1 },
    };
  },
  async lateTokensGivenBack(customer, outside, amount) {
    const id = await withdrawal(customer, amount, HASTY);
    const payee = await payeeOf(customer, id, "expired");
    await until(customer, id, "expired");
    await outside.ledger.pay({ ...payee, amount: text(amount) }, customer.payer);
    await giveBack(customer.ask, id);
    return { ...NOTHING, ...gets(customer, amount), sent: amount, ends: { expired: 1 } };
  },
  /** More is paid than was said: what is above goes back, and once it is back the rest is paid. */
  async excessSentBack(customer, outside, amount) {
    const id = await deposit(customer, amount, EXACT);
    await payIn(outside, customer, await addressOf(customer, id), amount + EXCESS);
    await until(customer, id, "on_hold");
    await sendPartBack(customer.ask, id, text(EXCESS), "hold");
    await payHeld(customer.ask, id);
    await until(customer, id, "completed");
    return { ...NOTHING, ...gets(customer, netOf(amount)), paid: [EXCESS], ends: { completed: 1 } };
  },
  /** The same in tokens, by one order. */
  async excessTokensSentBack(customer, outside, amount) {
    const id = await withdrawal(customer, amount, EXACT);
    await sendTokens(customer, outside, id, amount + EXCESS);
    await until(customer, id, "on_hold");
    await sendPartBack(customer.ask, id, text(EXCESS), "pay");
    await until(customer, id, "completed");
    return {
      ...NOTHING,
      ...gets(customer, EXCESS),
      sent: amount + EXCESS,
      paid: [netOf(amount)],
      ends: { completed: 1 },
    };
  },
} as const satisfies Record<string, Story>;
