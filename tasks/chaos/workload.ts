/**
 * Who does what in a campaign: the seed fixes each customer's stories and amounts, by the customer's number. Customers come
 * one after the other, some at a time, until the last gateway has died, so that every death meets money on its way.
 * @module
 */
import { importSeed } from "../../core/auth/mod.ts";
import { randomOf } from "../load/arrivals.ts";
import type { Ask } from "../load/ask.ts";
import { newSeed } from "../load/challenge.ts";
import { openLoadWallet } from "../load/wallet.ts";
import { type Customer, logIn } from "./customer.ts";
import type { ChaosOutside } from "./outside.ts";
import { type Ending, STORIES, type StoryName, together, whole } from "./stories.ts";

/** What a customer is to do. */
export interface Part {
  readonly bankAccount: string;
  readonly stories: readonly { readonly name: StoryName; readonly amount: bigint }[];
}

/** A customer whose part is over. */
export interface Played {
  readonly number: number;
  readonly account: string;
  readonly bankAccount: string;
  readonly ending: Ending;
  /** Why a story did not come to its end; null when all did. */
  readonly failure: string | null;
}

/** All that was played. */
export interface Play {
  readonly played: readonly Played[];
  /** How many customers were given tokens; the last ones may never have come. */
  readonly made: number;
}

/** Tokens that a customer holds from the start. */
export const TOKENS = 500;

const AT_ONCE = 10;
/** One transaction of the ledger makes so many accounts. */
const TOGETHER = 18;
const STORIES_EACH = 2;

/** For customers whom the bank can pay. */
const PAYABLE: readonly StoryName[] = [
  "deposit",
  "withdrawal",
  "twoDeposits",
  "twoDepositsCrosswise",
  "wrongMemo",
  "wrongAsset",
  "tooFewTokens",
  "tooLittlePaidIn",
  "paidInTwice",
  "standingAddress",
];

/** How account numbers begin that the bank has closed, and that send back what was paid. */
const UNPAYABLE = ["000001", "000003"] as const;
/** One customer in so many has an account of those. */
const ONE_IN = 5;

/** The part of a customer. */
export function partOf(seed: number, number: number): Part {
  const random = randomOf(seed * 7_919 + number);
  const pick = <T>(things: readonly T[], otherwise: T) =>
    things[Math.floor(random() * things.length)] ?? otherwise;
  const isUnpayable = random() < 1 / ONE_IN;
  const digits = String(10_000_000 + number);
  return {
    bankAccount: isUnpayable ? `${pick(UNPAYABLE, UNPAYABLE[0])}${digits}` : `7000${digits}`,
    stories: Array.from({ length: STORIES_EACH }, () => ({
      name: isUnpayable ? "unpayable" as const : pick(PAYABLE, "deposit"),
      // A multiple of four: half of it is even too, and every fee whole cents.
      amount: whole(20 + 4 * Math.floor(random() * 6)),
    })),
  };
}

/**
 * Lets customers play their parts until it is over and at least so many have played.
 * @param isOver asked before each further customer comes
 */
export async function play(
  { seed, least, ask, outside, isOver }: {
    readonly seed: number;
    readonly least: number;
    readonly ask: Ask;
    readonly outside: ChaosOutside;
    readonly isOver: () => boolean;
  },
): Promise<Play> {
  const played: Played[] = [];
  const ready: Promise<Customer>[] = [];
  let next = 0;
  let made = 0;

  /** Accounts are made many at a time, before they are needed. */
  function takeReady(): { readonly number: number; readonly customer: Promise<Customer> } {
    const number = next++;
    if (ready.length === 0) {
      const numbers = Array.from({ length: TOGETHER }, (_, index) => number + index);
      const coming = makeCustomers(numbers);
      made += TOGETHER;
      numbers.forEach((_, index) => ready.push(coming.then((all) => all[index] ?? Promise.reject())));
    }
    const customer = ready.shift();
    if (!customer) throw new Error("Cannot go on: no customer was made");
    return { number, customer };
  }

  async function makeCustomers(numbers: readonly number[]): Promise<Customer[]> {
    const { environment: { passphrase, asset } } = outside;
    const seeds = numbers.map(newSeed);
    const payers = await outside.ledger.prepare(seeds.map(importSeed), String(TOKENS));
    return payers.map((payer, index) => {
      const number = numbers[index] ?? 0;
      return {
        payer,
        bankAccount: partOf(seed, number).bankAccount,
        wallet: openLoadWallet({
          ask,
          passphrase,
          code: asset.code,
          seed: seeds[index] ?? newSeed(),
          from: `10.1.${number >> 8 & 255}.${number & 255}`,
        }),
      };
    });
  }

  async function playOne(): Promise<void> {
    const { number, customer: coming } = takeReady();
    const customer = await coming;
    const { stories, bankAccount } = partOf(seed, number);
    const endings: Ending[] = [];
    let failure: string | null = null;
    let story = "log in";
    try {
      await logIn(customer);
      await customer.wallet.register({
        first_name: "Ada",
        last_name: `Lovelace ${number}`,
        email_address: `ada.${number}@example.com`,
        bank_account_number: bankAccount,
      });
      for (const { name, amount } of stories) {
        story = name;
        endings.push(await STORIES[name](customer, outside, amount));
      }
    } catch (error) {
      failure = `${story}: ${error instanceof Error ? error.message : "nobody knows why"}`;
    }
    played.push({
      number,
      account: customer.wallet.account,
      bankAccount,
      ending: together(endings),
      failure,
    });
  }

  async function lane(): Promise<void> {
    while (!isOver() || next < least) await playOne();
  }

  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  // Those who were made and never came hold what they were given.
  await Promise.all(ready);
  return { played, made };
}
