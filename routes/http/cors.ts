/**
 * Cross-origin access for wallets in browsers: `*` on every answer, errors included, and preflights.
 * No cookie counts on these routes, so every origin may ask.
 * @module
 */
import type { MiddlewareHandler } from "hono";

/** Seconds for which a browser may keep the answer to a preflight. */
const PREFLIGHT_SECONDS = 7200;

/**
 * Answers preflights and marks every other answer.
 * @param methods what the room takes besides GET, HEAD and POST: `PUT`, `PATCH`, `DELETE`
 */
export function cors(methods: readonly ("PUT" | "PATCH" | "DELETE")[] = []): MiddlewareHandler {
  const allowed = ["GET", "HEAD", "POST", ...methods, "OPTIONS"].join(", ");
  return async function cors(c, next) {
    // Set before the handler runs, so that answers of the error handler carry it too.
    c.header("Access-Control-Allow-Origin", "*");
    if (c.req.method !== "OPTIONS") return await next();
    c.header("Access-Control-Allow-Methods", allowed);
    c.header("Access-Control-Allow-Headers", "authorization, content-type, accept-language");
    c.header("Access-Control-Max-Age", String(PREFLIGHT_SECONDS));
    return c.body(null, 204);
  };
}
