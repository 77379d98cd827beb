/**
 * Stories of money that goes astray: it comes twice, too late, with a sign that fits two, with a wrong sign or in another
 * asset. It waits for an operator, and nobody is credited by guess.
 * @module
 */
import { parseUnits } from "../../../plugins/money.ts";
import { HASTY } from "../config.ts";
import { addressOf, until } from "../customer.ts";
import {
  deposit,
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

const NATIVE = "1";

/** The stories, by name. */
export const ASTRAY = {
  async paidInTwice(customer, outside, amount) {
    const id = await deposit(customer, amount);
    const reference = await addressOf(customer, id);
    await payIn(outside, customer, reference, amount);
    const noisy = `again ${reference.slice(0, 4)} ${reference.slice(4)}`;
    await payIn(outside, customer, noisy, amount, { account: "bank" });
    await until(customer, id, "completed");
    return {
      ...NOTHING,
      ...gets(customer, netOf(amount)),
      apart: { ...NOTHING.apart, bank: [amount] },
      ends: { completed: 1 },
    };
  },
  /** Both are open, of one amount, and both are named: neither is credited, whichever is older (M-17). */
  async twoReferences(customer, outside, amount) {
    const ids = [await deposit(customer, amount), await deposit(customer, amount)];
    const references: string[] = [];
    for (const id of ids) references.push(await addressOf(customer, id));
    await payIn(outside, customer, `rent ${references.join(" and ")}`, amount, { account: "bank" });
    return {
      ...NOTHING,
      apart: { ...NOTHING.apart, bank: [amount] },
      ends: { pending_user_transfer_start: 2 },
    };
  },
  async paidTooLate(customer, outside, amount) {
    const id = await deposit(customer, amount, HASTY);
    const reference = await referenceInTime(customer, outside, id);
    await until(customer, id, "expired");
    if (reference === null) return { ...NOTHING, ends: { expired: 1 } };
    await payIn(outside, customer, reference, amount);
    return { ...NOTHING, apart: { ...NOTHING.apart, bank: [amount] }, ends: { expired: 1 } };
  },
  async tokensTooLate(customer, outside, amount) {
    const id = await withdrawal(customer, amount, HASTY);
    const payee = await payeeOf(customer, id, "expired");
    await until(customer, id, "expired");
    await outside.ledger.pay({ ...payee, amount: text(amount) }, customer.payer);
    return {
      ...NOTHING,
      sent: amount,
      apart: { ...NOTHING.apart, tokens: [amount] },
      ends: { expired: 1 },
    };
  },
  async wrongMemo(customer, outside, amount) {
    const id = await withdrawal(customer, amount);
    const payee = await payeeOf(customer, id);
    await outside.ledger.pay({ ...payee, memo: "7", amount: text(amount) }, customer.payer);
    await sendTokens(customer, outside, id, amount);
    await until(customer, id, "completed");
    return {
      ...NOTHING,
      sent: 2n * amount,
      paid: [netOf(amount)],
      apart: { ...NOTHING.apart, tokens: [amount] },
      ends: { completed: 1 },
    };
  },
  async wrongAsset(customer, outside, amount) {
    const id = await withdrawal(customer, amount);
    const payee = await payeeOf(customer, id);
    await outside.ledger.pay({ ...payee, amount: NATIVE, isNative: true }, customer.payer);
    await sendTokens(customer, outside, id, amount);
    await until(customer, id, "completed");
    return {
      ...NOTHING,
      sent: amount,
      paid: [netOf(amount)],
      apart: { ...NOTHING.apart, native: [parseUnits(NATIVE) ?? 0n] },
      ends: { completed: 1 },
    };
  },
} as const satisfies Record<string, Story>;
