/**
 * What a start is compared with: the packages that `start` loads, and a server that answers. Not a line of ours besides.
 * @module
 */
import "@stellar/stellar-sdk/base";
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import "hono/route";
import "hono/utils/accept";
import "i18next";
import "ipaddr.js";
import "iso-3166-1";
import "jose";
import "smol-toml";
import "zod";

const app = new Hono();
app.get("/health/live", (c) => c.json({ status: "ok" }));
app.notFound(() => new HTTPException(404).getResponse());
Deno.serve({ hostname: "127.0.0.1", port: Number(Deno.env.get("PORT")), onListen: () => {} }, app.fetch);
