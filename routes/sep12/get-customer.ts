/**
 * `GET /customer`: how a customer stands and what is still asked (sep-12.md 4.3).
 * @module
 */
import type { Context, Handler } from "hono";
import type { CustomerRequest } from "../../core/customers/mod.ts";
import type { Translator } from "../../core/i18n/mod.ts";
import { sep12Customer } from "../../core/seps/sep12-customer.ts";
import type { HttpEnv } from "../http/mod.ts";
import type { Sep12Options } from "./options.ts";
import { customerRequest } from "./request.ts";

/** The handler. */
export function getCustomer(
  options: Pick<Sep12Options, "customers" | "languages" | "performNow">,
): Handler<HttpEnv> {
  return async function getCustomer(c: Context<HttpEnv>) {
    return await answerCustomer(c, options, customerRequest(c), options.languages.of(c));
  };
}

/** Answers how a customer stands, with what the reading itself begins performed. */
export async function answerCustomer(
  c: Context<HttpEnv>,
  { customers, performNow }: Pick<Sep12Options, "customers" | "performNow">,
  request: CustomerRequest,
  translator: Translator,
): Promise<Response> {
  const caller = c.get("caller");
  const first = await customers.read(caller, request);
  if (first.effects.length > 0) await performNow(first.effects);
  const answer = first.effects.length > 0 ? await customers.read(caller, request) : first;
  return c.json(sep12Customer(answer, translator));
}
