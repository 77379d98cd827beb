/**
 * What a driver's error says about a write: refused, or outcome unknown.
 *
 * The drivers word errors differently (remote ones have no extended code), so this is the one place that reads them.
 * @module
 */
import { Refusal } from "../refusal.ts";
import { isExpectation } from "./expect-changed.ts";
import type { Statement } from "./statement.ts";

/**
 * Why a write failed.
 * - `stale`: an expectation of the batch did not hold.
 * - `duplicate`: a unique key was already there.
 * - `fault`: a statement was refused for a reason that only a change of code or schema cures.
 * - `unknown`: busy, unreachable, timed out or cut off; the batch may be committed.
 */
export type Failure =
  | { kind: "stale" }
  | { kind: "duplicate"; key: string }
  | { kind: "fault" }
  | { kind: "unknown" };

/** Codes that say nothing about the statement: what comes next may go well, or will when the disk is seen to. */
const PASSING = /^SQLITE_(BUSY|LOCKED|IOERR|PROTOCOL|INTERRUPT|CANTOPEN|NOMEM|FULL|READONLY)/;

/** Judges an error of `batch(statements)`. */
export function failureOf(error: unknown, statements: readonly Statement[]): Failure {
  if (isUnbindable(error)) return { kind: "fault" };
  if (!isStatementRefused(error)) return { kind: "unknown" };
  const index = numberOf(error, "statementIndex");
  // Without an index it was begin or commit that failed, and a failed commit may still have reached the disk.
  if (index === undefined) return { kind: "unknown" };
  const message = error instanceof Error ? error.message : "";
  const failed = statements[index];
  if (failed !== undefined && isExpectation(failed) && message.includes("malformed JSON")) {
    return { kind: "stale" };
  }
  const unique = /UNIQUE constraint failed: (?:index ')?([^']+)/.exec(message)?.[1];
  return unique === undefined ? { kind: "fault" } : { kind: "duplicate", key: unique };
}

/** True when the database answered that it will not run this statement, however often it is tried. */
export function isStatementRefused(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && /^SQL(ITE)?_/.test(code) && !PASSING.test(code);
}

/** True for what `bind` threw: nothing was sent. */
export function isUnbindable(error: unknown): boolean {
  return error instanceof RangeError || error instanceof Refusal;
}

/** The error code of libSQL, the same words on both drivers; undefined for errors of the network. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

function numberOf(error: unknown, property: string): number | undefined {
  if (!(error instanceof Error)) return undefined;
  const value: unknown = Reflect.get(error, property);
  return typeof value === "number" ? value : undefined;
}
