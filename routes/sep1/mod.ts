/**
 * SEP-1: serves `stellar.toml`. To be mounted at `/.well-known`.
 * @module
 */
import { type Context, Hono } from "hono";
import { cors, type HttpEnv } from "../http/mod.ts";

export { checkStellarToml, type TomlFault } from "./check.ts";
export { type MountedRoom, SERVER_KEYS, type TomlFacts, writeStellarToml } from "./document.ts";
export { type CheckFacts } from "./reading.ts";

/** Seconds for which the file may be kept: a rotated `SIGNING_KEY` reaches wallets quickly (R-01-8). */
const MAX_AGE = 300;

/**
 * The room. The file is made once, since what it says changes only with a restart.
 * @param text the whole file
 */
export async function sep1Routes(text: string): Promise<Hono<HttpEnv>> {
  const bytes = new TextEncoder().encode(text);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const tag = `"${digest.subarray(0, 12).toBase64({ alphabet: "base64url" })}"`;
  const routes = new Hono<HttpEnv>();
  routes.use("/stellar.toml", cors());
  // Hono answers HEAD by this too, without the body.
  routes.get("/stellar.toml", (c) => {
    c.header("ETag", tag);
    c.header("Cache-Control", `public, max-age=${MAX_AGE}`);
    if (isKnown(c, tag)) return c.body(null, 304);
    // HEAD has to name the length that GET would have (R-01-3).
    c.header("Content-Length", String(bytes.length));
    c.header("Content-Type", "text/plain; charset=utf-8");
    return c.body(bytes);
  });
  return routes;
}

/** Whether the caller has this very file: weak comparison, since a server in between may have compressed it. */
function isKnown(c: Context, tag: string): boolean {
  const known = c.req.header("if-none-match");
  if (known === undefined) return false;
  return known.trim() === "*" || known.split(",").some((each) => each.trim().replace(/^W\//, "") === tag);
}
