/**
 * `POST /customer/files`: takes a file that a later PUT refers to by its id (sep-12.md 4.8).
 * @module
 */
import type { Context, Handler } from "hono";
import { MAX_FILE_BYTES } from "../../core/customers/mod.ts";
import { Refusal } from "../../core/refusal.ts";
import { readBody } from "../http/mod.ts";
import type { HttpEnv } from "../http/mod.ts";
import { fileBody } from "./file-body.ts";
import type { Sep12Options } from "./options.ts";

/** A file of the largest size, and the form around it. */
const MAX_BODY_BYTES = MAX_FILE_BYTES + 64 * 1024;

/** The handler; SEP-12 does not name the code of success, 200 is the safe reading. */
export function postFile({ customers }: Pick<Sep12Options, "customers">): Handler<HttpEnv> {
  return async function postFile(c: Context<HttpEnv>) {
    const { files } = await readBody(c, { maxBytes: MAX_BODY_BYTES, accept: ["multipart"] });
    const file = files.get("file");
    // The same whether it is missing, or comes as text.
    if (file === undefined) throw new Refusal("sep12.file_expected", { field: "file" });
    const stored = await customers.upload(c.get("caller"), file.bytes);
    return c.json(fileBody(stored));
  };
}
