/**
 * What has to work for the gateway to serve.
 * @module
 */
import type { Database } from "../../core/records/database.ts";
import type { Sessions } from "../../core/sessions/sessions.ts";
import type { Horizon } from "../../core/stellar/horizon.ts";

/** One thing that has to work: resolves to false, or throws, when it does not. */
export type HealthCheck = (signal: AbortSignal) => Promise<boolean>;

/** Whom the checks ask. */
export interface CheckedParts {
  readonly db: Pick<Database, "query">;
  readonly sessions: Pick<Sessions, "get">;
  readonly horizon: Pick<Horizon, "latestLedger">;
  /** Milliseconds since jobs were last done; null before their first run. Null itself where none are to be done. */
  readonly jobsIdleMs: (() => Promise<number | null>) | null;
}

/** Jobs that were not done for so long have stopped: an edge runs them every minute. */
const JOBS_MAX_IDLE_MS = 5 * 60_000;

/**
 * Without sessions nobody logs in, but whoever has a token is served and money goes on (DESIGN §7): taken out of service,
 * every instance would be, for they share one store.
 */
export const SPARED: readonly string[] = ["sessions"];

/** The checks by name: database, sessions, horizon, and jobs where this deployment does them. */
export function gatewayChecks(parts: CheckedParts): Readonly<Record<string, HealthCheck>> {
  const { db, sessions, horizon, jobsIdleMs } = parts;
  return {
    database: async () => (await db.query({ sql: "select 1 as one" })).length === 1,
    sessions: async () => {
      await sessions.get("health:probe");
      return true;
    },
    horizon: async () => {
      await horizon.latestLedger();
      return true;
    },
    ...(jobsIdleMs ? { jobs: async () => (await jobsIdleMs() ?? 0) <= JOBS_MAX_IDLE_MS } : {}),
  };
}
