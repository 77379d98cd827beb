/**
 * The reserve's statement (M-26): public, read from the records and never worked out on a request. As JSON, and signed as a
 * JWS for who asks for `application/jose` or at `/reserve.jws`. To be mounted at `/`.
 * @module
 */
import { type Context, Hono } from "hono";
import { Refusal } from "../../core/refusal.ts";
import type { Published } from "../../core/reserve/readings.ts";
import { cors, type HttpEnv } from "../http/mod.ts";

/** What the room takes. */
export interface ReserveOptions {
  /** The last statement, or `null` before the first one. */
  readonly published: () => Promise<Published | null>;
}

const JOSE = "application/jose";
/** Seconds for which the answer may be kept. */
const MAX_AGE = 60;

/** The routes. */
export function reserveRoutes({ published }: ReserveOptions): Hono<HttpEnv> {
  const routes = new Hono<HttpEnv>();
  routes.use("/reserve", cors());
  routes.use("/reserve.jws", cors());
  routes.get("/reserve", async function reserve(c) {
    c.header("Vary", "Accept");
    return answer(c, await published(), wantsSigned(c.req.header("accept") ?? ""));
  });
  routes.get("/reserve.jws", async function signedReserve(c) {
    return answer(c, await published(), true);
  });
  return routes;
}

function answer(c: Context<HttpEnv>, found: Published | null, isSigned: boolean): Response {
  if (found === null) {
    throw new Refusal(
      "unavailable",
      {},
      "no statement of the reserve has been made yet: its job has not run",
    );
  }
  // The end of the signature: a number comes again when a backup is put back.
  const tag = `"${found.jws.slice(-20)}${isSigned ? "-jws" : ""}"`;
  c.header("ETag", tag);
  c.header("Cache-Control", `public, max-age=${MAX_AGE}`);
  const known = c.req.header("if-none-match")?.split(",").map((each) => each.trim().replace(/^W\//, ""));
  if (known?.includes(tag)) return c.body(null, 304);
  c.header("Content-Type", isSigned ? JOSE : "application/json");
  return c.body(isSigned ? found.jws : found.statement);
}

/** Signed only for who names the type, and does not refuse it. */
function wantsSigned(accept: string): boolean {
  return accept.toLowerCase().split(",").some((each) => {
    const [type = "", ...parameters] = each.split(";").map((part) => part.trim());
    return type === JOSE && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}
