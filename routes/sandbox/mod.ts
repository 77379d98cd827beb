/**
 * The door to the sandbox, which is an application of its own: open on the sandbox network, with an operator key on
 * testnet, not there on the public network (DESIGN §6).
 * @module
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import { bearerToken, type HttpEnv } from "../http/mod.ts";

/** What the door needs. */
export interface SandboxDoor {
  /** The sandbox's own application; its paths begin with `/sandbox`. */
  readonly handle: (request: Request) => Response | Promise<Response>;
  /** Secrets of operators; `null` where everybody may enter. */
  readonly keys: readonly string[] | null;
}

/** The routes, to be mounted at `/sandbox`. */
export function sandboxRoutes({ handle, keys }: SandboxDoor): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  app.all("/*", async function enter(c) {
    if (keys !== null && !isOneOf(keys, bearerToken(c.req.header("authorization")))) return c.notFound();
    return await handle(c.req.raw);
  });
  return app;
}

function isOneOf(keys: readonly string[], given: string | null): boolean {
  if (given === null) return false;
  const digest = (text: string) => createHash("sha256").update(text).digest();
  // Every key is compared, so the time tells nothing.
  return keys.filter((key) => timingSafeEqual(digest(key), digest(given))).length > 0;
}
