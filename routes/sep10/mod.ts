/**
 * SEP-10, to be mounted at `/auth`.
 * @module
 */
import { type Context, Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import type { WebAuth } from "../../core/auth/mod.ts";
import { cors, type HttpEnv, readableQuery, uncached } from "../http/mod.ts";
import { getChallenge } from "./challenge.ts";
import { postToken } from "./token.ts";

/** What {@link sep10Routes} takes. */
export type Sep10Options = {
  readonly webAuth: WebAuth;
  /** Who asks, for the rate limit: the network of the client's address. */
  readonly network: (c: Context<HttpEnv>) => string;
};

/**
 * GET, POST and OPTIONS of the endpoint, open to every origin and never stored. Refusals are answered by the error
 * handler of the app that this is mounted in.
 */
export function sep10Routes(options: Sep10Options): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  app.use("/", uncached);
  app.use("/", cors());
  app.get("/", readableQuery, getChallenge(options));
  app.post("/", postToken(options));
  app.all("/", function otherMethods(c) {
    c.header("Allow", "GET, HEAD, POST, OPTIONS");
    throw new HTTPException(405);
  });
  return app;
}
