/**
 * What a story of chaos is: what a customer does, and what has to have happened when it is over, payment by payment.
 * @module
 */
import { z } from "zod";
import { formatUnits } from "../../../plugins/money.ts";
import type { Customer } from "../customer.ts";
import { looked, openOnce, until } from "../customer.ts";
import type { Outside } from "../outside.ts";

/** What a story comes to. Units of 10⁻⁷. */
export interface Ending {
  /** What our account pays on the ledger, refunds too; one a payment. */
  readonly got: readonly Got[];
  /** What the customer's wallet sends in tokens. */
  readonly sent: bigint;
  /** What the bank pays out to this customer, and what stays paid; one amount a payment. */
  readonly paid: readonly bigint[];
  /** What is kept apart, because it belongs to nobody; one amount a payment. */
  readonly apart: Readonly<Record<Apart, readonly bigint[]>>;
  /** What a bank took back after it had been paid out, and nobody has paid since: our cost; one amount a debt. */
  readonly lost: readonly bigint[];
  /** Transfers, by the status that they end in. */
  readonly ends: Readonly<Record<string, number>>;
}

/** A payment of ours on the ledger. */
export interface Got {
  /** `G…` */
  readonly account: string;
  readonly amount: bigint;
}

/** What came in without a place to go: at the bank, in our asset on the ledger, in XLM. */
export const APART = ["bank", "tokens", "native"] as const;

/** One of {@link APART}. */
export type Apart = typeof APART[number];

/** Does it. @param amount whole and even, so that every fee is whole cents */
export type Story = (customer: Customer, outside: Outside, amount: bigint) => Promise<Ending>;

const instructed = z.object({ instructions: z.array(z.object({ reference: z.string() })) });

/** Whole units as units of 10⁻⁷. */
export const whole = (units: number): bigint => BigInt(units) * 10_000_000n;

/** What is paid above what was said; a multiple of four like every amount. */
export const EXCESS = whole(12);

/** 0.50 and half a percent, as the default config has it. */
export const feeOf = (amount: bigint): bigint => 5_000_000n + amount / 200n;

/** What is paid out of an amount that comes in. */
export const netOf = (amount: bigint): bigint => amount - feeOf(amount);

/** How account numbers begin that the bank has closed, and that send back what was paid. */
export const UNPAYABLE = ["000001", "000003"] as const;

/** A decimal. */
export const text = (amount: bigint): string => formatUnits(amount);

/** Nothing has happened. */
export const NOTHING: Ending = {
  got: [],
  sent: 0n,
  paid: [],
  apart: { bank: [], tokens: [], native: [] },
  lost: [],
  ends: {},
};

/** Payments to the customer's own account. */
export const gets = (
  { wallet: { account } }: Customer,
  ...amounts: readonly bigint[]
): Pick<Ending, "got"> => ({
  got: amounts.map((amount) => ({ account, amount })),
});

/** Opens a deposit. */
export const deposit = (
  customer: Customer,
  amount: bigint,
  method?: string,
  more?: Readonly<Record<string, string>>,
): Promise<string> => openOnce(customer, () => customer.wallet.deposit(text(amount), method, more));

/** Opens a withdrawal. */
export const withdrawal = (customer: Customer, amount: bigint, method?: string): Promise<string> =>
  openOnce(customer, () => customer.wallet.withdraw(text(amount), method));

/** Pays at the bank. @returns what the bank calls the payment */
export const payIn = (
  { bank }: Outside,
  { bankAccount }: Customer,
  reference: string,
  amount: bigint,
  more: {
    /** Which of our accounts, where the reference alone does not tell. */
    readonly account?: string;
    /** `pending`: told now, booked later. */
    readonly state?: "pending";
  } = {},
): Promise<string> =>
  bank.payIn({
    reference,
    amount: text(amount),
    payer: { name: "Ada Lovelace", account: bankAccount },
    ...more,
  });

/** What the bank was asked to look for, whatever the wallet is shown by now. */
export function referenceOf(outside: Outside, id: string): Promise<string> {
  return looked(() => told(outside, id), () => `the bank was told nothing of ${id}`);
}

/** The same for a deposit that may have expired before the bank was told anything: `null` then, and nobody can pay it. */
export async function referenceInTime(
  customer: Customer,
  outside: Outside,
  id: string,
): Promise<string | null> {
  const [reference] = await looked(async () => {
    const { status } = await customer.wallet.transaction(id);
    // After the status, so that nothing is told between the two.
    const reference = await told(outside, id);
    return reference !== null || status === "expired" ? [reference] : null;
  }, () => `the bank was told nothing of ${id}`);
  return reference;
}

async function told({ bank }: Outside, id: string): Promise<string | null> {
  const { instructions: [first] } = instructed.parse(await bank.get(`/instructions?key=${id}`));
  return first?.reference ?? null;
}

/** Where a withdrawal's tokens go. @param besides statuses in which it is told too */
export async function payeeOf(
  customer: Customer,
  id: string,
  ...besides: string[]
): Promise<{ readonly to: string; readonly memo: string }> {
  const told = await until(customer, id, "pending_user_transfer_start", ...besides);
  const { withdraw_anchor_account: to, withdraw_memo: memo } = told;
  if (to === undefined || memo === undefined) throw new Error(`${id} does not say where to send tokens`);
  return { to, memo };
}

/** Sends a withdrawal's tokens. */
export async function sendTokens(
  customer: Customer,
  { ledger }: Outside,
  id: string,
  amount: bigint,
): Promise<void> {
  await ledger.pay({ ...await payeeOf(customer, id), amount: text(amount) }, customer.payer);
}

/** Endings added up. */
export function together(endings: readonly Ending[]): Ending {
  return endings.reduce((sum, one) => ({
    got: [...sum.got, ...one.got],
    sent: sum.sent + one.sent,
    paid: [...sum.paid, ...one.paid],
    apart: {
      bank: [...sum.apart.bank, ...one.apart.bank],
      tokens: [...sum.apart.tokens, ...one.apart.tokens],
      native: [...sum.apart.native, ...one.apart.native],
    },
    lost: [...sum.lost, ...one.lost],
    ends: Object.fromEntries(
      [...new Set([...Object.keys(sum.ends), ...Object.keys(one.ends)])].map((
        status,
      ) => [status, (sum.ends[status] ?? 0) + (one.ends[status] ?? 0)]),
    ),
  }), NOTHING);
}
