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
import { isHistoryInDoubt } from "../stellar/history-alarm.ts";
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

/** A balance that waits for the news that lead to it. */
interface ForNext {
  readonly rail: string;
  readonly told: ToldBalance;
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

  /** @returns the supplies, `null` while not every operation up to their ledgers has been taken in */
  async function readLedger(budget: Budget): Promise<readonly Supply[] | null> {
    const supplies: Supply[] = [];
    for (const { id } of assets) supplies.push(await readSupply(horizon, id, accounts));
    // A history that does not fit is not read, and ends no job's work (M-10).
    return await takeIn(jobOf("ledger"), budget) && !await isHistoryInDoubt(db) ? supplies : null;
  }

  /** Notes what a bank tells. @returns it where it is to be noted for the next reading only */
  async function readBank(instance: RailInstance, budget: Budget): Promise<ForNext | null> {
    const { name: rail } = instance;
    const statement = jobOf(`rail:${rail}`);
    const told = await askBalance(db, instance);
    if (!told) return null;
    // A balance counts only with the statement that leads to it. Where news come by themselves alone they may still
    // be on their way, so that it is compared when they have had the time of a reading to arrive.
    if (!statement) return { rail, told };
    if (await takeIn(statement, budget)) await noteBalance(db, rail, told);
    return null;
  }

  return {
    name: "reserve",
    everyMs: 30_000,
    isDue: () => isReadingDue(db, READING_MS),
    run: async (budget) => {
      // At once: what one bank does not tell, or takes all the time to tell, keeps nobody from the others.
      const [ledger, ...banks] = await Promise.allSettled([
        readLedger(budget),
        ...rails().map((instance) => readBank(instance, budget)),
      ]);
      if (ledger.status === "fulfilled" && ledger.value !== null) {
        await takeReading(reserve, ledger.value);
        for (const bank of banks) {
          if (bank.status === "fulfilled" && bank.value) {
            await noteBalance(db, bank.value.rail, bank.value.told);
          }
        }
      }
      const faults: unknown[] = [ledger, ...banks].flatMap((part) =>
        part.status === "rejected" ? [part.reason] : []
      );
      if (faults.length === 1) throw faults[0];
      if (faults.length > 0) throw new AggregateError(faults, "Cannot read ledger and banks for the reserve");
      return 0;
    },
  };
}
