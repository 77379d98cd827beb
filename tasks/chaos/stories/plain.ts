/**
 * Stories of money that goes where it should, or back because it does not fit.
 * @module
 */
import { Refused } from "../ask.ts";
import { STANDING, TOLD } from "../config.ts";
import { addressOf, type Customer, until } from "../customer.ts";
import type { Outside } from "../outside.ts";
import {
  deposit,
  type Ending,
  gets,
  netOf,
  NOTHING,
  payIn,
  sendTokens,
  type Story,
  text,
  whole,
  withdrawal,
} from "./story.ts";

/** The stories, by name. */
export const PLAIN = {
  deposit: (customer, outside, amount) => depositBy(customer, outside, amount),
  /** The bank has no statement: what a webhook brought and was lost is lost. */
  toldByWebhook: (customer, outside, amount) => depositBy(customer, outside, amount, TOLD),
  async announced(customer, outside, amount) {
    const id = await deposit(customer, amount);
    const payment = await payIn(outside, customer, await addressOf(customer, id), amount, {
      state: "pending",
    });
    await until(customer, id, "pending_external");
    await outside.bank.become(payment, "booked");
    await until(customer, id, "completed");
    return { ...NOTHING, ...gets(customer, netOf(amount)), ends: { completed: 1 } };
  },
  async tooLittlePaidIn(customer, outside, amount) {
    const id = await deposit(customer, amount);
    await payIn(outside, customer, await addressOf(customer, id), amount / 2n);
    await until(customer, id, "refunded");
    return { ...NOTHING, paid: [amount / 2n], ends: { refunded: 1 } };
  },
  twoDeposits: (customer, outside, amount) => twoDeposits(customer, outside, amount, false),
  twoDepositsCrosswise: (customer, outside, amount) => twoDeposits(customer, outside, amount, true),
  async standingAddress(customer, outside, amount) {
    const first = await deposit(customer, amount, STANDING);
    const address = await addressOf(customer, first);
    // While one is open a second one could not be told from it, and is refused.
    const isRefused = await customer.wallet.deposit(text(amount), STANDING).then(
      () => false,
      (error: unknown) => !(error instanceof Refused) || error.status === 400,
    );
    if (!isRefused) throw new Error("a second deposit on one address was taken while the first was open");
    await payIn(outside, customer, address, amount);
    await until(customer, first, "completed");
    const second = await deposit(customer, amount, STANDING);
    await payIn(outside, customer, await addressOf(customer, second), amount);
    await until(customer, second, "completed");
    return { ...NOTHING, ...gets(customer, netOf(amount), netOf(amount)), ends: { completed: 2 } };
  },
  async withdrawal(customer, outside, amount) {
    const id = await withdrawal(customer, amount);
    await sendTokens(customer, outside, id, amount);
    await until(customer, id, "completed");
    return { ...NOTHING, sent: amount, paid: [netOf(amount)], ends: { completed: 1 } };
  },
  async tooFewTokens(customer, outside, amount) {
    const id = await withdrawal(customer, amount);
    await sendTokens(customer, outside, id, amount / 2n);
    await until(customer, id, "refunded");
    return { ...NOTHING, sent: amount / 2n, ...gets(customer, amount / 2n), ends: { refunded: 1 } };
  },
  /** The bank account is closed, or sends back what it was paid: the tokens come back. */
  async unpayable(customer, outside, amount) {
    const id = await withdrawal(customer, amount);
    await sendTokens(customer, outside, id, amount);
    await until(customer, id, "refunded");
    return { ...NOTHING, sent: amount, ...gets(customer, amount), ends: { refunded: 1 } };
  },
} as const satisfies Record<string, Story>;

async function depositBy(
  customer: Customer,
  outside: Outside,
  amount: bigint,
  method?: string,
): Promise<Ending> {
  const id = await deposit(customer, amount, method);
  await payIn(outside, customer, await addressOf(customer, id), amount);
  await until(customer, id, "completed");
  return { ...NOTHING, ...gets(customer, netOf(amount)), ends: { completed: 1 } };
}

/** Two that are open at the same address, paid in the order in which they were opened or the other way round. */
async function twoDeposits(
  customer: Customer,
  outside: Outside,
  amount: bigint,
  isCrosswise: boolean,
): Promise<Ending> {
  const other = amount + whole(2);
  const first = { id: await deposit(customer, amount), amount };
  const second = { id: await deposit(customer, other), amount: other };
  const references = [await addressOf(customer, first.id), await addressOf(customer, second.id)];
  const payments = [first, second].map((one, index) => ({ ...one, reference: references[index] ?? "" }));
  for (const one of isCrosswise ? payments.toReversed() : payments) {
    await payIn(outside, customer, one.reference, one.amount);
  }
  for (const { id } of payments) await until(customer, id, "completed");
  return {
    ...NOTHING,
    ...gets(customer, ...payments.map(({ amount }) => netOf(amount))),
    ends: { completed: 2 },
  };
}
