/**
 * `POST /jobs/run`: one tick of the jobs for an outside scheduler (DESIGN §9). Without `JOBS_SECRET` it is not there.
 * @module
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import type { Runner } from "../../core/jobs/runner.ts";
import { bearerToken, type HttpEnv } from "../http/mod.ts";

/** Milliseconds of one tick: what a platform allows a request, with room to answer. */
const TICK_MS = 50_000;

/** The route, to be mounted at `/jobs`. @param secret `null`: every request answers 404 */
export function jobRoutes(
  { tick, secret }: { readonly tick: Runner["tick"]; readonly secret: string | null },
): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  app.post("/run", async function run(c) {
    const token = bearerToken(c.req.header("authorization"));
    if (secret === null || token === null || !isSame(token, secret)) return c.notFound();
    const { done, failed } = await tick(TICK_MS);
    return c.json({ done, failed }, failed.length > 0 ? 500 : 200);
  });
  return app;
}

/** Digests have one length, so the comparison tells nothing of the secret's. */
function isSame(given: string, secret: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}
