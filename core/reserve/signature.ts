/**
 * Signs the reserve's statement with the key that stellar.toml names as `SIGNING_KEY`: a compact JWS of a type of its own,
 * so that it is taken for nothing else (M-26).
 * @module
 */
import type { Signer } from "../auth/ed25519.ts";

/** `typ` of the header. */
export const RESERVE_TYPE = "kedge-reserve+jws";

/** The compact JWS of a text: RFC 7515 with EdDSA of RFC 8037; `kid` is the account of the key. */
export function signStatement(signer: Signer, statement: string): string {
  const header = { alg: "EdDSA", typ: RESERVE_TYPE, kid: signer.account };
  const signed = `${encoded(JSON.stringify(header))}.${encoded(statement)}`;
  return `${signed}.${base64(signer.sign(new TextEncoder().encode(signed)))}`;
}

function encoded(text: string): string {
  return base64(new TextEncoder().encode(text));
}

function base64(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}
