/**
 * Ids of the sandbox bank and KYC bureau.
 * @module
 */

/** A random id with a prefix, for example `in_4f…`. */
export function newId(prefix: string): string {
  return `${prefix}_${crypto.randomUUID().replaceAll("-", "").slice(0, 24)}`;
}
