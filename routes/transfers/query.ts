/**
 * Reads the query of a request about transfers.
 * @module
 */
import type { Context } from "hono";
import type { z } from "zod";
import { Refusal } from "../../core/refusal.ts";
import { type HttpEnv, readInput } from "../http/mod.ts";

/**
 * Reads the query by a schema. An empty value is a missing one; a name that is given twice has no one meaning.
 * @param repeatable names that may be given more than once: they are read as lists
 */
export function readQuery<Schema extends z.ZodType>(
  c: Context<HttpEnv>,
  schema: Schema,
  repeatable: readonly string[] = [],
): z.output<Schema> {
  const values = new Map<string, string | string[]>();
  for (const [name, given] of Object.entries(c.req.queries())) {
    const present = given.filter((value) => value !== "");
    const [only, ...others] = present;
    if (only === undefined) continue;
    if (repeatable.includes(name)) {
      values.set(name, present);
    } else if (others.length > 0) {
      throw new Refusal("request.repeated_field", {
        field: name.replaceAll(/[^\w.-]/g, "?").slice(0, 80),
      });
    } else {
      values.set(name, only);
    }
  }
  return readInput(schema, Object.fromEntries(values));
}
