/**
 * Text in URLs and forms: percent-encoded UTF-8 and nothing else. What is not would be read as other text than was meant,
 * by each reader as another one.
 * @module
 */
import type { MiddlewareHandler } from "hono";
import { Refusal } from "../../core/refusal.ts";
import type { HttpEnv } from "./env.ts";

/** Refuses a query that is no percent-encoded UTF-8. */
export const readableQuery: MiddlewareHandler<HttpEnv> = async function readableQuery(c, next) {
  const { url } = c.req;
  const at = url.indexOf("?");
  if (at >= 0 && !isPercentEncoded(url.slice(at + 1))) throw new Refusal("request.malformed_query");
  return await next();
};

/** Whether every `%` begins an octet, and the octets are UTF-8. */
export function isPercentEncoded(text: string): boolean {
  if (!text.includes("%")) return true;
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
