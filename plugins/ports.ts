/**
 * The outside, as core hands it to a module: a module opens no connection, reads no clock and keeps no state of its own.
 * @module
 */

/** One outgoing HTTP request of a module. */
export interface PortRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Absolute address. No secret may stand in it: addresses reach logs as host and path template. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Exact bytes or text that is sent; what was signed is what is sent. */
  readonly body?: Uint8Array | string;
  /** True when sending it twice does what sending it once does: only such requests are tried again. */
  readonly idempotent: boolean;
  /** Milliseconds until the call is given up; the instance's limit when absent. */
  readonly timeoutMs?: number;
}

/** An answer with its raw bytes: signatures are checked over these. */
export interface PortResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/**
 * How a call ended on the wire. `not_sent` means that no byte left, so nothing can have happened; `unknown` means that
 * it may have happened.
 */
export type PortAnswer =
  | { readonly kind: "answered"; readonly response: PortResponse }
  | { readonly kind: "not_sent" }
  | { readonly kind: "unknown" };

/** A small store that all processes of the gateway share: a growing nonce, an access token, a provider's keys. */
export interface PortStore {
  /** The value and its version, or `null`. Values are sealed at rest. */
  get(key: string): Promise<{ readonly value: string; readonly version: number } | null>;
  /**
   * Compare-and-swap.
   * @param version the version that was read, or `null` when the key must not exist yet
   * @returns false when another process was faster
   */
  swap(key: string, version: number | null, value: string, ttlSeconds?: number): Promise<boolean>;
  /** Runs `work` while holding a lease that saves doing it twice; returns `null` when another process holds it. */
  once<T>(name: string, ttlSeconds: number, work: () => Promise<T>): Promise<T | null>;
}

/** A folder or bucket through which a rail exchanges files with its bank. */
export interface PortFiles {
  /** Names of the files that wait, oldest first. */
  list(folder: "in" | "out"): Promise<readonly string[]>;
  read(folder: "in" | "out", name: string): Promise<Uint8Array | null>;
  /** Writes whole files only; a name that exists is refused with `false`. */
  write(folder: "in" | "out", name: string, bytes: Uint8Array): Promise<boolean>;
}

/** What a module may use in a call. */
export interface Ports {
  readonly fetch: (request: PortRequest) => Promise<PortAnswer>;
  readonly store: PortStore;
  readonly files: PortFiles;
  /** Seconds since 1970, for timestamps in requests and tolerance in signatures; never for deciding about money. */
  readonly now: () => number;
  /** The instance's name in the config; keys of a provider that several instances share begin with it. */
  readonly instance: string;
  /** The address at which this instance's webhooks arrive, its secret part included. */
  readonly webhookUrl: string;
}
