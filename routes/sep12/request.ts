/**
 * What a SEP-12 request says of whom it speaks, wherever it says so: query and body are both taken (trap 8).
 * @module
 */
import type { Context } from "hono";
import type { CustomerRequest } from "../../core/customers/mod.ts";
import { Refusal } from "../../core/refusal.ts";
import type { HttpEnv } from "../http/mod.ts";

const PARAMETERS = {
  id: "id",
  account: "account",
  memo: "memo",
  memo_type: "memoType",
  type: "type",
  transaction_id: "transactionId",
} as const;

/** Names that are parameters of the request and no values of a customer. */
export const parameterNames: ReadonlySet<string> = new Set([...Object.keys(PARAMETERS), "lang"]);

/**
 * The parameters of a request.
 * @param fields of the body, where it has one
 * @throws {Refusal} 400 when a parameter is no text, or is one thing in the query and another in the body
 */
export function customerRequest(
  c: Context<HttpEnv>,
  fields: Readonly<Record<string, unknown>> = {},
): CustomerRequest {
  const found: Partial<Record<typeof PARAMETERS[keyof typeof PARAMETERS], string>> = {};
  for (const [name, member] of Object.entries(PARAMETERS)) {
    const inQuery = inQueryOnce(c, name);
    const inBody = textOf(name, Object.hasOwn(fields, name) ? fields[name] : undefined);
    if (inQuery !== undefined && inBody !== undefined && inQuery !== inBody) {
      throw new Refusal("sep12.given_twice", { field: name });
    }
    const value = inBody ?? inQuery;
    // Wallets send empty parameters for those that they do not have.
    if (value !== undefined && value !== "") found[member] = value;
  }
  return found;
}

/** A parameter of the query. @throws {Refusal} 400 when it is given more than once */
export function inQueryOnce(c: Context<HttpEnv>, name: string): string | undefined {
  const [value, ...others] = c.req.queries(name) ?? [];
  if (others.length > 0) throw new Refusal("request.repeated_field", { field: name });
  return value;
}

/** Numbers of JSON are taken as text, since a memo may be written so; beyond 2⁵³ they have lost digits. */
function textOf(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
  throw new Refusal("sep12.text_expected", { field: name });
}
