/**
 * `GET /customer`: how a customer stands and what is still asked (sep-12.md 4.3).
 * @module
 */
import type { Context, Handler } from "hono";
import { sep12Customer } from "../../core/seps/sep12-customer.ts";
import type { HttpEnv } from "../http/mod.ts";
import type { Sep12Options } from "./options.ts";
import { customerRequest } from "./request.ts";

/** The handler. */
export function getCustomer(
  { customers, languages, performNow }: Pick<Sep12Options, "customers" | "languages" | "performNow">,
): Handler<HttpEnv> {
  return async function getCustomer(c: Context<HttpEnv>) {
    const caller = c.get("caller");
    const request = customerRequest(c);
    const first = await customers.read(caller, request);
    if (first.effects.length > 0) await performNow(first.effects);
    const answer = first.effects.length > 0 ? await customers.read(caller, request) : first;
    return c.json(sep12Customer(answer, languages.of(c)));
  };
}
