/**
 * Who may operate the gateway.
 * @module
 */
import { isBearerToken } from "../../auth/bearer.ts";
import { isWeak, type SecretReader } from "./secrets.ts";
import type { Variables } from "./variables.ts";

/** What an operator may do, from the least to the most. */
export const OPERATOR_ROLES = ["viewer", "support", "approver", "admin"] as const;

/** A role of an operator. */
export type OperatorRole = (typeof OPERATOR_ROLES)[number];

/** An operator's key; it travels as `Authorization: Bearer SECRET`. */
export interface OperatorKey {
  /** Who acts, in the audit log. One person, one name (M-27). */
  readonly name: string;
  readonly role: OperatorRole;
  readonly secret: string;
}

const NAME = "OPERATOR_API_KEYS";
const WRITE = "write name:role:secret, comma-separated; roles are viewer, support, approver and admin, " +
  "a secret has 256 bits in letters, digits and -._~+/=, for example from: openssl rand -base64 32";

/** Reads `OPERATOR_API_KEYS`. */
export function readOperatorKeys(variables: Variables, secrets: SecretReader): readonly OperatorKey[] {
  const given = variables.list(NAME);
  if (given.length === 0) variables.wrong(NAME, WRITE);
  const keys = given.flatMap((text): OperatorKey[] => {
    const [, name = "", role = "", secret = ""] = /^([a-z0-9][a-z0-9_.-]{0,39}):([a-z]+):(.+)$/.exec(text) ??
      [];
    if (!isRole(role) || isWeak(secret) || !isBearerToken(secret)) {
      variables.wrong(NAME, WRITE);
      return [];
    }
    secrets.note(NAME, secret);
    return [{ name, role, secret }];
  });
  if (new Set(keys.map(({ name }) => name)).size < keys.length) {
    variables.wrong(NAME, "write each name once: two approvals are two different people");
  }
  return keys;
}

function isRole(text: string): text is OperatorRole {
  return OPERATOR_ROLES.some((role) => role === text);
}
