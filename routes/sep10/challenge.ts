/**
 * `GET /auth`: a challenge (sep-10.md, 4.2 to 4.5).
 * @module
 */
import type { Context, Handler } from "hono";
import type { WebAuth } from "../../core/auth/mod.ts";
import { Refusal } from "../../core/refusal.ts";
import type { HttpEnv } from "../http/mod.ts";

const PARAMETERS = ["account", "memo", "home_domain", "client_domain"] as const;

/** Answers 200 with `transaction` and `network_passphrase`. */
export function getChallenge(
  { webAuth, network }: { webAuth: WebAuth; network: (c: Context<HttpEnv>) => string },
): Handler<HttpEnv> {
  return async function challenge(c) {
    const query = new URL(c.req.url).searchParams;
    for (const name of PARAMETERS) {
      // Two readers would take two different values.
      if (query.getAll(name).length > 1) throw new Refusal("request.repeated_field", { field: name });
    }
    return c.json(
      await webAuth.challenge({
        query,
        authorization: c.req.header("authorization") ?? null,
        network: network(c),
      }),
    );
  };
}
