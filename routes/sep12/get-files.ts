/**
 * `GET /customer/files`: one file, or all of a customer (sep-12.md 4.8). What is unknown and what is another's is answered
 * alike, by an empty list.
 * @module
 */
import type { Context, Handler } from "hono";
import { Refusal } from "../../core/refusal.ts";
import type { HttpEnv } from "../http/mod.ts";
import { fileBody } from "./file-body.ts";
import type { Sep12Options } from "./options.ts";
import { inQueryOnce } from "./request.ts";

/** The handler. */
export function getFiles({ customers }: Pick<Sep12Options, "customers">): Handler<HttpEnv> {
  return async function getFiles(c: Context<HttpEnv>) {
    // Wallets send empty parameters for those that they do not have.
    const fileId = inQueryOnce(c, "file_id") || undefined;
    const customerId = inQueryOnce(c, "customer_id") || undefined;
    if (fileId === undefined && customerId === undefined) throw new Refusal("sep12.file_or_customer_needed");
    const files = await customers.files(c.get("caller"), {
      ...(fileId === undefined ? {} : { fileId }),
      ...(customerId === undefined ? {} : { customerId }),
    });
    return c.json({ files: files.map(fileBody) });
  };
}
