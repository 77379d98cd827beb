/**
 * Deposits of 100 that are paid out, and what is left of each payout.
 * @module
 */
import { payOnLedger } from "../../../core/stellar/payouts.ts";
import { ONE } from "../transfers/money-at-work.ts";
import type { MoneyWorld } from "./money-world.ts";

/** What comes in. */
export const HUNDRED = 100n * ONE;
/** What goes out, after the fee. */
export const PAID = 99n * ONE;
/** The books when both have happened. */
export const PAID_BOOKS = { "bank:bank": HUNDRED, fees: -ONE, outstanding: -PAID };

/** What became of each attempt: `purpose:state`, in the order of storing. */
export async function attemptStates(work: MoneyWorld): Promise<string[]> {
  const rows = await work.db.query({ sql: "select purpose, state from attempts order by stored_ms, number" });
  return rows.map(({ purpose, state }) => `${purpose}:${state}`);
}

/** A process that dies when it hands an envelope in. */
export function dying(work: MoneyWorld): (id: string) => Promise<unknown> {
  const horizon = {
    ...work.ledgerPaying.horizon,
    submit: () => Promise.reject(new Error("the process died")),
  };
  return (id) => payOnLedger({ ...work.ledgerPaying, horizon }, id).catch(() => {});
}
