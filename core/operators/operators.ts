/**
 * Who operates the gateway: keys of `OPERATOR_API_KEYS`, each a person's, and what a role may do.
 * @module
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { OPERATOR_ROLES, type OperatorKey, type OperatorRole } from "../config/environment/operators.ts";

export { OPERATOR_ROLES, type OperatorRole } from "../config/environment/operators.ts";

/** Who acts. The name stands in the audit log. */
export type Operator = Pick<OperatorKey, "name" | "role">;

/** The operator whose secret this is, or `null`. */
export type OperatorOf = (secret: string) => Operator | null;

/** Digests have one length and every key is compared, so the time tells nothing of any secret. */
export function createOperators(keys: readonly OperatorKey[]): OperatorOf {
  const known = keys.map(({ name, role, secret }) => ({
    operator: { name, role },
    digest: digestOf(secret),
  }));
  return (secret) => {
    const given = digestOf(secret);
    const [found] = known.filter(({ digest }) => timingSafeEqual(digest, given));
    return found?.operator ?? null;
  };
}

/** Whether the operator may do what asks for a role: each may do what those before it may. */
export function isAtLeast({ role }: Pick<Operator, "role">, needed: OperatorRole): boolean {
  return OPERATOR_ROLES.indexOf(role) >= OPERATOR_ROLES.indexOf(needed);
}

function digestOf(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
