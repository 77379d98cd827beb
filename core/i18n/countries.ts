/**
 * Countries for people: their names in a language, and in the order of its alphabet.
 * @module
 */
import { alpha2Of } from "../../plugins/sep9/mod.ts";
import { remembered } from "../remembered.ts";

/** A country that may be chosen. */
export interface NamedCountry {
  /** ISO 3166-1 alpha-3. */
  readonly code: string;
  readonly name: string;
}

/** There are as many as languages; each is dear to make. */
const MOST_LANGUAGES = 50;

const namesIn = remembered(
  MOST_LANGUAGES,
  (language) => new Intl.DisplayNames(language, { type: "region", fallback: "code" }),
);
const orderIn = remembered(MOST_LANGUAGES, (language) => new Intl.Collator(language));

/** The name of a country; the code itself where it is none. @param code ISO 3166-1 alpha-3 */
export function countryName(language: string, code: string): string {
  const alpha2 = alpha2Of(code);
  return alpha2 === null ? code : namesIn(language).of(alpha2) ?? code;
}

/** Countries with their names, as people look for them. */
export function namedCountries(language: string, codes: readonly string[]): NamedCountry[] {
  const { compare } = orderIn(language);
  return codes.map((code) => ({ code, name: countryName(language, code) }))
    .sort((one, other) => compare(one.name, other.name));
}
