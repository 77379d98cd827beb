/**
 * What the gateway is compared with, in its own process: a bare Hono route, a route of one indexed read, a login that asks
 * no Horizon, and its parts; and what the process has used so far.
 * @module
 */
import process from "node:process";
import { Hono } from "hono";
import { authRoom } from "../../core/gateway/auth.ts";
import type { Running } from "../../main.ts";
import type { HttpEnv } from "../../routes/http/mod.ts";
import { sep10Routes } from "../../routes/sep10/mod.ts";
import { measureParts } from "./parts.ts";

/** Serves it on a port of its own. */
export function serveBeside(
  { gateway, environment, anchor }: Running,
): Deno.HttpServer<Deno.NetAddr> {
  const { sessions } = gateway;
  const app = new Hono<HttpEnv>();
  app.get("/bare", (c) => c.json({ hello: "world" }));
  app.get("/read", async (c) => {
    const [row] = await gateway.db.query({
      sql: "select id, state from transfers where id = ?",
      args: [c.req.query("id") ?? ""],
    });
    return c.json({ id: row?.["id"], state: row?.["state"] });
  });
  app.get("/used", (c) => c.json(used()));
  // Only where the runtime was started with `--expose-gc`.
  app.get("/collect", (c) => {
    const collect: unknown = Reflect.get(globalThis, "gc");
    if (typeof collect === "function") collect();
    return c.json({});
  });
  app.get(
    "/parts",
    async (c) => c.json(await measureParts({ environment, sessions, n: Number(c.req.query("n")) })),
  );
  const { webAuth } = authRoom({
    environment,
    anchor,
    // As it is for an account that is not on the ledger, but known at once.
    horizon: { ...gateway.horizon, account: () => Promise.resolve({ kind: "not_found" }) },
    sessions,
    now: () => Math.floor(Date.now() / 1000),
  });
  app.route("/auth", sep10Routes({ webAuth, network: (c) => c.req.header("x-forwarded-for") ?? "" }));
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, app.fetch);
}

/** CPU of all of this process's threads in microseconds, and its memory in bytes. */
function used() {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = Deno.memoryUsage();
  return { cpu: user + system, rss, heap: heapUsed };
}
