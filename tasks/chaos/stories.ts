/**
 * What customers of chaos do, each story with what has to have happened when it is over: what the wallet holds more or less,
 * what the bank has paid out for good, and what waits for an operator because it belongs to nobody.
 * @module
 */
import { formatUnits, parseUnits } from "../../plugins/money.ts";
import type { LoadLedger } from "../load/ledger.ts";
import { Refused } from "./ask.ts";
import { addressOf, type Customer, openOnce, until } from "./customer.ts";
import { STANDING } from "./config.ts";

/** What a story comes to. Units of 10⁻⁷. */
export interface Ending {
  /** By how much the wallet's tokens change. */
  readonly tokens: bigint;
  /** What the bank pays out to this customer, and what stays paid; one amount a payment. */
  readonly paid: readonly bigint[];
  /** What is kept apart. */
  readonly apart: { readonly bank: bigint; readonly tokens: bigint; readonly native: bigint };
  /** Transfers, by the status that they end in. */
  readonly ends: Readonly<Record<string, number>>;
}

/** Where money moves outside. */
export interface Outside {
  readonly ledger: LoadLedger;
  /** The customer pays at the bank. */
  readonly payIn: (payment: {
    readonly reference: string;
    readonly amount: string;
    readonly payer: { readonly name: string; readonly account: string };
    /** Which of our accounts, where the reference alone does not tell. */
    readonly account?: string;
  }) => Promise<void>;
}

/** Does it. @param amount whole and even, so that every fee is whole cents */
type Story = (customer: Customer, outside: Outside, amount: bigint) => Promise<Ending>;

/** Whole units as units of 10⁻⁷. */
export const whole = (units: number): bigint => BigInt(units) * 10_000_000n;

/** 0.50 and half a percent, as the default config has it. */
const feeOf = (amount: bigint): bigint => 5_000_000n + amount / 200n;
const text = (amount: bigint): string => formatUnits(amount);
const NATIVE = "1";

const NOTHING: Ending = {
  tokens: 0n,
  paid: [],
  apart: { bank: 0n, tokens: 0n, native: 0n },
  ends: {},
};

const deposit = (customer: Customer, amount: bigint, method?: string) =>
  openOnce(customer, () => customer.wallet.deposit(text(amount), method));

const withdrawal = (customer: Customer, amount: bigint) =>
  openOnce(customer, () => customer.wallet.withdraw(text(amount)));

const pay = (
  { payIn }: Outside,
  { bankAccount }: Customer,
  reference: string,
  amount: bigint,
  more: { readonly account?: string } = {},
) =>
  payIn({ reference, amount: text(amount), payer: { name: "Ada Lovelace", account: bankAccount }, ...more });

/** Where a withdrawal's tokens go. */
async function payeeOf(
  customer: Customer,
  id: string,
): Promise<{ readonly to: string; readonly memo: string }> {
  const told = await until(customer, id, "pending_user_transfer_start");
  const { withdraw_anchor_account: to, withdraw_memo: memo } = told;
  if (to === undefined || memo === undefined) throw new Error(`${id} does not say where to send tokens`);
  return { to, memo };
}

