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

const axiosError = z.object({
  response: z.object({ status: z.number(), data: z.looseObject({ error: z.string().optional() }) }),
});

/** Runs what must be refused, and tells how; fails when it was not, or when the SDK hides what was said. */
export async function refusalOf(request: () => Promise<unknown>): Promise<RefusalSeen> {
  try {
    await request();
  } catch (error) {
    for (let inner: unknown = error; inner instanceof Error; inner = inner.cause) {
      const seen = seenIn(inner) ?? ("originalError" in inner ? seenIn(inner.originalError) : null);
      if (seen) return seen;
    }
    throw error;
  }
  assert.fail("it was not refused");
}

function seenIn(error: unknown): RefusalSeen | null {
  const read = axiosError.safeParse(error);
  if (!read.success) return null;
  const { status, data } = read.data.response;
  return { status, error: data.error ?? "" };
}
