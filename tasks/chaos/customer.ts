/**
 * A customer of chaos: a wallet that asks again until it is told, and never pays before it knows what for.
 * @module
 */
import type { Ask } from "../load/ask.ts";
import type { Payer } from "../load/ledger.ts";
import type { LoadWallet, Person, Transaction } from "../load/wallet.ts";
import { NoAnswer, type PatientFetch, Refused } from "./ask.ts";

/** A customer who has an account with tokens. */
export interface Customer {
  readonly number: number;
  readonly wallet: LoadWallet;
  readonly payer: Payer;
  /** The bank account that this customer pays from and is paid to. */
  readonly bankAccount: string;
  /** Who it is, as it is told at first. */
  readonly person: Person;
  /** Asks gateways as somebody else than the wallet. */
  readonly ask: Ask;
  /** Asks gateways as a browser. */
  readonly browse: PatientFetch;
}

/** A transfer that is not where it should be after so long never will be; on a busy machine gateways hardly live. */
const PATIENCE_MS = 150_000;
/** Between two looks, in milliseconds: the first ones are near, since most transfers are quick. */
const LOOK_MS = { first: 60, most: 400 } as const;
const LATER = 1.3;
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
      await wait(LOOK_MS.most);
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

/**
 * Looks again and again, until something is as it is waited for.
 * @param look what it is now; null while it is not
 * @param describe says in an error what it is instead
 */
export async function looked<T>(look: () => Promise<T | null>, describe: () => string): Promise<T> {
  let pause: number = LOOK_MS.first;
  for (const end = performance.now() + PATIENCE_MS;;) {
    const found = await look();
    if (found !== null) return found;
    if (performance.now() > end) throw new Error(describe());
    await wait(pause);
    pause = Math.min(LOOK_MS.most, pause * LATER);
  }
}

/** Waits until something that has a status has one of these. */
export async function untilIs<T extends { readonly status: string }>(
  name: string,
  wanted: readonly string[],
  read: () => Promise<T>,
): Promise<T> {
  let last = "";
  return await looked(async () => {
    const found = await read();
    last = found.status;
    return wanted.includes(last) ? found : null;
  }, () => `${name} is ${last}, not ${wanted.join(" or ")}`);
}

/** Waits until a transfer has one of these statuses. */
export function until({ wallet }: Customer, id: string, ...wanted: string[]): Promise<Transaction> {
  return untilIs(id, wanted, () => wallet.transaction(id));
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
