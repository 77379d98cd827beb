/**
 * `PUT /customer/callback`: takes the address to which changes of a customer's status are posted (sep-12.md 4.7).
 * @module
 */
import type { Context, Handler } from "hono";
import { z } from "zod";
import { type HttpEnv, readBody, readInput } from "../http/mod.ts";
import type { Sep12Options } from "./options.ts";
import { customerRequest } from "./request.ts";

/** An address and the names of a customer; nobody needs more. */
const MAX_BODY_BYTES = 64 * 1024;

const body = z.object({ url: z.string() });

/** The handler. */
export function putCallback(
  { customers, languages, checkCallback }: Pick<Sep12Options, "customers" | "languages" | "checkCallback">,
): Handler<HttpEnv> {
  return async function putCallback(c: Context<HttpEnv>) {
    const { fields } = await readBody(c, {
      maxBytes: MAX_BODY_BYTES,
      accept: ["json", "form", "multipart"],
    });
    const lang = fields["lang"];
    languages.choose(c, typeof lang === "string" ? lang : undefined);
    const request = customerRequest(c, fields);
    const given = fields["url"] ?? c.req.query("url");
    // An empty parameter is a missing one, as everywhere.
    const { url } = readInput(body, given === "" ? {} : { url: given });

    await checkCallback(url);
    await customers.setCallback(c.get("caller"), { ...request, url });
    return c.json({});
  };
}
