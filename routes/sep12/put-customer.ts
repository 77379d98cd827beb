/**
 * `PUT /customer`: takes values and documents in three encodings (sep-12.md 4.2, 4.4).
 * @module
 */
import type { Context, Handler } from "hono";
import { MAX_FILE_BYTES } from "../../core/customers/mod.ts";
import { Refusal } from "../../core/refusal.ts";
import { readBody } from "../http/mod.ts";
import type { HttpEnv } from "../http/mod.ts";
import type { Sep12Options } from "./options.ts";
import { customerRequest, parameterNames } from "./request.ts";
import { store } from "./store.ts";

/** Two documents of the largest size, and the values beside them. */
const MAX_BODY_BYTES = 2 * MAX_FILE_BYTES + 1024 * 1024;

/** The handler; 202, since public checks take only that (R-12-56). */
export function putCustomer(
  options: Pick<Sep12Options, "customers" | "languages" | "performNow">,
): Handler<HttpEnv> {
  return async function putCustomer(c: Context<HttpEnv>) {
    const { fields, files } = await readBody(c, {
      maxBytes: MAX_BODY_BYTES,
      accept: ["json", "form", "multipart"],
    });
    const lang = fields["lang"];
    const { language } = options.languages.choose(c, typeof lang === "string" ? lang : undefined);
    const request = customerRequest(c, fields);
    for (const name of parameterNames) {
      if (files.has(name)) throw new Refusal("sep12.text_expected", { field: name });
    }
    const entries = [
      ...Object.entries(fields).filter(([name]) => !parameterNames.has(name)),
      ...[...files].map(([name, { bytes }]) => [name, bytes] as const),
    ];
    const id = await store(options, c.get("caller"), { ...request, entries, language });
    return c.json({ id }, 202);
  };
}
