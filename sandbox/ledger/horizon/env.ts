/**
 * What each request to the ledger's HTTP carries with it.
 * @module
 */
import type { Context } from "hono";
import type { Ledger, Snapshot } from "../ledger.ts";

/** Hono's environment of these routes. */
export interface HorizonEnv {
  Variables: {
    ledger: Ledger;
    /** The network as this request sees it. */
    snapshot: Snapshot;
    /** Address under which the routes are mounted, without a slash at the end; links begin with it. */
    base: string;
  };
}

/** The context of a request to these routes. */
export type HorizonContext = Context<HorizonEnv>;