/** By name; a customer's stories are drawn from these. */
export const STORIES = {
  async deposit(customer, outside, amount) {
    const id = await deposit(customer, amount);
    await pay(outside, customer, await addressOf(customer, id), amount);
    await until(customer, id, "completed");
    return { ...NOTHING, tokens: amount - feeOf(amount), ends: { completed: 1 } };
  },
  async tooLittlePaidIn(customer, outside, amount) {
    const id = await deposit(customer, amount);
    await pay(outside, customer, await addressOf(customer, id), amount / 2n);
    await until(customer, id, "refunded");
    return { ...NOTHING, paid: [amount / 2n], ends: { refunded: 1 } };
  },
  async paidInTwice(customer, outside, amount) {
    const id = await deposit(customer, amount);
    const reference = await addressOf(customer, id);
    await pay(outside, customer, reference, amount);
    const noisy = `again ${reference.slice(0, 4)} ${reference.slice(4)}`;
    await pay(outside, customer, noisy, amount, { account: "bank" });
    await until(customer, id, "completed");
    return {
      ...NOTHING,
      tokens: amount - feeOf(amount),
      apart: { ...NOTHING.apart, bank: amount },
      ends: { completed: 1 },
    };
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
    await pay(outside, customer, address, amount);
    await until(customer, first, "completed");
    const second = await deposit(customer, amount, STANDING);
    await pay(outside, customer, await addressOf(customer, second), amount);
    await until(customer, second, "completed");
    return { ...NOTHING, tokens: 2n * (amount - feeOf(amount)), ends: { completed: 2 } };
  },
  async withdrawal(customer, { ledger }, amount) {
    const id = await withdrawal(customer, amount);
    await ledger.pay({ ...await payeeOf(customer, id), amount: text(amount) }, customer.payer);
    await until(customer, id, "completed");
    return { ...NOTHING, tokens: -amount, paid: [amount - feeOf(amount)], ends: { completed: 1 } };
  },
  async wrongMemo(customer, { ledger }, amount) {
    const id = await withdrawal(customer, amount);
    const payee = await payeeOf(customer, id);
    await ledger.pay({ ...payee, memo: "7", amount: text(amount) }, customer.payer);
    await ledger.pay({ ...payee, amount: text(amount) }, customer.payer);
    await until(customer, id, "completed");
    return {
      tokens: -2n * amount,
      paid: [amount - feeOf(amount)],
      apart: { ...NOTHING.apart, tokens: amount },
      ends: { completed: 1 },
    };
  },
  async wrongAsset(customer, { ledger }, amount) {
    const id = await withdrawal(customer, amount);
    const payee = await payeeOf(customer, id);
    await ledger.pay({ ...payee, amount: NATIVE, isNative: true }, customer.payer);
    await ledger.pay({ ...payee, amount: text(amount) }, customer.payer);
    await until(customer, id, "completed");
    return {
      tokens: -amount,
      paid: [amount - feeOf(amount)],
      apart: { ...NOTHING.apart, native: parseUnits(NATIVE) ?? 0n },
      ends: { completed: 1 },
    };
  },
  async tooFewTokens(customer, { ledger }, amount) {
    const id = await withdrawal(customer, amount);
    await ledger.pay({ ...await payeeOf(customer, id), amount: text(amount / 2n) }, customer.payer);
    await until(customer, id, "refunded");
    return { ...NOTHING, ends: { refunded: 1 } };
  },
  /** The bank account is closed, or sends back what it was paid: the tokens come back. */
  async unpayable(customer, { ledger }, amount) {
    const id = await withdrawal(customer, amount);
    await ledger.pay({ ...await payeeOf(customer, id), amount: text(amount) }, customer.payer);
    await until(customer, id, "refunded");
    return { ...NOTHING, ends: { refunded: 1 } };
  },
} as const satisfies Record<string, Story>;

/** A story's name. */
export type StoryName = keyof typeof STORIES;

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
    await pay(outside, customer, one.reference, one.amount);
  }
  for (const { id } of payments) await until(customer, id, "completed");
  return {
    ...NOTHING,
    tokens: payments.reduce((sum, { amount }) => sum + amount - feeOf(amount), 0n),
    ends: { completed: 2 },
  };
}

/** Endings added up. */
export function together(endings: readonly Ending[]): Ending {
  return endings.reduce((sum, one) => ({
    tokens: sum.tokens + one.tokens,
    paid: [...sum.paid, ...one.paid],
    apart: {
      bank: sum.apart.bank + one.apart.bank,
      tokens: sum.apart.tokens + one.apart.tokens,
      native: sum.apart.native + one.apart.native,
    },
    ends: Object.fromEntries(
      [...new Set([...Object.keys(sum.ends), ...Object.keys(one.ends)])].map((
        status,
      ) => [status, (sum.ends[status] ?? 0) + (one.ends[status] ?? 0)]),
    ),
  }), NOTHING);
}
