/**
 * The times of a transfer as SEP-6 and SEP-24 both show them.
 * @module
 */
import type { Transfer } from "../transfers/transfer.ts";
import { type Status, WAITS_FOR_USER } from "./statuses.ts";

/** UTC, ISO 8601, ending in `Z` (R-06-138, R-24-145). */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** Start, status and end, and until when the user has to act where the status waits for that (R-06-141, R-24-148). */
export function timesObject(
  { startedMs, statusMs, completedMs, expiresMs }: Transfer,
  status: Status,
): Record<string, string | undefined> {
  const deadline = expiresMs !== null && WAITS_FOR_USER.has(status) ? expiresMs : null;
  return {
    started_at: isoTime(startedMs),
    updated_at: isoTime(statusMs),
    completed_at: completedMs === null ? undefined : isoTime(completedMs),
    user_action_required_by: deadline === null ? undefined : isoTime(deadline),
  };
}
