/**
 * What a call of a module ends in. Business outcomes are values; a module throws only for what nobody expected, and
 * core treats a throw as `unknown_outcome`.
 * @module
 */

/** Success with a value, or a failure that says what may be done next. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | {
  readonly ok: false;
  readonly error: ProviderError;
};

/**
 * Why a provider did not do what it was asked.
 *
 * - `invalid_input`: it refused values; `fields` names them
 * - `auth`, `config`: our credentials or settings are wrong: an operator's matter
 * - `not_found`, `conflict`: the thing is not there, or the key was used with other arguments
 * - `insufficient_funds`, `limit_exceeded`, `rejected_by_bank`: money was not moved and will not be by this call
 * - `rate_limited`, `unavailable`: nothing happened; try again after `retryAfterMs`
 * - `unknown_outcome`: it may have happened; only a look-up tells (M-16). Never try again without asking
 * - `not_supported`: the module does not do this
 */
export type ProviderErrorKind =
  | "invalid_input"
  | "auth"
  | "config"
  | "not_found"
  | "conflict"
  | "insufficient_funds"
  | "limit_exceeded"
  | "rejected_by_bank"
  | "rate_limited"
  | "unavailable"
  | "unknown_outcome"
  | "not_supported";

/** A provider's failure. Holds no personal data and no secret: it is logged as it is. */
export interface ProviderError {
  readonly kind: ProviderErrorKind;
  /** Milliseconds after which another try makes sense; only with `rate_limited` and `unavailable`. */
  readonly retryAfterMs?: number;
  /** SEP-9 names of the values that were refused, each with a reason core has texts for. */
  readonly fields?: Readonly<Record<string, ReasonCode>>;
  /**
   * Set when the provider said what its documentation does not name: nothing is concluded from it, an operator is
   * called. See `unrecognized`.
   */
  readonly alarm?: true;
  /** The provider's own code, for logs only. */
  readonly providerCode?: string;
  /** The provider's correlation id, for logs only. */
  readonly correlationId?: string;
}

/**
 * Why a provider refused a value, a document or a person. `fraud`, `watchlist` and `duplicate` are never told to the
 * person: core answers a neutral text instead.
 */
export type ReasonCode =
  | "blurred"
  | "cropped"
  | "missing_side"
  | "expired"
  | "wrong_type"
  | "screenshot"
  | "damaged"
  | "selfie_mismatch"
  | "liveness_failed"
  | "data_mismatch"
  | "id_not_found"
  | "address_unproven"
  | "underage"
  | "region"
  | "duplicate"
  | "fraud"
  | "watchlist"
  | "invalid_format"
  | "account_closed"
  | "name_mismatch"
  | "unavailable"
  | "other";

/** A successful outcome. */
export function done<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

/** A failed outcome. */
export function failed(
  kind: ProviderErrorKind,
  details: Omit<ProviderError, "kind"> = {},
): { ok: false; error: ProviderError } {
  return { ok: false, error: { kind, ...details } };
}

/**
 * The failure for an answer that the provider's documentation does not name, for example a new status: it is an alarm,
 * never a guess and never "pending" (DESIGN §4.4). Only a later look-up settles it.
 * @param providerCode what kind of thing it was, without values, for example `status`
 */
export function unrecognized(providerCode: string): { ok: false; error: ProviderError } {
  return failed("unknown_outcome", { alarm: true, providerCode });
}
