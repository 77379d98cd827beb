/**
 * `POST /auth`: a token for a signed challenge (sep-10.md, 4.6 to 4.8).
 * @module
 */
import type { Handler } from "hono";
import type { WebAuth } from "../../core/auth/mod.ts";
import { Refusal } from "../../core/refusal.ts";
import { type HttpEnv, readBody } from "../http/mod.ts";

/** Longest body that is read, in bytes. A challenge with twenty signatures has three kilobytes. */
const MAX_BODY_BYTES = 50 * 1024;

/** Answers 200 with `token`. Takes JSON and URL-encoded forms (R-10-51, R-10-52). */
export function postToken({ webAuth }: { webAuth: WebAuth }): Handler<HttpEnv> {
  return async function token(c) {
    const { fields: { transaction } } = await readBody(c, { maxBytes: MAX_BODY_BYTES });
    if (typeof transaction !== "string" || transaction === "") {
      throw new Refusal("sep10.transaction_missing");
    }
    // A `+` that a form did not percent-encode arrives as a blank, which base64 does not have (trap 6).
    return c.json(await webAuth.token(transaction.replaceAll(" ", "+")));
  };
}
