/**
 * What core and routes throw when a request cannot be served as it was asked.
 *
 * A refusal is an expected outcome that a person or a wallet can act on: it carries a stable code, which is also the
 * key of its text in `locales/*.json` under `errors.<code>`, the values for that text's placeholders, and an HTTP
 * status. Routes turn it into the error body of their SEP, in the caller's language. It never holds personal data,
 * secrets or text of a provider.
 * @module
 */

/** HTTP statuses that a refusal may end in. */
export type RefusalStatus = 400 | 401 | 403 | 404 | 409 | 413 | 415 | 429 | 503;

/** Values for the placeholders of a refusal's text; numbers and amounts are already formatted as plain decimals. */
export type RefusalParams = Readonly<Record<string, string | number>>;

/** An expected refusal; see the module's text. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  constructor(
    /** HTTP status of the answer. */
    readonly status: RefusalStatus,
    /** Stable code, dotted, for example `sep10.account_missing`; its text is `errors.<code>` in the locales. */
    readonly code: string,
    /** Values for the placeholders of the text. */
    readonly params: RefusalParams = {},
    /** For logs only: what could not be done and why, without values that a caller sent. */
    readonly reason?: string,
  ) {
    super(reason ?? code);
  }
}
