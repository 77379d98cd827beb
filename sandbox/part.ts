/**
 * What bank and bureau of the sandbox have in common: each is a service of its own on the sandbox's storage.
 * @module
 */
import type { Hono } from "hono";
import type { Store } from "./store.ts";

/** What a part runs on. */
export interface PartOptions {
  /** The sandbox's storage. */
  readonly store: Store;
  /** The bearer that every owner of an account must show; without one an account's first bearer becomes its own. */
  readonly key?: string;
  /** Milliseconds since 1970; the process's clock when absent. */
  readonly now?: () => number;
  /** Sends webhooks; the global `fetch` when absent. */
  readonly fetch?: typeof fetch;
}

/** A running part. */
export interface SandboxPart {
  /** To be mounted below `/sandbox`, under the part's name. */
  readonly routes: Hono;
  /** Sends webhooks that are due and does what time does. */
  work(): Promise<void>;
  /** Resolves when no webhook is under way. */
  settled(): Promise<void>;
  /** Ends timers, hanging calls and deliveries; what was not sent goes out after the next start. */
  close(): Promise<void>;
}
