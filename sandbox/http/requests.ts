/**
 * How the sandbox bank and KYC bureau read requests.
 * @module
 */
import type { Context } from "hono";
import * as z from "zod";
import { Problem } from "./problem.ts";

/** Reads a JSON body by a schema. @throws Problem when it does not fit */
export async function readJson<T extends z.ZodType>(c: Context, schema: T): Promise<z.output<T>> {
  const raw: unknown = await c.req.json().catch(() => {
    throw new Problem(400, "invalid_json", "Cannot read the body: it is not JSON");
  });
  const result = schema.safeParse(raw);
  if (!result.success) throw new Problem(400, "invalid_request", z.prettifyError(result.error));
  return result.data;
}

/** Reads a form of a page. @throws Problem when the body is none */
export async function readForm(c: Context): Promise<FormData> {
  return await c.req.formData().catch(() => {
    throw new Problem(400, "invalid_form", "Cannot read the body: it is no form");
  });
}

/** The bearer of a request. @throws Problem when there is none */
export function bearerOf(c: Context): string {
  const [scheme, token] = (c.req.header("Authorization") ?? "").split(" ");
  if (scheme?.toLowerCase() !== "bearer" || !token) {
    throw new Problem(401, "unauthorized", "Cannot tell the caller: send `Authorization: Bearer …`");
  }
  return token;
}
