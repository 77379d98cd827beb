/**
 * JSON as it comes from outside: bytes that may be anything.
 * @module
 */

/** The value that the bytes say in UTF-8, or `undefined` when they are no JSON: it never throws. */
export function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    // Whatever is no JSON says nothing that could be used; callers treat it as such.
    return undefined;
  }
}
