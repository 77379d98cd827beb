/**
 * What every form of the pages carries, so that no other site can post one in a person's name: a MAC over the session
 * and its transfer. A cookie goes with posts of other sites too; this stands in the page alone.
 *
 * Its key is made of `JWT_SECRET` for this purpose alone, so a form is good for as long as its session while secrets
 * rotate: the first makes, all verify.
 * @module
 */
import { createHmac } from "node:crypto";
import { sameSecret } from "../../plugins/signatures.ts";
import type { PageSession } from "./page-session.ts";

/** Makes and verifies the tokens of forms. */
export interface FormTokens {
  /** The token of each form of this session's pages. */
  formToken(session: PageSession): string;
  /** Whether a posted token is this session's; takes the same time whatever is given. */
  isFormToken(session: PageSession, given: string): boolean;
}

/**
 * Builds them.
 * @param options.secrets of `JWT_SECRET`
 * @throws {TypeError} when there is none
 */
export function createFormTokens({ secrets }: { readonly secrets: readonly string[] }): FormTokens {
  const [first, ...older] = secrets.map((secret) =>
    createHmac("sha256", secret).update("kedge:form-token").digest()
  );
  if (first === undefined) throw new TypeError("Cannot make form tokens: there is no secret");
  return {
    formToken: (session) => tokenBy(first, session),
    // Every key is tried, so the time tells nothing.
    isFormToken: (session, given) =>
      [first, ...older].filter((key) => sameSecret(tokenBy(key, session), given)).length > 0,
  };
}

function tokenBy(key: Uint8Array, { name, transferId }: PageSession): string {
  // A name has one length, so no two pairs are one text.
  return createHmac("sha256", key).update(`${name}:${transferId}`).digest("base64url");
}
