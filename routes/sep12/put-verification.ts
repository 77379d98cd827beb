/**
 * `PUT /customer/verification`, deprecated: takes codes alone and answers as `GET /customer` does (R-12-75 to R-12-77).
 * @module
 */
import type { Context, Handler } from "hono";
import { Refusal } from "../../core/refusal.ts";
import { derivedName } from "../../plugins/sep9/mod.ts";
import { readBody } from "../http/mod.ts";
import type { HttpEnv } from "../http/mod.ts";
import { answerCustomer } from "./get-customer.ts";
import type { Sep12Options } from "./options.ts";
import { customerRequest } from "./request.ts";
import { store } from "./store.ts";

/** A handful of codes. */
const MAX_BODY_BYTES = 64 * 1024;

/** The handler. */
export function putVerification(
  options: Pick<Sep12Options, "customers" | "languages" | "performNow">,
): Handler<HttpEnv> {
  return async function putVerification(c: Context<HttpEnv>) {
    const { fields } = await readBody(c, { maxBytes: MAX_BODY_BYTES, accept: ["json", "form", "multipart"] });
    const request = customerRequest(c, fields);
    if (request.id === undefined) throw new Refusal("sep12.id_missing");
    // Whatever else the body holds is no code, and is not taken here.
    const entries = Object.entries(fields).filter(([key]) => derivedName(key)?.kind === "verification");
    if (entries.length === 0) throw new Refusal("sep12.code_missing");
    const lang = fields["lang"];
    const translator = options.languages.choose(c, typeof lang === "string" ? lang : undefined);
    await store(options, c.get("caller"), { ...request, entries, language: translator.language });
    return await answerCustomer(c, options, request, translator);
  };
}
