/**
 * Stories of a deposit that the bank takes back after its tokens were paid (M-21): somebody owes us that, and whoever was paid
 * is frozen until operators have settled it and lifted that.
 * @module
 */
import { Refused } from "../ask.ts";
import { addressOf, type Customer, openOnce, until } from "../customer.ts";
import { liftFreeze, settleDebt, untilOwed } from "../debts.ts";
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
  withdrawal,
} from "./story.ts";

/** The stories, by name. */
export const TAKEN_BACK = {
  /** It is paid again, and settles what is owed. */
  async takenBackAndPaid(customer, outside, amount) {
    return await takenBack(customer, outside, amount, async (id, reference) => {
      await payIn(outside, customer, reference, amount);
      await settleDebt(customer.ask, id, "receipt");
    });
  },
  /** It is never paid again: that is our cost. */
  async takenBackForGood(customer, outside, amount) {
    const ending = await takenBack(customer, outside, amount, async (id) => {
      await settleDebt(customer.ask, id, "written_off");
    });
    return { ...ending, lost: [amount] };
  },
} as const satisfies Record<string, Story>;

/** @param settle what becomes of what is owed for a deposit, with the deposit's reference */
async function takenBack(
  customer: Customer,
  outside: Outside,
  amount: bigint,
  settle: (id: string, reference: string) => Promise<void>,
): Promise<Ending> {
  const id = await deposit(customer, amount);
  const reference = await addressOf(customer, id);
  const payment = await payIn(outside, customer, reference, amount);
  await until(customer, id, "completed");
  const next = await withdrawal(customer, amount);
  await outside.bank.become(payment, "reversed", "fraud");
  await untilOwed(customer.ask, id);
  if (!await isFrozenOut(customer, amount)) throw new Error(`${id}: its customer opens another one`);
  // What was open already takes its tokens, and rests.
  await sendTokens(customer, outside, next, amount);
  await until(customer, next, "on_hold");
  await settle(id, reference);
  await liftFreeze(customer.ask, id);
  await until(customer, next, "completed");
  return {
    ...NOTHING,
    ...gets(customer, netOf(amount)),
    sent: amount,
    paid: [netOf(amount)],
    ends: { completed: 2 },
  };
}

async function isFrozenOut(customer: Customer, amount: bigint): Promise<boolean> {
  try {
    await openOnce(customer, () => customer.wallet.deposit(text(amount)));
    return false;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return error.code === "transfer.customer_frozen";
  }
}
