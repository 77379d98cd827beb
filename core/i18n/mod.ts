/**
 * Texts, numbers and dates in the language of whom they are for (DESIGN §8).
 * @module
 */
export { createTexts, type ModuleTexts, type Texts, type Translator } from "./texts.ts";
export { type TextKey, type TextParams } from "./keys.ts";
export { countryName, namedCountries, type NamedCountry } from "./countries.ts";
export { DEFAULT_LANGUAGE, directionOf, isLanguage, type Language, LANGUAGES, UNSAID } from "./languages.ts";
export { readTypedAmount, type TypedAmount, typedAmount } from "./typed-amount.ts";
export { latinDigits } from "./latin-digits.ts";
export {
  formatDate,
  formatDateTime,
  formatDuration,
  formatMoney,
  formatNumber,
  isolated,
} from "./formats.ts";
