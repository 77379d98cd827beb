/**
 * What core and routes throw when a request cannot be served as it was asked.
 *
 * A refusal is an expected outcome that a person or a wallet can act on: it carries a code of the error table
 * (`core/errors`), which says its HTTP status and is also the key of its text in `locales/*.json` under `errors.<code>`,
 * and the values for that text's placeholders. Routes turn it into the error body of their SEP, in the caller's
 * language. It never holds personal data, secrets or text of a provider.
 * @module
 */
import { type ErrorCode, ERRORS, type ErrorStatus } from "./errors/mod.ts";

/**
 * Values for the placeholders of a refusal's text: amounts are plain decimals, a `Date` is written in the language of the
 * answer.
 */
export type RefusalParams = Readonly<Record<string, string | number | Date>>;

/** An expected refusal; see the module's text. */
export class Refusal extends Error {
  override readonly name: string = "Refusal";
  constructor(
    /** Code of the error table. */
    readonly code: ErrorCode,
    /** Values for the placeholders of the text. */
    readonly params: RefusalParams = {},
    /** For logs only: what could not be done and why, without values that a caller sent. */
    readonly reason?: string,
  ) {
    super(reason ?? code);
  }

  /** HTTP status of the answer. */
  get status(): ErrorStatus {
    return ERRORS[this.code].status;
  }
}
