/**
 * The keys of `locales/`, typed after the English file, so that a wrong key is a compile error.
 * @module
 */
import type { EnglishTexts } from "./languages.ts";

type Plural = "zero" | "one" | "two" | "few" | "many" | "other";

/** The part of a key before its plural category. */
type Base<Key extends string> = Key extends `${infer Stem}_${Plural}` ? Stem : Key;

type Leaves<Tree, Prefix extends string = ""> = {
  [Key in keyof Tree & string]: Tree[Key] extends string ? `${Prefix}${Base<Key>}`
    : Leaves<Tree[Key], `${Prefix}${Key}.`>;
}[keyof Tree & string];

/** A dotted key, for example `errors.internal`; a text with plural forms has one key, without the category. */
export type TextKey = Leaves<EnglishTexts>;

/** Values of a text's placeholders. Numbers and amounts are already formatted; `count` picks the plural form. */
export type TextParams = Readonly<Record<string, string | number>>;
