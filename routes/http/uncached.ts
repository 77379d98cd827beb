/**
 * For answers that are meant for one caller, or for one moment: nobody keeps a copy.
 * @module
 */
import type { MiddlewareHandler } from "hono";
import type { HttpEnv } from "./env.ts";

/** Forbids caches to keep the answer; that of a refusal does so by itself. */
export const uncached: MiddlewareHandler<HttpEnv> = async function uncached(c, next) {
  c.header("Cache-Control", "no-store");
  return await next();
};
