/**
 * Which routes anybody may call, and the proof that all others are closed (DESIGN §4.5, P18).
 * @module
 */
import type { Hono } from "hono";
import { inspectRoutes } from "hono/dev";
import type { HttpEnv } from "./http/mod.ts";

/** A route that is not closed by a token, key or session, and why that is right. */
export interface PublicRoute {
  /** In capitals, or `ALL` for a route of every method. */
  readonly method: string;
  /** The template as it is mounted, for example `/sep6/info`. */
  readonly path: string;
  readonly why: string;
  /** True for a route that is closed by a secret of its own: without it, it must answer 404, as if it were not there. */
  readonly hidden?: true;
}

/** Every public route. A new one has to be listed here, or the test that walks the router fails. */
export const PUBLIC_ROUTES: readonly PublicRoute[] = [
  { method: "GET", path: "/.well-known/stellar.toml", why: "SEP-1: wallets begin here" },
  { method: "GET", path: "/logo.png", why: "SEP-1: the picture that wallets show" },
  { method: "GET", path: "/reserve", why: "the reserve's statement is for everybody (M-26)" },
  { method: "GET", path: "/reserve.jws", why: "the same, signed" },
  { method: "GET", path: "/auth", why: "SEP-10: a challenge, before there is a token" },
  { method: "POST", path: "/auth", why: "SEP-10: a signed challenge is the proof" },
  { method: "GET", path: "/sep6/info", why: "SEP-6: what is offered (R-06-7)" },
  { method: "GET", path: "/sep24/info", why: "SEP-24: what is offered (R-24-8)" },
  { method: "POST", path: "/interactive/:id/open", why: "a link's token opens its session", hidden: true },
  {
    method: "GET",
    path: "/interactive/:id/identity/back",
    why: "the end of a frame: one link, and nothing else",
  },
  { method: "GET", path: "/interactive/:id/status", why: "more_info_url is opened by its key", hidden: true },
  { method: "ALL", path: "/interactive/:id/*", why: "the page that says that there is none", hidden: true },
  { method: "GET", path: "/health/live", why: "says that the process lives, nothing else" },
  { method: "GET", path: "/health/ready", why: "says names of checks, nothing else" },
  { method: "POST", path: "/jobs/run", why: "an outside scheduler knows the secret", hidden: true },
  { method: "ALL", path: "/webhooks/:instance/:secret", why: "a provider knows the address", hidden: true },
  { method: "ALL", path: "/webhooks/:instance/:secret/*", why: "a provider knows the address", hidden: true },
  {
    method: "ALL",
    path: "/sandbox/*",
    why: "an operator's key, or a network that is a sandbox",
    hidden: true,
  },
];

/** A route that is not as the list says. */
export interface RouteFault {
  readonly method: string;
  readonly path: string;
  readonly says: string;
}

/**
 * Answers of a closed door: no right, or no such method. 404 is none, but for hidden routes: an open route says it too,
 * of an id that does not exist.
 */
const CLOSED: ReadonlySet<number> = new Set([401, 403, 405]);

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/**
 * Knocks at every route of an app without a token, key, session or body, and tells which are neither listed nor closed,
 * and which are listed and not there.
 * Build the app with everything switched on: a route that is off answers 404, which proves nothing.
 * @param under only routes whose path begins with this are public beside the list, for example `/sandbox/`, where
 * another application is mounted
 */
export async function findOpenRoutes(
  app: Hono<HttpEnv>,
  listed: readonly PublicRoute[] = PUBLIC_ROUTES,
  under: readonly string[] = [],
): Promise<readonly RouteFault[]> {
  const routes = inspectRoutes(app).filter((route) => !route.isMiddleware);
  const entryOf = (method: string, path: string) =>
    listed.find((each) => each.path === path && (each.method === method || each.method === "ALL"));
  const faults: RouteFault[] = [];
  const knocked = new Set<string>();
  for (const route of routes) {
    if (under.some((prefix) => route.path.startsWith(prefix))) continue;
    for (const method of route.method === "ALL" ? METHODS : [route.method]) {
      const door = `${method} ${route.path}`;
      const entry = entryOf(method, route.path);
      if (knocked.has(door) || (entry && !entry.hidden)) continue;
      knocked.add(door);
      const { status, body } = await app.request(sampleOf(route.path), { method });
      await body?.cancel();
      if (entry ? status === 404 : CLOSED.has(status)) continue;
      const says = entry ? "and is listed as hidden" : "to anybody and is not listed as public";
      faults.push({ method, path: route.path, says: `answers ${status} ${says}` });
    }
  }
  const isThere = (each: PublicRoute) =>
    routes.some((route) =>
      route.path === each.path && (route.method === each.method || route.method === "ALL")
    );
  return [
    ...faults,
    ...listed.filter((each) => !isThere(each)).map(({ method, path }) => ({
      method,
      path,
      says: "is listed as public and does not exist",
    })),
  ];
}

/** A path that a template matches. */
function sampleOf(template: string): string {
  return template.replaceAll(/:\w+(\{[^}]*\})?\??/g, "1").replaceAll("*", "x");
}
