/**
 * The XLM of our accounts in a campaign: what fees, starting balances and unmatched money make of it has books of its own (M-23).
 * @module
 */
import { z } from "zod";
import { readBooks } from "../../core/money/equation.ts";
import type { Database } from "../../core/records/database.ts";
import { formatUnits, parseUnits } from "../../plugins/money.ts";
import { readJson } from "./witnesses.ts";

const account = z.object({
  balances: z.array(z.object({ balance: z.string(), asset_type: z.string() })),
});

/** What accounts hold of it together, units of 10⁻⁷, as Horizon says. */
export async function heldNative(horizonUrl: string, accounts: Iterable<string>): Promise<bigint> {
  let sum = 0n;
  for (const id of new Set(accounts)) {
    const { balances } = account.parse(await readJson(`${horizonUrl}/accounts/${id}`));
    const native = balances.find(({ asset_type }) => asset_type === "native");
    sum += parseUnits(native?.balance ?? "") ?? 0n;
  }
  return sum;
}

/** Whether the books say what has become of it. @param before what was held when the books began */
export async function nativeFaults(db: Database, before: bigint, now: bigint): Promise<string[]> {
  const booked = (await readBooks(db))["native"]?.["bank:stellar"] ?? 0n;
  const found = now - before;
  if (found === booked) return [];
  return [`our accounts hold ${formatUnits(found)} XLM more, and the books say ${formatUnits(booked)}`];
}
