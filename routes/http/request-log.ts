/**
 * One line for each request: method, route template, status and time. Never a path, a query string, a header or a
 * value, since all of these hold secrets and personal data.
 * @module
 */
import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import type { Log } from "../../core/log.ts";
import type { HttpEnv } from "./env.ts";
import { requestIdOf } from "./request-id.ts";

/** Methods that may stand in a log; a caller can send any text as one. */
const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/**
 * Logs requests.
 * @param clock milliseconds that only grow, for the time taken
 */
export function requestLog(
  log: Log,
  clock: () => number = () => performance.now(),
): MiddlewareHandler<HttpEnv> {
  return async function requestLog(c, next) {
    const begun = clock();
    await next();
    log(c.res.status >= 500 ? "error" : "info", "request", {
      request: requestIdOf(c),
      method: METHODS.has(c.req.method) ? c.req.method : "other",
      route: matchedRoutes(c).at(-1)?.path ?? "",
      status: c.res.status,
      ms: Math.round((clock() - begun) * 10) / 10,
    });
  };
}
