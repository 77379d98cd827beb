/**
 * Stories of people: on the pages of SEP-24, with callbacks to their wallet, with codes, and of one who has everything
 * erased while a transfer waits.
 * @module
 */
import { z } from "zod";
import type { Person } from "../../load/wallet.ts";
import { Refused } from "../ask.ts";
import { addressOf, type Customer, looked, until, untilIs } from "../customer.ts";
import type { Outside } from "../outside.ts";
import { chooseOnPages } from "../pages.ts";
import { customerId, decideAnew, erase, register, untilCustomer } from "../people.ts";
import { deposit, gets, netOf, NOTHING, payIn, referenceOf, type Story, text } from "./story.ts";

const linked = z.object({ id: z.string(), url: z.url() });
const hosted = z.object({
  transaction: z.object({
    status: z.string(),
    withdraw_anchor_account: z.string().nullish(),
    withdraw_memo: z.string().nullish(),
  }),
});

/** The stories, by name. */
export const PEOPLE = {
  async hostedDeposit(customer, outside, amount) {
    const id = await choose(customer, outside, "deposit", amount);
    await untilHosted(customer, id, "pending_user_transfer_start");
    await payIn(outside, customer, await referenceOf(outside, id), amount);
    await untilHosted(customer, id, "completed");
    await heard(outside, id, "completed");
    return { ...NOTHING, ...gets(customer, netOf(amount)), ends: { completed: 1 } };
  },
  async hostedWithdrawal(customer, outside, amount) {
    const id = await choose(customer, outside, "withdraw", amount);
    const { withdraw_anchor_account: to, withdraw_memo: memo } = await untilHosted(
      customer,
      id,
      "pending_user_transfer_start",
    );
    if (!to || !memo) throw new Error(`${id} does not say where to send tokens`);
    await outside.ledger.pay({ to, memo, amount: text(amount) }, customer.payer);
    await untilHosted(customer, id, "completed");
    await heard(outside, id, "completed");
    return { ...NOTHING, sent: amount, paid: [netOf(amount)], ends: { completed: 1 } };
  },
  /** The wallet hears that the bureau wants a name again, and that it has it. */
  async askedAgain(customer, outside, amount) {
    const id = await customerId(customer);
    await customer.wallet.own({
      kind: "callback",
      path: "/sep12/customer/callback",
      method: "PUT",
      body: { id, url: outside.receiver.url(`/customers/${id}`) },
    });
    await decideAnew(customer, outside, "retry", ["last_name"]);
    await untilCustomer(customer, "NEEDS_INFO");
    await register(customer, { last_name: "Byron" });
    await untilCustomer(customer, "ACCEPTED");
    await outside.receiver.until(`/customers/${id}`, (body) => /"status":"ACCEPTED"/.test(body));
    const transfer = await deposit(customer, amount);
    await payIn(outside, customer, await addressOf(customer, transfer), amount);
    await until(customer, transfer, "completed");
    return { ...NOTHING, ...gets(customer, netOf(amount)), ends: { completed: 1 } };
  },
  async verified(customer, outside, amount) {
    await giveCode(customer, outside, { mobile_number: `+1415${String(customer.number).padStart(7, "1")}` });
    await untilCustomer(customer, "ACCEPTED");
    const id = await deposit(customer, amount);
    await payIn(outside, customer, await addressOf(customer, id), amount);
    await until(customer, id, "completed");
    return { ...NOTHING, ...gets(customer, netOf(amount)), ends: { completed: 1 } };
  },
  /** What was open ends, and what is paid all the same waits for an operator; then the same person comes again. */
  async erased(customer, outside, amount) {
    const id = await deposit(customer, amount);
    const reference = await addressOf(customer, id);
    await erase(customer);
    await until(customer, id, "error");
    await payIn(outside, customer, reference, amount);
    await register(customer, customer.person);
    return { ...NOTHING, apart: { ...NOTHING.apart, bank: [amount] }, ends: { error: 1 } };
  },
} as const satisfies Record<string, Story>;

/** Gives a number and the code that was sent last, once the gateway knows that it was. */
async function giveCode(customer: Customer, { bureau }: Outside, number: Person): Promise<void> {
  await register(customer, number);
  const id = await customerId(customer);
  await looked(async () => {
    try {
      await register(customer, { mobile_number_verification: await bureau.codeFor(id) });
      return true;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      // It was right, and the answer was lost.
      if (error.code === "sep12.not_to_verify") return true;
      // Another one is sent by itself.
      if (error.code !== "sep12.code_expired" && error.code !== "sep12.code_not_sent") throw error;
      return null;
    }
  }, () => `customer ${customer.number} was sent a code that nobody knows of`);
}

/** Opens a draft, and chooses on its pages. A draft that was opened without an answer is chosen by nobody. */
async function choose(
  customer: Customer,
  { receiver }: Outside,
  kind: "deposit" | "withdraw",
  amount: bigint,
): Promise<string> {
  const { id, url } = linked.parse(JSON.parse(
    await customer.wallet.own({
      kind: "draft",
      path: `/sep24/transactions/${kind}/interactive`,
      method: "POST",
      body: { asset_code: customer.wallet.code },
    }),
  ));
  const link = new URL(url);
  link.searchParams.set("on_change_callback", receiver.url(`/changes/${id}`));
  link.searchParams.set("callback", receiver.url(`/ends/${id}`));
  await chooseOnPages(customer, id, link, { amount: text(amount), method: "bank_account" });
  return id;
}

/** Waits until a transfer of the pages has a status. */
async function untilHosted(customer: Customer, id: string, status: string) {
  return await untilIs(id, [status], async () => {
    const answer = await customer.wallet.own({ kind: "poll", path: `/sep24/transaction?id=${id}` });
    return hosted.parse(JSON.parse(answer)).transaction;
  });
}

/** Each change is told at least once, the end of the pages at most once. */
async function heard({ receiver }: Outside, id: string, status: string): Promise<void> {
  await receiver.until(`/changes/${id}`, (body) => body.includes(`"status":"${status}"`));
  const ends = receiver.bodiesOf(`/ends/${id}`).length;
  if (ends > 1) throw new Error(`${id}: its wallet was told ${ends} times of the end of its pages`);
}
