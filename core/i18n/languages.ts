/**
 * The languages that `locales/` holds. Resources are imported statically, so they are part of the program everywhere.
 * @module
 */
import ar from "../../locales/ar.json" with { type: "json" };
import de from "../../locales/de.json" with { type: "json" };
import en from "../../locales/en.json" with { type: "json" };
import es from "../../locales/es.json" with { type: "json" };
import fil from "../../locales/fil.json" with { type: "json" };
import fr from "../../locales/fr.json" with { type: "json" };
import hi from "../../locales/hi.json" with { type: "json" };
import id from "../../locales/id.json" with { type: "json" };
import ptBR from "../../locales/pt-BR.json" with { type: "json" };
import sw from "../../locales/sw.json" with { type: "json" };

/** BCP 47 tags of `locales/`, English first. */
export const LANGUAGES = ["en", "es", "pt-BR", "fr", "de", "ar", "hi", "sw", "fil", "id"] as const;

/** A language that the project is translated to. */
export type Language = (typeof LANGUAGES)[number];

/** What is spoken when nothing else fits. */
export const DEFAULT_LANGUAGE: Language = "en";

/** BCP 47's word for a language that nobody has said; a transfer keeps it until its person says one. */
export const UNSAID = "und";

/** Language → its texts. */
export const RESOURCES = { en, es, "pt-BR": ptBR, fr, de, ar, hi, sw, fil, id } as const;

/** The English texts, from which the keys get their types. */
export type EnglishTexts = typeof en;

/** Whether a tag is one of ours, spelled as we spell it. */
export function isLanguage(tag: string): tag is Language {
  return Object.hasOwn(RESOURCES, tag);
}

/** In which direction a language is written. */
export function directionOf(language: string): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.has(new Intl.Locale(language).maximize().script ?? "") ? "rtl" : "ltr";
}

/** ISO 15924 codes of the scripts that run from right to left; `Intl.Locale` cannot be asked on every runtime. */
const RIGHT_TO_LEFT: ReadonlySet<string> = new Set(["Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm", "Rohg"]);
