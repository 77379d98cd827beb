/**
 * Stories in which something comes between: money that comes back after it was paid, an account that cannot take the asset
 * yet, a payout that operators have to agree to, and a review that is withdrawn or asks for more while the money is here.
 * @module
 */
import { z } from "zod";
import { importSeed } from "../../../core/auth/mod.ts";
import { newSeed } from "../../load/challenge.ts";
import { ASKING, BY_HAND } from "../config.ts";
import { addressOf, type Customer, until } from "../customer.ts";
import { approve, sendBack } from "../orders.ts";
import type { Outside } from "../outside.ts";
import { decideAnew, register } from "../people.ts";
import {
  deposit,
  feeOf,
  gets,
  netOf,
  NOTHING,
  payIn,
  sendTokens,
  type Story,
  UNPAYABLE,
  whole,
  withdrawal,
} from "./story.ts";

/** Above what is known of a customer by then; so much more has to be told. */
const ABOVE_BASIC = whole(1_000);
const MORE = {
  birth_date: "1990-01-31",
  address: "1 Main Street, Springfield",
  city: "Springfield",
  postal_code: "62701",
  address_country_code: "USA",
} as const;

const outgoing = z.object({
  transfers: z.array(z.object({ id: z.string(), beneficiary: z.record(z.string(), z.string()).nullish() })),
});

/** The stories, by name. */
export const LATER = {
  async returnedLate(customer, outside, amount) {
    const id = await withdrawal(customer, amount);
    await sendTokens(customer, outside, id, amount);
    await until(customer, id, "completed");
    await outside.bank.become(await newestTo(customer, outside), "returned", "account_closed");
    await until(customer, id, "refunded");
    return { ...NOTHING, sent: amount, ...gets(customer, amount), ends: { refunded: 1 } };
  },
  /** The account is there, and trusts the asset once the money waits. */
  async trustsLater(customer, outside, amount) {
    const signer = importSeed(newSeed());
    const payer = await outside.ledger.make(signer);
    const id = await depositTo(customer, signer.account, amount);
    await payFor(customer, outside, id, amount);
    await until(customer, id, "pending_trust");
    await outside.ledger.trust(payer);
    await until(customer, id, "completed");
    return { ...NOTHING, got: [{ account: signer.account, amount: netOf(amount) }], ends: { completed: 1 } };
  },
  async claimable(customer, outside, amount) {
    const signer = importSeed(newSeed());
    await outside.ledger.make(signer);
    const id = await depositTo(customer, signer.account, amount, { claimable_balance_supported: "true" });
    await payFor(customer, outside, id, amount);
    await until(customer, id, "completed");
    return { ...NOTHING, got: [{ account: signer.account, amount: netOf(amount) }], ends: { completed: 1 } };
  },
  async approved(customer, outside, amount) {
    const id = await withdrawal(customer, amount, BY_HAND);
    await sendTokens(customer, outside, id, amount);
    await until(customer, id, "on_hold");
    for (const name of ["anna", "bert"] as const) await approve(customer.ask, name, id);
    await until(customer, id, "completed");
    return { ...NOTHING, sent: amount, paid: [netOf(amount)], ends: { completed: 1 } };
  },
  /** The customer is refused while the money waits for a trustline: an operator sends it back (M-22). */
  async refusedWithMoney(customer, outside, amount) {
    const signer = importSeed(newSeed());
    await outside.ledger.make(signer);
    const id = await depositTo(customer, signer.account, amount);
    await payFor(customer, outside, id, amount);
    await until(customer, id, "pending_trust");
    await decideAnew(customer, outside, "rejected");
    await until(customer, id, "on_hold");
    await sendBack(customer.ask, "anna", id);
    await until(customer, id, "refunded");
    return { ...NOTHING, paid: [amount], ends: { refunded: 1 } };
  },
  /** The account that was given cannot be paid, or sends back what it is paid: another one is asked for (M-21). */
  async anotherAccount(customer, outside, amount) {
    const { bankAccount, number } = customer;
    const [closed, sendsBack] = UNPAYABLE;
    const wrong = `${number % 2 === 0 ? closed : sendsBack}${bankAccount}`;
    await register(customer, { bank_account_number: wrong });
    const id = await withdrawal(customer, amount, ASKING);
    await sendTokens(customer, outside, id, amount);
    await until(customer, id, "pending_customer_info_update");
    await register(customer, { transaction_id: id, bank_account_number: bankAccount });
    await until(customer, id, "completed");
    return { ...NOTHING, sent: amount, paid: [netOf(amount)], ends: { completed: 1 } };
  },
  /** Nobody has said how much will come; so much asks for more than is known. */
  async asksMore(customer, outside, amount) {
    const much = ABOVE_BASIC + amount;
    const id = await openDeposit(customer);
    await payFor(customer, outside, id, much);
    await until(customer, id, "pending_customer_info_update");
    await customer.wallet.register(MORE);
    await until(customer, id, "completed");
    return { ...NOTHING, ...gets(customer, much - feeOf(much)), ends: { completed: 1 } };
  },
} as const satisfies Record<string, Story>;

/** A deposit of which nobody says how much it will be. */
const openDeposit = (customer: Customer): Promise<string> => deposit(customer, 0n, undefined, { amount: "" });

/** A deposit to another account than the customer's. */
const depositTo = (
  customer: Customer,
  account: string,
  amount: bigint,
  more: Readonly<Record<string, string>> = {},
): Promise<string> => deposit(customer, amount, undefined, { account, ...more });

/** What the bank calls the last payment to a customer, who has a bank account of their own. */
async function newestTo({ bankAccount }: Customer, { bank }: Outside): Promise<string> {
  const { transfers } = outgoing.parse(await bank.get("/transfers?direction=out&limit=200"));
  const found = transfers.find(({ beneficiary }) => beneficiary?.["bank_account_number"] === bankAccount);
  if (!found) throw new Error(`nothing was paid to ${bankAccount}`);
  return found.id;
}

async function payFor(customer: Customer, outside: Outside, id: string, amount: bigint): Promise<void> {
  await payIn(outside, customer, await addressOf(customer, id), amount);
}
