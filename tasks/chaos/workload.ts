/**
 * Customers play their parts: some at a time, one after the other, until the last gateway has died, so that every death meets
 * money on its way; and beside them those who lead a gateway to the point at which it is to die.
 * @module
 */
import { importSeed } from "../../core/auth/mod.ts";
import { newSeed } from "../load/challenge.ts";
import type { Payer } from "../load/ledger.ts";
import { openLoadWallet } from "../load/wallet.ts";
import { patientAsk, patientFetch } from "./ask.ts";
import { type Customer, logIn } from "./customer.ts";
import type { AtPoint } from "./deaths.ts";
import type { ChaosOutside } from "./outside.ts";
import { leadingPart, type Part, partOf } from "./parts.ts";
import { type Ending, STORIES, type StoryName, together } from "./stories/mod.ts";

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
  /** How many accounts were given tokens; for some nobody may have come. */
  readonly made: number;
}

/** A workload. */
export interface Workload {
  /** Leads a gateway to its point. @returns resolves when all who lead there have played their parts */
  readonly lead: (death: AtPoint, number: number, url: string) => Promise<void>;
  /** Lets customers come by chance until it is over and so many have played; resolves when all parts are over. */
  readonly play: () => Promise<Play>;
}

/** Tokens that a customer holds from the start. */
export const TOKENS = 500;

const AT_ONCE = 8;
/** One transaction of the ledger makes so many accounts. */
const TOGETHER = 18;

/** An account that nobody has taken yet. */
interface Purse {
  readonly seed: string;
  readonly payer: Payer;
}

/**
 * Prepares a workload.
 * @param isOver asked before each further customer comes
 */
export function prepareWorkload(
  { seed, least, urls, outside, isOver, stories }: {
    readonly seed: number;
    readonly least: number;
    /** Of the gateways. */
    readonly urls: readonly string[];
    readonly outside: ChaosOutside;
    readonly isOver: () => boolean;
    /** What those who come by chance do; anything when absent. */
    readonly stories?: readonly StoryName[];
  },
): Workload {
  const played: Played[] = [];
  const purses: Promise<Purse>[] = [];
  const leading = new Set<Promise<unknown>>();
  let next = 0;
  let made = 0;

  /** Accounts are made many at a time, before they are needed. */
  function takePurse(): Promise<Purse> {
    if (purses.length === 0) {
      const coming = makePurses();
      made += TOGETHER;
      for (let index = 0; index < TOGETHER; index++) {
        purses.push(coming.then((all) => all[index] ?? Promise.reject(new Error("no account was made"))));
      }
    }
    return purses.shift() ?? Promise.reject(new Error("no account was made"));
  }

  async function makePurses(): Promise<Purse[]> {
    const seeds = Array.from({ length: TOGETHER }, newSeed);
    const payers = await outside.ledger.prepare(seeds.map(importSeed), String(TOKENS));
    return payers.map((payer, index) => ({ payer, seed: seeds[index] ?? "" }));
  }

  /** @param first the gateway that is asked first */
  async function arrive({ number, bankAccount }: Part, first?: string): Promise<Customer> {
    const { seed, payer } = await takePurse();
    const { environment: { passphrase, asset } } = outside;
    const browse = patientFetch(urls, first);
    const ask = patientAsk(browse);
    const from = `10.${1 + (number >> 16 & 63)}.${number >> 8 & 255}.${number & 255}`;
    return {
      number,
      payer,
      bankAccount,
      ask,
      browse,
      person: {
        first_name: "Ada",
        last_name: `Lovelace ${number}`,
        email_address: `ada.${number}@example.com`,
        bank_account_number: bankAccount,
      },
      wallet: openLoadWallet({ ask, passphrase, code: asset.code, seed, from }),
    };
  }

  async function act(part: Part, first?: string): Promise<void> {
    const customer = await arrive(part, first);
    const endings: Ending[] = [];
    let failure: string | null = null;
    let story = "log in";
    try {
      await logIn(customer);
      await customer.wallet.register(customer.person);
      for (const { name, amount } of part.stories) {
        story = name;
        endings.push(await STORIES[name](customer, outside, amount));
      }
    } catch (error) {
      failure = `${story}: ${error instanceof Error ? error.message : "nobody knows why"}`;
    }
    played.push({
      number: part.number,
      account: customer.wallet.account,
      bankAccount: part.bankAccount,
      ending: together(endings),
      failure,
    });
  }

  async function lane(): Promise<void> {
    while (!isOver() || next < least) await act(partOf(seed, next++, stories));
  }

  return {
    lead(death, number, url) {
      // What is written at any time needs nobody for each time.
      const leaders = death.point === "records.written" ? 1 : death.count;
      const all = Promise.all(
        Array.from({ length: leaders }, (_, index) => act(leadingPart(seed, death, number, index), url)),
      );
      leading.add(all);
      all.catch(() => {});
      return all.then(() => {});
    },
    async play() {
      await Promise.all(Array.from({ length: AT_ONCE }, lane));
      await Promise.all(leading);
      // Those who were made and never came hold what they were given.
      await Promise.all(purses);
      return { played, made };
    },
  };
}
