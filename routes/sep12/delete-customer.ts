/**
 * `DELETE /customer/{account}`: erases all that is known of a customer (sep-12.md 4.6). The memo of the token is enough;
 * a memo that a plain account names is taken from the query too, since many HTTP stacks drop the body of a DELETE.
 * @module
 */
import type { Context, Handler } from "hono";
import { readBody } from "../http/mod.ts";
import type { HttpEnv } from "../http/mod.ts";
import type { Sep12Options } from "./options.ts";
import { customerRequest } from "./request.ts";

/** A memo and its type. */
const MAX_BODY_BYTES = 16 * 1024;

/** The handler. */
export function deleteCustomer(
  { customers, performNow }: Pick<Sep12Options, "customers" | "performNow">,
): Handler<HttpEnv> {
  return async function deleteCustomer(c: Context<HttpEnv>) {
    const { fields } = await readBody(c, {
      maxBytes: MAX_BODY_BYTES,
      accept: ["json", "form", "multipart"],
      mayBeEmpty: true,
    });
    const { memo, memoType } = customerRequest(c, fields);
    const effects = await customers.erase(c.get("caller"), {
      account: c.req.param("account") ?? "",
      ...(memo === undefined ? {} : { memo }),
      ...(memoType === undefined ? {} : { memoType }),
    });
    await performNow(effects);
    return c.json({});
  };
}
