/**
 * SEP-9: the standard names of what is known of a customer, the form of their values, and national forms.
 * @module
 */
export { sep9Field, sep9Fields } from "./catalogue.ts";
export type { Sep9Field, Sep9Kind, Sep9Type } from "./catalogue.ts";
export { canonicalName, derivedName, spellingsOf } from "./names.ts";
export { choicesOf, isTextKind, readValue } from "./kinds.ts";
export type { Reading, TextKind } from "./kinds.ts";
export { isNuban, NATIONAL_FORMATS, nationalFormName, readNational } from "./formats.ts";
export type { NationalForm, NationalFormat, OwnForm } from "./formats.ts";
export { problemOf, sep9Schema } from "./schemas.ts";
export type { SchemaContext, Sep9File, Sep9Problem } from "./schemas.ts";
export { mediaTypeOf, mediaTypesFor, takesMedia } from "./media.ts";
export type { MediaType } from "./media.ts";
export { alpha2Of, COUNTRIES, isCountry, isCountryAlpha2, isLanguage, LANGUAGE_CODES } from "./codes.ts";
