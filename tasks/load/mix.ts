/**
 * What wallets ask, and how often: one table.
 * @module
 */
import type { LoadWallet } from "./wallet.ts";

/** What a wallet does by itself; deposits and withdrawals come beside it, at a rate of their own. */
export type Operation = "poll" | "list" | "customer" | "info" | "toml" | "login";

/**
 * A wallet's minute: it looks after its transfer every three seconds, shows the list, the anchor's offer and its
 * customer's standing once, and logs in once, which is more often than any does. A login is two requests, all others one.
 */
export const MIX: Readonly<Record<Operation, number>> = {
  poll: 20,
  list: 1,
  customer: 1,
  info: 1,
  toml: 1,
  login: 1,
};

/** Transfers on a page of the list. */
const PAGE = 10;

/** Chooses operations by chance, each as often as a table says. */
export function chooserOf<Name extends string>(
  weights: Readonly<Record<Name, number>>,
  random: () => number,
): () => Name {
  const names: Name[] = [];
  const ends: number[] = [];
  let total = 0;
  for (const name in weights) {
    total += weights[name];
    names.push(name);
    ends.push(total);
  }
  const [first] = names;
  if (first === undefined) throw new RangeError("Cannot choose: the table is empty");
  return () => {
    const drawn = random() * total;
    return names[ends.findIndex((end) => drawn < end)] ?? first;
  };
}

/** A wallet with a transfer that it looks after. */
export interface Watching {
  readonly wallet: LoadWallet;
  /** Its newest transfer's id. */
  transfer: string;
}

/** Does one operation. */
export async function perform(operation: Operation, { wallet, transfer }: Watching): Promise<void> {
  switch (operation) {
    case "poll":
      return void await wallet.transaction(transfer);
    case "list":
      return void await wallet.transactions(PAGE);
    case "customer":
      return void await wallet.customer();
    case "info":
      return void await wallet.info();
    case "toml":
      return void await wallet.toml();
    case "login":
      return await wallet.logIn();
  }
}
