/**
 * The sandbox bank as a customer and an accountant see it.
 * @module
 */
import { z } from "zod";
import type { Place } from "./place.ts";
import { Broken } from "./say.ts";

const statement = z.object({
  transfers: z.array(z.object({
    id: z.string(),
    amount: z.string(),
    remittance: z.string().optional(),
    beneficiary: z.record(z.string(), z.string()).optional(),
  })),
});

/** A line of the bank's statement. */
export type StatementLine = z.output<typeof statement>["transfers"][number];

/** Opens the bank of a place. */
export function openBank({ publicUrl, operatorKey }: Place) {
  const url = `${publicUrl}/sandbox/bank/transfers`;
  const headers = operatorKey === null ? {} : { authorization: `Bearer ${operatorKey}` };
  return {
    /** A customer pays in. */
    async payIn(payment: Readonly<Record<string, unknown>>): Promise<void> {
      const answer = await fetch(url, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify(payment),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Broken(`the bank answers ${answer.status}: ${text}`);
    },
    /** What the bank's statement has, newest first. */
    async statement(direction: "in" | "out"): Promise<StatementLine[]> {
      const answer = await fetch(`${url}?direction=${direction}`, { headers });
      if (!answer.ok) {
        await answer.body?.cancel();
        throw new Broken(`the bank's statement answers ${answer.status}`);
      }
      return statement.parse(await answer.json()).transfers;
    },
  };
}
