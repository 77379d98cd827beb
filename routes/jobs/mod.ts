/**
 * `POST /jobs/run`: one tick of the jobs for an outside scheduler (DESIGN §9). Without `JOBS_SECRET` it is not there,
 * nor on a timeline of Deno Deploy that is not production.
 * @module
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import { type Runner, TICK_MS } from "../../core/jobs/runner.ts";
import { bearerToken, type HttpEnv } from "../http/mod.ts";

/** The route, to be mounted at `/jobs`. @param secret `null`: every request answers 404 */
export function jobRoutes(
  { work, secret }: { readonly work: Runner["work"]; readonly secret: string | null },
): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  app.post("/run", async function run(c) {
    const token = bearerToken(c.req.header("authorization"));
    if (secret === null || token === null || !isSame(token, secret)) return c.notFound();
    const { done, failed } = await work(TICK_MS);
    return c.json({ done, failed }, failed.length > 0 ? 500 : 200);
  });
  return app;
}

/** Digests have one length, so the comparison tells nothing of the secret's. */
function isSame(given: string, secret: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}
