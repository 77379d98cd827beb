/**
 * Stories in which operators say what becomes of money that no rule moves: it belongs to no transfer, or is more than was
 * said. They send it back, or a part of it.
 * @module
 */
import { HASTY } from "../config.ts";
import { addressOf, until } from "../customer.ts";
import { giveBack } from "../orders.ts";
import {
  deposit,
  gets,
  netOf,
  NOTHING,
  payeeOf,
  payIn,
  referenceInTime,
  type Story,
  text,
  withdrawal,
} from "./story.ts";

/** The stories, by name. */
export const OPERATED = {
  /** What comes again after a deposit was paid goes back to the account that it came from (M-19). */
  async secondPaymentGivenBack(customer, outside, amount) {
    const id = await deposit(customer, amount);
    const reference = await addressOf(customer, id);
    await payIn(outside, customer, reference, amount);
    await until(customer, id, "completed");
    await payIn(outside, customer, reference, amount);
    await giveBack(customer.ask, id);
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
    await until(customer, id, "completed");
    await send();
    await giveBack(customer.ask, id);
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
} as const satisfies Record<string, Story>;
