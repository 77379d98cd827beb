/**
 * What a payout is, as Horizon shows it to anybody.
 * @module
 */
import assert from "node:assert/strict";
import { z } from "zod";

const payout = z.object({
  type: z.string(),
  to: z.string().optional(),
  to_muxed: z.string().optional(),
  amount: z.string().optional(),
  asset: z.string().optional(),
  transaction: z.object({ memo_type: z.string(), memo: z.string().optional() }),
  claimants: z.array(z.object({
    destination: z.string(),
    predicate: z.object({ unconditional: z.boolean().optional() }),
  })).optional(),
});

/** The one operation of a payout, as Horizon shows it. */
export async function payoutOf(horizonUrl: string, hash: string): Promise<z.output<typeof payout>> {
  const answer = await fetch(`${horizonUrl}/transactions/${hash}/operations?join=transactions`);
  const page = z.object({ _embedded: z.object({ records: z.array(payout) }) }).parse(await answer.json());
  const [operation, ...others] = page._embedded.records;
  assert.ok(operation && others.length === 0);
  return operation;
}
