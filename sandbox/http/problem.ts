/**
 * A request that the sandbox's bank, KYC bureau or demo wallet refuses: a stable code and an HTTP status, in their own words.
 * @module
 */
import type { Context } from "hono";

/** Statuses that they refuse with. */
export type ProblemStatus = 400 | 401 | 404 | 409 | 422 | 502;

/** A refusal; the routes turn it into `{ "error": { code, message, fields? } }`. */
export class Problem extends Error {
  override readonly name = "Problem";
  constructor(
    readonly status: ProblemStatus,
    /** For example `insufficient_funds`. */
    readonly code: string,
    message: string,
    /** Names of refused values, each with a code. */
    readonly fields: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** Answers a refusal; every other error is a fault of the sandbox and goes on. */
export function answerProblem(error: Error, c: Context): Response {
  if (!(error instanceof Problem)) throw error;
  const { status, code, message, fields } = error;
  return c.json({ error: { code, message, ...(Object.keys(fields).length > 0 && { fields }) } }, status);
}
