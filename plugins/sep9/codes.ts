/**
 * Code lists that SEP-9 refers to: countries and languages.
 * @module
 */
import iso3166 from "iso-3166-1";

const ALPHA2_OF: ReadonlyMap<string, string> = new Map(
  iso3166.all().map(({ alpha3, alpha2 }) => [alpha3, alpha2]),
);
const ALPHA2: ReadonlySet<string> = new Set(ALPHA2_OF.values());

/** ISO 639-1, all 183. */
export const LANGUAGE_CODES: readonly string[] = (
  "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en " +
  "eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv " +
  "ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne " +
  "ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st " +
  "su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
).split(" ");
const LANGUAGES: ReadonlySet<string> = new Set(LANGUAGE_CODES);

/** All of ISO 3166-1, as alpha-3 codes. */
export const COUNTRIES: readonly string[] = [...ALPHA2_OF.keys()];

/** True for an ISO 3166-1 alpha-3 code in upper case. */
export function isCountry(code: string): boolean {
  return ALPHA2_OF.has(code);
}

/** The alpha-2 code of a country that is named by its alpha-3 code; `null` for what is none. */
export function alpha2Of(alpha3: string): string | null {
  return ALPHA2_OF.get(alpha3) ?? null;
}

/** True for an ISO 3166-1 alpha-2 code in upper case. */
export function isCountryAlpha2(code: string): boolean {
  return ALPHA2.has(code);
}

/** True for an ISO 639-1 code in lower case. */
export function isLanguage(code: string): boolean {
  return LANGUAGES.has(code);
}
