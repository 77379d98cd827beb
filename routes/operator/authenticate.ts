/**
 * Lets operators in by their keys, and nobody who has tried several wrong ones (P18).
 * @module
 */
import type { MiddlewareHandler } from "hono";
import { isAtLeast, type OperatorRole } from "../../core/operators/operators.ts";
import { Refusal } from "../../core/refusal.ts";
import { bearerToken, type HttpEnv, tooManyRequests } from "../http/mod.ts";
import type { OperatorOptions } from "./options.ts";

/** Wrong keys from one network within the window. */
const MOST_WRONG = 10;
const WINDOW_S = 300;

/** Sets `c.var.operator`. While a network is shut out, its good keys are not let in either: guessing must not pay. */
export function authenticateOperator(
  { desk, sessions, network }: Pick<OperatorOptions, "desk" | "sessions" | "network">,
): MiddlewareHandler<HttpEnv> {
  return async function authenticateOperator(c, next) {
    const from = network(c);
    const shut = `operator.shut:${from}`;
    if (await sessions.get(shut) !== null) throw tooManyRequests(WINDOW_S);
    const token = bearerToken(c.req.header("authorization"));
    const operator = token === null ? null : desk.operatorOf(token);
    if (operator === null) {
      // Who brings no key at all guesses nothing.
      const wrong = token === null ? 0 : await sessions.count(`operator.wrong:${from}`, WINDOW_S);
      if (wrong >= MOST_WRONG) await sessions.put(shut, "1", WINDOW_S);
      c.header("WWW-Authenticate", "Bearer");
      throw new Refusal("operator.key");
    }
    c.set("operator", operator);
    return await next();
  };
}

/** @throws {Refusal} 403 unless the operator has the role, or one above it */
export function needRole(operator: HttpEnv["Variables"]["operator"], role: OperatorRole): void {
  if (!isAtLeast(operator, role)) throw new Refusal("operator.role", { role });
}
