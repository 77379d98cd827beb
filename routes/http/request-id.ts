/**
 * The name of a request in answers and logs: made by us, never taken from the caller, so that two requests never share
 * one and no text of a caller reaches a log.
 * @module
 */
import type { Context } from "hono";
import type { HttpEnv } from "./env.ts";

/** The request's id, made on first use. 32 hex digits. */
export function requestIdOf(c: Context<HttpEnv>): string {
  const known: string | undefined = c.get("requestId");
  if (known) return known;
  const id = crypto.randomUUID().replaceAll("-", "");
  c.set("requestId", id);
  return id;
}
