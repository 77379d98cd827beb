/**
 * What rails say that they hold of ours: asked for, or told by an event or in a file. The reserve is compared with the
 * last one (M-26).
 * @module
 */
import type { RailBalance } from "../../plugins/bank-rail.ts";
import { databaseNow } from "../records/clock.ts";
import { type Database, repeatable } from "../records/database.ts";
import type { RailInstance } from "./rails.ts";

/** A balance with the time before which everything that was posted must be in it. */
export interface ToldBalance {
  readonly balance: RailBalance;
  /** By the database's clock. */
  readonly sinceMs: number;
  /** Names the bank's statement: told again it is the same reading. */
  readonly reading: string;
}

/** How far behind our clock a balance may be and still count as of now; two clocks differ by as much (M-29). */
const FRESH_SECONDS = 60;
/** How far a bank's clock may be ahead of ours. */
const MOST_AHEAD_SECONDS = 3600;

/**
 * Asks a rail that answers at once.
 * @returns `null` where it does not: no such declaration, no answer, or one that an event will bring
 */
export async function askBalance(db: Database, instance: RailInstance): Promise<ToldBalance | null> {
  const { rail, ports } = instance;
  if (rail.declares.balance === "none" || !rail.readBalance) return null;
  // Before the question: what is posted later may or may not be in the answer.
  const askedMs = await databaseNow(db);
  const answer = await rail.readBalance(ports);
  if (!answer.ok || answer.value === "later" || !fits(instance, answer.value)) return null;
  const balance = answer.value;
  const behind = ports.now() - balance.asOf;
  if (behind <= FRESH_SECONDS) return { balance, sinceMs: askedMs, reading: `at ${askedMs}` };
  return { balance, sinceMs: askedMs - (behind + FRESH_SECONDS) * 1000, reading: `of ${balance.asOf}` };
}

/** Takes in a balance that an event or a file tells. One of another currency says nothing of this account. */
export async function takeBalance(db: Database, instance: RailInstance, balance: RailBalance): Promise<void> {
  if (!fits(instance, balance)) return;
  const behind = Math.max(0, instance.ports.now() - balance.asOf) + FRESH_SECONDS;
  const sinceMs = await databaseNow(db) - behind * 1000;
  await noteBalance(db, instance.name, { balance, sinceMs, reading: `of ${balance.asOf}` });
}

/** Keeps it, unless a later one is known. */
export async function noteBalance(db: Database, rail: string, told: ToldBalance): Promise<void> {
  const { balance, sinceMs, reading } = told;
  const { booked: { units, currency }, asOf } = balance;
  await db.write([{
    sql:
      `insert into rail_balances (rail, currency, booked, as_of, since_ms, reading) values (?, ?, ?, ?, ?, ?)
      on conflict (rail) do update set currency = excluded.currency, booked = excluded.booked,
        as_of = excluded.as_of, since_ms = excluded.since_ms, reading = excluded.reading
      where excluded.as_of >= rail_balances.as_of`,
    args: [rail, currency, units, asOf, sinceMs, reading],
  }], repeatable);
}

/** One that the bank dates into the future would hide all that follow. */
function fits({ rail, ports }: RailInstance, { booked, asOf }: RailBalance): boolean {
  return booked.currency === rail.declares.currency && Number.isSafeInteger(asOf) && asOf > 0 &&
    asOf - ports.now() <= MOST_AHEAD_SECONDS;
}
