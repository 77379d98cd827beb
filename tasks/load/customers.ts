/**
 * Customers of a load: an account on the ledger with tokens, logged in, known to the anchor, and with a first transfer to
 * look after.
 * @module
 */
import { importSeed } from "../../core/auth/mod.ts";
import type { Ask } from "./ask.ts";
import type { Payer } from "./ledger.ts";
import { AMOUNTS, type Customer, type Outside } from "./money.ts";
import { newSeed } from "./challenge.ts";
import { openLoadWallet, type Person } from "./wallet.ts";

/** What customers are made with. */
export interface CustomersOptions {
  readonly count: number;
  readonly ask: Ask;
  readonly passphrase: string;
  readonly code: string;
  readonly outside: Outside;
}

/** Tokens that a customer holds from the start, so that withdrawals need not wait for deposits. */
const TOKENS = "500";
/** So many get ready at once. */
const AT_ONCE = 8;

/** Makes customers. */
export async function makeCustomers(options: CustomersOptions): Promise<Customer[]> {
  const { count, outside } = options;
  const seeds = Array.from({ length: count }, newSeed);
  const payers = await outside.ledger.prepare(seeds.map(importSeed), TOKENS);
  const waiting = payers.map((payer, index) => ({ payer, index, seed: seeds[index] ?? "" }));
  const made: Customer[] = [];
  async function work(): Promise<void> {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      made.push(await makeCustomer(options, next));
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return made;
}

async function makeCustomer(
  { ask, passphrase, code }: CustomersOptions,
  { payer, index, seed }: { readonly payer: Payer; readonly index: number; readonly seed: string },
): Promise<Customer> {
  const person = personOf(index);
  const wallet = openLoadWallet({ ask, passphrase, code, seed, from: addressOf(index) });
  await wallet.logIn();
  await wallet.register(person);
  return { wallet, payer, person, transfer: await wallet.deposit(AMOUNTS.deposit) };
}

/** Each customer has a bank account of their own. */
function personOf(index: number): Person {
  return {
    first_name: "Ada",
    last_name: `Lovelace ${index}`,
    email_address: `ada.${index}@example.com`,
    bank_account_number: String(700_000_000_000 + index),
  };
}

/** An address of a private network: each customer counts alone for rate limits. */
function addressOf(index: number): string {
  return `10.${index >> 16 & 255}.${index >> 8 & 255}.${index & 255}`;
}
