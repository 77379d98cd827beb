/**
 * Why a guarded request has no answer.
 * @module
 */

/**
 * - `url_refused`: not a URL, not `https:`, a port below 1024 other than 443, or credentials in it
 * - `unresolved`: the host name has no address
 * - `address_refused`: at least one of the host's addresses is not public
 * - `unreachable`: no connection, no TLS, a wrong certificate, or the connection broke
 * - `too_large`: the body is longer than allowed
 * - `timed_out`: no complete answer in time, or the guard was closed meanwhile
 * - `closed`: the guard was closed before
 */
export type GuardedFetchCode =
  | "url_refused"
  | "unresolved"
  | "address_refused"
  | "unreachable"
  | "too_large"
  | "timed_out"
  | "closed";

/** The one error of `guarded-fetch.ts`. Its message names the code, never a URL or an address. */
export class GuardedFetchError extends Error {
  override readonly name = "GuardedFetchError";
  constructor(
    /** What went wrong. */
    readonly code: GuardedFetchCode,
    /** False when it is certain that no byte of the request left; a one-time callback may then be tried again. */
    readonly sent: boolean,
    cause?: unknown,
  ) {
    super(`Cannot complete the request: ${code}`, { cause });
  }
}
