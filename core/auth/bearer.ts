/**
 * Tokens as `Authorization: Bearer` carries them.
 * @module
 */

/** True for a text that can be such a token (`b64token` of RFC 6750 §2.1), of 8,192 characters at most. */
export function isBearerToken(text: string): boolean {
  return /^[\w.~+/=-]{1,8192}$/.test(text);
}
