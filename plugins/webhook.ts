/**
 * A webhook as it arrived, and what a module makes of it. Modules verify and parse; core commits, asks again and decides.
 * @module
 */

/** The raw request. `path` is what follows the instance's secret address, for example `/pix`. */
export interface WebhookRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  /** The exact bytes: a signature is checked over these. */
  readonly body: Uint8Array;
  /** Seconds since 1970 at which the request arrived, for a timestamp's tolerance. */
  readonly receivedAt: number;
}

/**
 * A module's reading.
 *
 * `accepted` carries the events, and how far they may be trusted: `body` when a signature covers what they say,
 * `wake_up` when it does not, so that core asks the provider before it believes. Every other verdict carries no events:
 * events without a verdict do not type-check.
 */
export type WebhookReading<Event> =
  | { readonly verdict: "accepted"; readonly trust: "body" | "wake_up"; readonly events: readonly Event[] }
  | { readonly verdict: "bad_signature" | "stale" | "malformed" | "ignored" };

/** What the provider is answered where it waits for more than a 2xx. */
export interface WebhookReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}
