/**
 * What a gateway is built of.
 * @module
 */
import type { Anchor } from "../config/anchor-runtime.ts";
import type { Environment } from "../config/environment.ts";
import type { Log } from "../log.ts";
import type { Pause } from "../pause.ts";
import type { Database } from "../records/database.ts";
import type { Signers } from "../stellar/signers.ts";

/** What the gateway is built of. */
export interface GatewayOptions {
  readonly environment: Environment;
  readonly anchor: Anchor;
  /** Migrated and stamped. */
  readonly db: Database;
  readonly horizonUrl: string;
  readonly log: Log;
  /** PEM certificates that callbacks trust beside those of the system. */
  readonly caCerts?: readonly string[];
  /** Seconds since 1970, for tokens, headers and how often is looked again; what is recorded takes the database's (M-29). */
  readonly now?: () => number;
  /** Who signs in the place of the environment's own keys. */
  readonly signers?: Partial<Signers>;
  /** Called at each named point; in production nobody stands there. */
  readonly pause?: Pause;
}
