/**
 * The signature of a callback, by which a wallet knows that it comes from this anchor, is fresh, and is meant for it
 * (R-06-167, R-06-168, R-12-93, R-12-94).
 *
 * Signed is `<t>.<host>.<body>` as it is, with the key of SEP-10's challenges. No challenge can be made of it: what is
 * signed there is a hash of 32 bytes, and this text always begins with a time in digits and a dot.
 * @module
 */
import type { Signer } from "../auth/mod.ts";

/**
 * The headers that say it. The older name has the same value (R-06-169, R-12-95).
 *
 * The host is that of the URL's authority, with the port where it is not 443: so anchors in use sign it, and it is what a
 * receiver finds in its `Host` header.
 * @param t seconds since 1970 at which it is sent
 * @param body the exact text that is sent
 */
export function signatureHeaders(
  signer: Pick<Signer, "sign">,
  { t, url, body }: { readonly t: number; readonly url: URL; readonly body: string },
): Readonly<Record<"Signature" | "X-Stellar-Signature", string>> {
  const signed = new TextEncoder().encode(`${t}.${url.host}.${body}`);
  const value = `t=${t}, s=${signer.sign(signed).toBase64()}`;
  return { "Signature": value, "X-Stellar-Signature": value };
}
