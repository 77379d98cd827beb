/**
 * Stories of a deposit that the bank takes back after its tokens were paid (M-21): somebody owes us that, and whoever was paid
 * is frozen until operators have settled it and lifted that.
 * @module
 */
import { importSeed } from "../../../core/auth/mod.ts";
import { newSeed } from "../../load/challenge.ts";
import { Refused } from "../ask.ts";
import { addressOf, type Customer, openOnce, until } from "../customer.ts";
import { clawBack, liftFreeze, settleByOutcome, settleDebt, untilFrozen, untilOwed } from "../debts.ts";
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

/** Statuses of a deposit whose money has come. */
const HERE = ["pending_anchor", "pending_stellar", "completed"] as const;

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
  /** It is taken back as soon as it is here: before its tokens are paid, while they are, or after. */
  async takenBackAtOnce(customer, outside, amount) {
    const id = await deposit(customer, amount);
    const payment = await payIn(outside, customer, await addressOf(customer, id), amount);
    await until(customer, id, ...HERE);
    await outside.bank.become(payment, "reversed", "operational");
    await untilOwed(customer.ask, id);
    await settleByOutcome(customer.ask, id);
    await liftFreeze(customer.ask, id);
    const { status } = await until(customer, id, "completed", "error");
    return status === "error" ? { ...NOTHING, ends: { error: 1 } } : {
      ...NOTHING,
      ...gets(customer, netOf(amount)),
      lost: [amount],
      ends: { completed: 1 },
    };
  },
  /** It is taken back while its tokens wait for a trustline: nobody was paid, so nobody owes anything. */
  async takenBackUnpaid(customer, outside, amount) {
    const signer = importSeed(newSeed());
    await outside.ledger.make(signer);
    const id = await deposit(customer, amount, undefined, { account: signer.account });
    const payment = await payIn(outside, customer, await addressOf(customer, id), amount);
    await until(customer, id, "pending_trust");
    await outside.bank.become(payment, "reversed", "bank_return");
    await untilOwed(customer.ask, id);
    await settleByOutcome(customer.ask, id);
    await until(customer, id, "error");
    return { ...NOTHING, ends: { error: 1 } };
  },
  /** Operators have its tokens clawed back. */
  async takenBackAndClawedBack(customer, outside, amount) {
    const id = await deposit(customer, amount);
    const payment = await payIn(outside, customer, await addressOf(customer, id), amount);
    await until(customer, id, "completed");
    await outside.bank.become(payment, "reversed", "fraud");
    await untilOwed(customer.ask, id);
    await clawBack(customer.ask, id);
    await liftFreeze(customer.ask, id);
    return { ...NOTHING, ...gets(customer, netOf(amount)), ends: { completed: 1 } };
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
  await untilFrozen(customer.ask, id);
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
