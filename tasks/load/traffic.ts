/**
 * Traffic of customers: operations of the mix, and deposits and withdrawals beside them.
 * @module
 */
import { type Arriving } from "./arrivals.ts";
import { chooserOf, MIX, perform } from "./mix.ts";
import { type Customer, deposit, type Outside, withdraw } from "./money.ts";

/** What became of transfers. */
export interface Ends {
  opened: number;
  completed: number;
  /** Why others did not: ids, states and codes. */
  readonly failures: string[];
}

/** Traffic that can be let arrive. */
export interface Traffic {
  /** Operations of the mix. */
  readonly operations: (perSecond: number) => Arriving;
  /** A deposit and a withdrawal, by two customers who have none under way. */
  readonly pairs: (perSecond: number) => Arriving;
  /** Operations under way. */
  readonly openOperations: () => number;
  readonly deposits: Ends;
  readonly withdrawals: Ends;
  /** Waits until no transfer is under way, at most so long. @returns how many still are */
  readonly settled: (ms: number) => Promise<number>;
}

const LOOK_MS = 100;

/** Makes the traffic. @param options.onEnd told how long each transfer took that completed */
export function trafficOf(
  { customers, outside, random, onEnd }: {
    readonly customers: readonly Customer[];
    readonly outside: Outside;
    readonly random: () => number;
    readonly onEnd: (kind: string, ms: number) => void;
  },
): Traffic {
  const choose = chooserOf(MIX, random);
  const deposits: Ends = { opened: 0, completed: 0, failures: [] };
  const withdrawals: Ends = { opened: 0, completed: 0, failures: [] };
  const free = customers.slice();
  let openOperations = 0;
  let openTransfers = 0;

  async function operate(): Promise<void> {
    const customer = customers[Math.floor(random() * customers.length)];
    if (customer === undefined) return;
    openOperations++;
    try {
      await perform(choose(), customer);
    } catch {
      // Whoever asks has been heard already.
    } finally {
      openOperations--;
    }
  }

  async function transfer(kind: string, ends: Ends, run: typeof deposit): Promise<void> {
    // The one whose last transfer is longest ago.
    const customer = free.shift();
    ends.opened++;
    if (customer === undefined) {
      ends.failures.push("no customer is free: more are under way than there are customers");
      return;
    }
    openTransfers++;
    const begun = performance.now();
    try {
      await run(customer, outside);
      ends.completed++;
      onEnd(kind, performance.now() - begun);
    } catch (error) {
      ends.failures.push(error instanceof Error ? error.message : "unknown");
    } finally {
      openTransfers--;
      free.push(customer);
    }
  }

  return {
    operations: (perSecond) => ({ perSecond, begin: () => void operate() }),
    pairs: (perSecond) => ({
      perSecond,
      begin() {
        void transfer("whole deposit", deposits, deposit);
        void transfer("whole withdrawal", withdrawals, withdraw);
      },
    }),
    openOperations: () => openOperations,
    deposits,
    withdrawals,
    async settled(ms) {
      for (const end = performance.now() + ms; openTransfers > 0 && performance.now() < end;) {
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      }
      return openTransfers;
    },
  };
}
