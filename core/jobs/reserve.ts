/**
 * Takes the readings of the reserve (M-26): asks the banks and the ledger what they hold, takes in all news of before, and
 * compares both with the books.
 * @module
 */
import { askBalance, noteBalance, type ToldBalance } from "../bank/balances.ts";
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
  async function takeIn(job: Job | undefined, { isSpent }: Budget): Promise<boolean> {
    while (job) {
      if (isSpent()) return false;
      if (await job.run({ isSpent }) === 0) break;
    }
    return true;
  }

  const jobOf = (name: string) => reading.find((job) => job.name === name);

  return {
    name: "reserve",
    everyMs: 30_000,
    isDue: () => isReadingDue(db, READING_MS),
    run: async (budget) => {
      const faults: unknown[] = [];
      const forNext: { readonly rail: string; readonly told: ToldBalance }[] = [];
      for (const instance of rails()) {
        const { name: rail } = instance;
        const statement = jobOf(`rail:${rail}`);
        try {
          const told = await askBalance(db, instance);
          // A balance counts only with the statement that leads to it. Where news come by themselves alone they may still
          // be on their way, so that it is compared when they have had the time of a reading to arrive.
          if (told && !statement) forNext.push({ rail, told });
          else if (told && await takeIn(statement, budget)) await noteBalance(db, rail, told);
        } catch (error) {
          // What one bank does not tell keeps nobody from the others.
          faults.push(error);
        }
      }
      const supplies: Supply[] = [];
      for (const { id } of assets) supplies.push(await readSupply(horizon, id, accounts));
      if (await takeIn(jobOf("ledger"), budget)) await takeReading(reserve, supplies);
      for (const { rail, told } of forNext) await noteBalance(db, rail, told);
      if (faults.length > 0) throw new AggregateError(faults, "Cannot read every bank for the reserve");
      return 0;
    },
  };
}
