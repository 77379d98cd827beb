/**
 * What the gateway is compared with, in its own process: a bare Hono route, a route of one indexed read, raw Ed25519; and
 * what the process has used so far.
 * @module
 */
import { generateKeyPairSync, sign, verify } from "node:crypto";
import process from "node:process";
import { Hono } from "hono";
import type { Gateway } from "../../core/gateway.ts";

/** Serves it on a port of its own. */
export function serveBeside(gateway: Pick<Gateway, "db">): Deno.HttpServer<Deno.NetAddr> {
  const app = new Hono();
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
  app.get("/ed25519", (c) => c.json(ed25519(Number(c.req.query("n")))));
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, app.fetch);
}

/** CPU of all of this process's threads in microseconds, and its memory in bytes. */
function used() {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = Deno.memoryUsage();
  return { cpu: user + system, rss, heap: heapUsed };
}

/** Microseconds of CPU that signing and verifying take, n times each, with keys that were imported before. */
function ed25519(n: number) {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const message = crypto.getRandomValues(new Uint8Array(32));
  const signature = sign(null, message, privateKey);
  return {
    sign: eachTime(n, () => void sign(null, message, privateKey)),
    verify: eachTime(n, () => void verify(null, message, publicKey, signature)),
  };
}

function eachTime(n: number, work: () => void): number {
  const begun = used().cpu;
  for (let i = 0; i < n; i++) work();
  return (used().cpu - begun) / n;
}
