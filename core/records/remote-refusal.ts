/**
 * What a server, or something before it, answers instead of running a request: only its HTTP status counts, for what
 * it says beside may come from anybody.
 * @module
 */

/** A request that was answered with an HTTP status instead of rows. */
export class RemoteRefusal extends Error {
  override readonly name = "RemoteRefusal";
  constructor(
    readonly status: number,
    /** What the answer asks to wait before the next try; null where it asks nothing. */
    readonly waitMs: number | null,
  ) {
    super(`the server answers ${status}`);
  }

  /** True when the same request will be answered so again, until a person has changed the settings. */
  get isLasting(): boolean {
    return this.status < 500 && !PASSING.includes(this.status);
  }
}

/** Time-out, too early, too many requests. */
const PASSING: readonly number[] = [408, 425, 429];

/**
 * The refusal in an answer, or null for one that the client of libSQL has to read: success, and the server's own words
 * about a stream or a statement, `{ message, code }` with status 400.
 */
export function refusalIn(response: Response): RemoteRefusal | null {
  const { status, headers } = response;
  if (response.ok || status === 400) return null;
  const asked = headers.get("retry-after") ?? "";
  return new RemoteRefusal(status, /^\d{1,6}$/.test(asked) ? Number(asked) * 1000 : null);
}
