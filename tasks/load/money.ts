/**
 * Whole deposits and withdrawals, each to its end, with the bank and the ledger in between.
 * @module
 */
import type { LoadLedger, Payer } from "./ledger.ts";
import type { Watching } from "./mix.ts";
import type { Person, Transaction } from "./wallet.ts";

/** Where money moves outside. */
export interface Outside {
  readonly ledger: LoadLedger;
  /** A customer pays in at the bank. */
  readonly payIn: (payment: { readonly reference: string; readonly amount: string }) => Promise<void>;
}

/** A wallet with its account on the ledger. */
export interface Customer extends Watching {
  readonly payer: Payer;
  readonly person: Person;
}

/** What a deposit brings and a withdrawal takes: small, since a customer's tier counts them all. */
export const AMOUNTS = { deposit: "10", withdrawal: "2" } as const;

/** Why a transfer did not get to its end. */
export class Stuck extends Error {
  override readonly name = "Stuck";
}

/** Between two looks at a transfer. */
const LOOK_MS = 1_000;
/** A transfer that is not over after so long never will be. */
const PATIENCE_MS = 120_000;

/** Deposits: asks, pays as it was told, and waits for the tokens. @throws {Stuck} where they do not come */
export async function deposit(customer: Customer, { payIn }: Outside): Promise<void> {
  const { wallet } = customer;
  const id = await wallet.deposit(AMOUNTS.deposit);
  customer.transfer = id;
  const reference = referenceOf(await payable(customer, id));
  if (reference === undefined) throw new Stuck(`deposit ${id}: no reference`);
  await payIn({ reference, amount: AMOUNTS.deposit });
  await until(customer, id, "completed");
}

/** Withdraws: asks, pays as it was told, and waits for the bank. @throws {Stuck} where it does not pay */
export async function withdraw(customer: Customer, { ledger }: Outside): Promise<void> {
  const { wallet, payer } = customer;
  const id = await wallet.withdraw(AMOUNTS.withdrawal);
  customer.transfer = id;
  const { withdraw_anchor_account: to, withdraw_memo: memo } = await payable(customer, id);
  if (to === undefined || memo === undefined) throw new Stuck(`withdrawal ${id}: no account or memo`);
  await ledger.pay({ to, memo, amount: AMOUNTS.withdrawal }, payer);
  await until(customer, id, "completed");
}

/** Gives data where it is asked for, until the transfer can be paid. */
async function payable(customer: Customer, id: string): Promise<Transaction> {
  const first = await until(customer, id, "pending_user_transfer_start", "pending_customer_info_update");
  if (first.status === "pending_user_transfer_start") return first;
  await customer.wallet.register(customer.person);
  return await until(customer, id, "pending_user_transfer_start");
}

async function until({ wallet }: Customer, id: string, ...wanted: string[]): Promise<Transaction> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const transaction = await wallet.transaction(id);
    if (wanted.includes(transaction.status)) return transaction;
    if (performance.now() > end || OVER.has(transaction.status)) {
      throw new Stuck(`transfer ${id} is ${transaction.status}, not ${wanted.join(" or ")}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

const OVER = new Set(["completed", "error", "expired", "refunded", "on_hold"]);

function referenceOf({ instructions }: Transaction): string | undefined {
  const lines = Object.entries(instructions ?? {});
  return lines.find(([name]) => name.endsWith("external_transfer_memo"))?.[1].value;
}
