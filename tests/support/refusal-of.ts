/**
 * What the gateway said no with, out of the errors in which the wallet SDK wraps it.
 * @module
 */
import assert from "node:assert/strict";
import { z } from "zod";

/** A refusal as the wallet's developer meets it. */
export interface RefusalSeen {
  readonly status: number;
  readonly error: string;
}

const said = z.looseObject({ error: z.string().default("") });

/** The SDK passes axios's errors on, or keeps of them what it prints. */
const seenError = z.union([
  z.object({ response: z.object({ status: z.number(), data: said }) }).transform(({ response }) => ({
    status: response.status,
    error: response.data.error,
  })),
  z.object({ data: z.object({ status: z.number(), responseData: said }) }).transform(({ data }) => ({
    status: data.status,
    error: data.responseData.error,
  })),
]);

/** Runs what must be refused, and tells how; fails when it was not, or when the SDK hides what was said. */
export async function refusalOf(request: () => Promise<unknown>): Promise<RefusalSeen> {
  try {
    await request();
  } catch (error) {
    const seen = seenError.safeParse(error);
    if (seen.success) return seen.data;
    throw error;
  }
  assert.fail("it was not refused");
}
