/**
 * `GET /auth`: a challenge (sep-10.md, 4.2 to 4.5).
 * @module
 */
import type { Context, Handler } from "hono";
import type { WebAuth } from "../../core/auth/mod.ts";
import type { HttpEnv } from "../http/mod.ts";

/** Answers 200 with `transaction` and `network_passphrase`. */
export function getChallenge(
  { webAuth, network }: { webAuth: WebAuth; network: (c: Context<HttpEnv>) => string },
): Handler<HttpEnv> {
  return async function challenge(c) {
    return c.json(
      await webAuth.challenge({
        query: new URL(c.req.url).searchParams,
        authorization: c.req.header("authorization") ?? null,
        network: network(c),
      }),
    );
  };
}
