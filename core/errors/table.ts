/**
 * The shape of the error tables.
 * @module
 */

/** HTTP statuses that an error may be answered with. */
export type ErrorStatus = 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415 | 429 | 500 | 503;

/** One error. The code's text for people is `errors.<code>` in the locales; it says what to do next (P7). */
export interface ErrorEntry {
  /** Whatever route it happens on. */
  readonly status: ErrorStatus;
  /** For developers: when it is answered, in one English sentence. */
  readonly meaning: string;
}

/** Stable code, dotted → what it is. */
export type ErrorTable = Readonly<Record<string, ErrorEntry>>;
