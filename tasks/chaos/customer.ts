/**
 * A customer of chaos: a wallet that asks again until it is told, and never pays before it knows what for.
 * @module
 */
import type { Payer } from "../load/ledger.ts";
import type { LoadWallet, Transaction } from "../load/wallet.ts";
import { NoAnswer, Refused } from "./ask.ts";

/** A customer who has an account with tokens. */
export interface Customer {
  readonly wallet: LoadWallet;
  readonly payer: Payer;
  /** The bank account that this customer pays from and is paid to. */
  readonly bankAccount: string;
}

/** A transfer that is not where it should be after so long never will be. */
const PATIENCE_MS = 100_000;
const LOOK_MS = 200;
/** What was asked of a gateway that died may still arrive at the records. */
const ECHO_MS = 400;

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Logs in; a challenge is good once, so after a lost answer with a new one. */
export async function logIn({ wallet }: Customer): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS;;) {
    try {
      return await wallet.logIn();
    } catch (error) {
      const isOver = performance.now() > end || !(error instanceof NoAnswer || error instanceof Refused);
      if (isOver) throw error;
      await wait(LOOK_MS);
    }
  }
}

/**
 * Opens a transfer once: where no answer came it looks whether there is one, as a careful wallet does.
 * @param ask asks the wallet to open it
 */
export async function openOnce({ wallet }: Customer, ask: () => Promise<string>): Promise<string> {
  const before = new Set(await wallet.transactions(20));
  for (const end = performance.now() + PATIENCE_MS;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof NoAnswer) || performance.now() > end) throw error;
      await wait(ECHO_MS);
      const opened = (await wallet.transactions(20)).find((id) => !before.has(id));
      if (opened !== undefined) return opened;
    }
  }
}

/** Waits until a transfer has one of these statuses. */
export async function until({ wallet }: Customer, id: string, ...wanted: string[]): Promise<Transaction> {
  for (const end = performance.now() + PATIENCE_MS;;) {
    const transaction = await wallet.transaction(id);
    if (wanted.includes(transaction.status)) return transaction;
    if (performance.now() > end) {
      throw new Error(`${id} is ${transaction.status}, not ${wanted.join(" or ")}`);
    }
    await wait(LOOK_MS);
  }
}

/** Where a deposit is to be paid: the reference, else the number to pay to. */
export async function addressOf(customer: Customer, id: string): Promise<string> {
  const { instructions = {} } = await until(customer, id, "pending_user_transfer_start");
  const lines = Object.entries(instructions);
  const line = lines.find(([name]) => name.endsWith("external_transfer_memo")) ??
    lines.find(([name]) => name.endsWith("account_number"));
  if (!line) throw new Error(`${id} does not say where to pay`);
  return line[1].value;
}
