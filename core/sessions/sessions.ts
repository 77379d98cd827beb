/**
 * Sessions: what may be lost at any moment and then costs a login or an open page, never a coin. Used challenges,
 * interactive sessions, rate limits.
 *
 * Two stores keep this contract: Upstash Redis (`upstash.ts`) and the libSQL database (`embedded.ts`). Each operation
 * is one atomic command that may be sent again after a lost answer: `once` and `take` know their own caller again,
 * `claim` knows its value again, and `count` says one too much at most. Values that hold personal data are sealed by the
 * caller.
 * @module
 */
import { Refusal } from "../refusal.ts";

/**
 * The store of sessions. Keys are `<purpose>:<id>`; a key belongs to one purpose. Times are whole seconds above 0.
 * Every operation throws {@link sessionsUnreachable} when the store cannot be reached, and then nothing may be let
 * through.
 */
export interface Sessions {
  /** True for exactly one caller of this key within `ttlSeconds`, however many ask at once. */
  once(key: string, ttlSeconds: number): Promise<boolean>;
  /**
   * Keeps a value for `ttlSeconds` where the key is free; the value that stands there then, the caller's own or the one
   * that was first. Asked again it answers the same, and the time of what stands gets no longer.
   */
  claim(key: string, value: string, ttlSeconds: number): Promise<string>;
  /** Keeps a value for `ttlSeconds`; an earlier one of this key is replaced. */
  put(key: string, value: string, ttlSeconds: number): Promise<void>;
  /** The value, or null when there is none or its time is over. */
  get(key: string): Promise<string | null>;
  /** The value, given to exactly one caller, or null. */
  take(key: string): Promise<string | null>;
  /** Counts one more in a window that begins with the first count and lasts `windowSeconds`; the count so far. */
  count(key: string, windowSeconds: number): Promise<number>;
  /** As {@link count} of each key, by one command for all; the counts in the order of the keys, which must differ. */
  countEach(keys: readonly string[], windowSeconds: number): Promise<readonly number[]>;
  /** Gives up connections of its own. */
  close(): void;
}

/** The refusal of all that needs sessions while they cannot be reached. @param reason for the log */
export function sessionsUnreachable(reason = "no answer in time"): Refusal {
  return new Refusal("sessions.unreachable", {}, `Cannot reach the sessions: ${reason}`);
}

/**
 * Proves a duration.
 * @throws {RangeError} when it is not a whole number of seconds above 0: Redis would refuse it, or keep it for ever
 */
export function wholeSeconds(seconds: number): number {
  if (Number.isSafeInteger(seconds) && seconds > 0) return seconds;
  throw new RangeError("Cannot keep a session: its time is not a whole number of seconds above 0");
}

/** The one count of one key. */
export function firstOf([count]: readonly number[]): number {
  if (count === undefined) throw sessionsUnreachable();
  return count;
}

/** The value that a claim found; there is always one, its own if no other. */
export function standing(value: string | null): string {
  if (value === null) throw sessionsUnreachable();
  return value;
}
