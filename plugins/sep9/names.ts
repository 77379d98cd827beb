/**
 * Names as callers write them, and the one spelling that we write (R-09-4, trap 12).
 * @module
 */
import { sep9Fields } from "./catalogue.ts";

/** Other spellings → the one that we write. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["family_name", "last_name"],
  ["given_name", "first_name"],
  // Deprecated since SEP-9 1.16.0; old clients still send it (R-09-21).
  ["crypto_memo", "external_transfer_memo"],
  ["organization.crypto_memo", "organization.external_transfer_memo"],
]);

/** The spelling that we write, or `null` when SEP-9 does not know the name. Case counts (R-09-1). */
export function canonicalName(name: string): string | null {
  const canonical = ALIASES.get(name) ?? name;
  return sep9Fields.has(canonical) ? canonical : null;
}

/** The spellings under which a field is understood, the one that we write first. */
export function spellingsOf(canonical: string): string[] {
  return [canonical, ...[...ALIASES].filter(([, to]) => to === canonical).map(([alias]) => alias)];
}

/** A key of SEP-12 that belongs to a field: an answer to a verification, or a file that was uploaded before. */
export function derivedName(key: string): { kind: "verification" | "file_id"; name: string } | null {
  for (const kind of ["verification", "file_id"] as const) {
    if (!key.endsWith(`_${kind}`)) continue;
    const name = canonicalName(key.slice(0, -kind.length - 1));
    if (name !== null) return { kind, name };
  }
  return null;
}
