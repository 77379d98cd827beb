/**
 * The one error of the reader: Horizon gave no answer that anything may rest on.
 * @module
 */
import { Refusal } from "../refusal.ts";

/**
 * Why there is no answer.
 * - `timeout`, `network`: nothing came in time, or the connection failed
 * - `busy`: 429; `retryAfterMs` says when to ask again where Horizon said so
 * - `status`: another HTTP status, 5xx above all
 * - `stale`, `behind`: its ingestion lags, or it stands behind what it has shown before
 * - `before_history`: what was asked for is older than the history it keeps
 * - `garbage`: an answer that does not have the shape of Horizon's
 * - `not_found_unproven`: a 404 that is not Horizon's own not-found (M-3)
 * - `wrong_network`: its root names another passphrase than ours
 */
export type HorizonTrouble =
  | "timeout"
  | "network"
  | "busy"
  | "status"
  | "stale"
  | "behind"
  | "before_history"
  | "garbage"
  | "not_found_unproven"
  | "wrong_network";

/** Horizon cannot answer; a caller that serves a request lets it through as a 503 (DESIGN §4.4). */
export class HorizonUnavailable extends Refusal {
  constructor(
    readonly trouble: HorizonTrouble,
    /** What was asked for: the path, never a body. For logs. */
    readonly asked: string,
    /** Milliseconds after which Horizon asks to be asked again. */
    readonly retryAfterMs?: number,
    /** For logs: which field was wrong, which status came. */
    readonly detail?: string,
  ) {
    super(
      "horizon.unavailable",
      {},
      `Cannot read ${asked} from Horizon: ${trouble}${detail === undefined ? "" : ` (${detail})`}`,
    );
  }
}
