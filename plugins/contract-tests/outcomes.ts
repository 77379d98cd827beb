/**
 * How contract tests look at outcomes.
 * @module
 */
import assert from "node:assert/strict";
import type { Outcome, ProviderError, ProviderErrorKind } from "../outcome.ts";

/** What goes wrong at a stand-in's call; the words are those of `sandbox/faults` for everybody. */
export type CallFault =
  | "rate_limited"
  | "unavailable"
  | "server_error"
  | "html"
  | "garbage"
  | "unauthorized"
  | "hang"
  | "commit_then_hang"
  | "commit_then_drop"
  | "unknown_status";

/** What goes wrong with a stand-in's webhook. */
export type WebhookFault = "duplicate" | "out_of_order" | "bad_signature" | "stale" | "lost" | "garbage";

/** The value of a success; fails the test otherwise. */
export function valueOf<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) assert.fail(`the call failed: ${JSON.stringify(outcome.error)}`);
  return outcome.value;
}

/** A value that must be there. */
export function present<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) assert.fail(`there is no ${what}`);
  return value;
}

/** The error of a failure, of one of the kinds. */
export function errorOf(outcome: Outcome<unknown>, ...kinds: readonly ProviderErrorKind[]): ProviderError {
  if (outcome.ok) assert.fail(`the call succeeded, and should have failed with ${kinds.join(" or ")}`);
  assert.ok(
    kinds.includes(outcome.error.kind),
    `failed with ${outcome.error.kind}, not ${kinds.join(" or ")}`,
  );
  return outcome.error;
}

/** Fails when one of the texts stands in what would be logged. */
export function assertNowhere(texts: readonly string[], logged: unknown): void {
  const written = JSON.stringify(logged, (_, value) => typeof value === "bigint" ? value.toString() : value);
  for (const text of texts) {
    assert.ok(!written.includes(text), `a value that must not be logged stands in ${written}`);
  }
}

/** The kinds of failure that each fault of a read may end in. */
export const READ_FAULTS: readonly (readonly [CallFault, readonly ProviderErrorKind[]])[] = [
  ["rate_limited", ["rate_limited"]],
  ["unavailable", ["unavailable"]],
  ["server_error", ["unavailable", "unknown_outcome"]],
  ["html", ["unavailable", "unknown_outcome"]],
  ["garbage", ["unavailable", "unknown_outcome"]],
  ["unauthorized", ["auth"]],
  ["hang", ["unavailable", "unknown_outcome"]],
];
