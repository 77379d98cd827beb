/**
 * Takes the readings of the reserve (M-26): asks the banks and the ledger what they hold, takes in all news of before, and
 * compares both with the books.
 * @module
 */
import { askBalance, noteBalance } from "../bank/balances.ts";
import type { RailInstance } from "../bank/rails.ts";
import { isReadingDue } from "../reserve/readings.ts";
import { type ReserveOptions, takeReading } from "../reserve/take.ts";
import type { Horizon } from "../stellar/horizon.ts";
import { readSupply, type Supply } from "../stellar/supply.ts";
import type { Budget, Job } from "./job.ts";

/** From one reading to the next. */
const READING_MS = 5 * 60_000;

/** What the job works with. */
export interface ReserveJobOptions {
  readonly reserve: ReserveOptions;
  /** Those that are ready to be asked. */
  readonly rails: () => readonly RailInstance[];
  readonly horizon: Pick<Horizon, "latestLedger" | "account" | "supply">;
  /** Ours that may hold an asset. */
  readonly accounts: readonly string[];
  /** The jobs that read news: `ledger`, and `rail:NAME` for each rail with a statement. */
  readonly reading: readonly Job[];
}

/** The job `reserve`. */
export function reserveJob({ reserve, rails, horizon, accounts, reading }: ReserveJobOptions): Job {
  const { db, assets } = reserve;

  /** @returns false when the budget ended first */
  async function takeIn(name: string, { isSpent }: Budget): Promise<boolean> {
    const job = reading.find((one) => one.name === name);
    while (job) {
      if (isSpent()) return false;
      if (await job.run({ isSpent }) === 0) break;
    }
    return true;
  }

  return {
    name: "reserve",
    everyMs: 30_000,
    isDue: () => isReadingDue(db, READING_MS),
    run: async (budget) => {
      const faults: unknown[] = [];
      for (const instance of rails()) {
        try {
          const told = await askBalance(db, instance);
          // A balance counts only with the statement that leads to it.
          if (told && await takeIn(`rail:${instance.name}`, budget)) {
            await noteBalance(db, instance.name, told);
          }
        } catch (error) {
          // What one bank does not tell keeps nobody from the others.
          faults.push(error);
        }
      }
      const supplies: Supply[] = [];
      for (const { id } of assets) supplies.push(await readSupply(horizon, id, accounts));
      if (await takeIn("ledger", budget)) await takeReading(reserve, supplies);
      if (faults.length > 0) throw new AggregateError(faults, "Cannot read every bank for the reserve");
      return 0;
    },
  };
}
