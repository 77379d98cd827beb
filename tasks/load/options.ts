/**
 * What `deno task load` takes.
 * @module
 */
import { parseArgs } from "node:util";
import { z } from "zod";

/** How to load. */
export type LoadOptions = z.output<typeof options>;

const options = z.object({
  minutes: z.coerce.number().positive().default(15),
  share: z.coerce.number().positive().max(1).default(0.8),
  storage: z.enum(["embedded", "remote"]).default("embedded"),
  processes: z.coerce.number().int().min(1).max(8).default(1),
  customers: z.coerce.number().int().min(10).max(5000).default(800),
  /** Seconds between two ledgers. */
  close: z.coerce.number().positive().default(1),
  /** Operations a second, instead of a share of what is found. */
  rate: z.coerce.number().positive().optional(),
  /** Deposits, and as many withdrawals, a second, instead of a share of what is found. */
  pairs: z.coerce.number().positive().optional(),
  seed: z.coerce.number().int().default(1),
});

/** The options, or what is wrong with them. */
export function readOptions(args: readonly string[]): LoadOptions | string {
  try {
    const text = { type: "string" } as const;
    const { values } = parseArgs({
      args: [...args],
      options: {
        minutes: text,
        share: text,
        storage: text,
        processes: text,
        customers: text,
        close: text,
        rate: text,
        pairs: text,
        seed: text,
      },
    });
    const read = options.safeParse(values);
    return read.success ? read.data : z.prettifyError(read.error);
  } catch (error) {
    return error instanceof Error ? error.message : "the arguments cannot be read";
  }
}
