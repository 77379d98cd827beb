/**
 * Whether the gateway lives, and whether it can serve: for load balancers and people on call. Says names of checks and
 * nothing else: no addresses, no versions, no errors.
 * @module
 */
import { type Context, Hono } from "hono";
import type { HttpEnv } from "../http/mod.ts";
import type { HealthCheck } from "./checks.ts";

export { type CheckedParts, gatewayChecks, type HealthCheck, SPARED } from "./checks.ts";

/** What is checked, and how often. */
export interface HealthOptions {
  /** By name, for example `database`, `sessions`, `horizon`, `jobs`. */
  readonly checks: Readonly<Record<string, HealthCheck>>;
  /** Checks without which the gateway still serves most: it is ready when only these fail, and says so. */
  readonly spared?: readonly string[];
  /** Milliseconds after which a check counts as failed. */
  readonly timeoutMs?: number;
  /** Milliseconds for which an answer is given again, so that asking often costs nothing. */
  readonly keepMs?: number;
  /** Milliseconds that only grow. */
  readonly clock?: () => number;
}

/** The answer of `GET /health/ready`. */
export interface Readiness {
  readonly status: "ready" | "degraded" | "not_ready";
  readonly checks: Readonly<Record<string, "ok" | "failed">>;
}

/** The room, to be mounted at `/health`: `/live` answers 200 always, `/ready` 200 (also when degraded) or 503. */
export function healthRoutes(options: HealthOptions): Hono<HttpEnv> {
  const { checks, spared = [], timeoutMs = 2_000, keepMs = 1_000, clock = () => performance.now() } = options;
  let kept: { readonly at: number; readonly readiness: Promise<Readiness> } | null = null;

  async function readiness(): Promise<Readiness> {
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await passes(check, timeoutMs)] as const),
    );
    const failed = results.flatMap(([name, passed]) => passed ? [] : [name]);
    return {
      status: failed.length === 0
        ? "ready"
        : failed.every((name) => spared.includes(name))
        ? "degraded"
        : "not_ready",
      checks: Object.fromEntries(results.map(([name, passed]) => [name, passed ? "ok" : "failed"])),
    };
  }

  const routes = new Hono<HttpEnv>();
  routes.get("/live", (c) => fresh(c).json({ status: "live" }));
  routes.get("/ready", async (c) => {
    if (kept === null || clock() - kept.at >= keepMs) kept = { at: clock(), readiness: readiness() };
    const answer = await kept.readiness;
    return fresh(c).json(answer, answer.status === "not_ready" ? 503 : 200);
  });
  return routes;
}

async function passes(check: HealthCheck, timeoutMs: number): Promise<boolean> {
  const late = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  try {
    return await Promise.race([check(late.signal), tooLate]);
  } catch {
    // Which error it was is the log's matter, where the check is made of what has a log.
    return false;
  } finally {
    clearTimeout(timer);
    late.abort();
  }
}

function fresh(c: Context<HttpEnv>): Context<HttpEnv> {
  c.header("Cache-Control", "no-store");
  return c;
}
