/**
 * Whether a text is one of ours in a language, whatever its placeholders were filled with.
 * @module
 */
import { RESOURCES } from "../../../core/i18n/languages.ts";

/** Texts of errors by language and key, as patterns. */
const PATTERNS: ReadonlyMap<string, ReadonlyMap<string, RegExp>> = new Map(
  Object.entries(RESOURCES).map(([language, { errors }]) => [language, new Map(patternsOf(errors))]),
);

/** @param code of the error, or `null` where any error of the language will do */
export function isTextOf(language: string, text: string, code: string | null): boolean {
  const patterns = PATTERNS.get(language);
  if (!patterns) return false;
  if (code === null) return [...patterns.values()].some((pattern) => pattern.test(text));
  const forms = [code, `${code}_one`, `${code}_other`, `${code}_many`];
  return forms.some((form) => patterns.get(form)?.test(text) === true);
}

function* patternsOf(texts: object, path: readonly string[] = []): Generator<[string, RegExp]> {
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value === "string") {
      const pattern = value.split(/\{\{[^}]*\}\}/).map((part) =>
        part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")
      )
        .join("[^]*");
      yield [[...path, key].join("."), new RegExp(`^${pattern}$`)];
    } else {
      yield* patternsOf(value, [...path, key]);
    }
  }
}
