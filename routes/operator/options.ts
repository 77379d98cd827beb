/**
 * What the operators' routes need.
 * @module
 */
import type { Context } from "hono";
import type { OperatorsDesk } from "../../core/gateway/operators.ts";
import type { Sessions } from "../../core/sessions/sessions.ts";
import type { HttpEnv, Languages } from "../http/mod.ts";

/** See the module's text. */
export interface OperatorOptions {
  readonly desk: OperatorsDesk;
  readonly languages: Languages;
  /** Counts wrong keys. */
  readonly sessions: Pick<Sessions, "count" | "get" | "put">;
  /** Whose wrong keys these are: the network of the client's address. */
  readonly network: (c: Context<HttpEnv>) => string;
}
