/**
 * Texts for people, by i18next with resources that are part of the program.
 *
 * Nothing here has a present language: a translator is bound to its language (`getFixedT`), so requests in different
 * languages never mix, however they are interleaved.
 * @module
 */
import { createInstance } from "i18next";
import { remembered } from "../remembered.ts";
import type { TextKey, TextParams } from "./keys.ts";
import {
  DEFAULT_LANGUAGE,
  directionOf,
  isLanguage,
  type Language,
  LANGUAGES,
  RESOURCES,
} from "./languages.ts";

/** Texts in one language. */
export interface Translator {
  /** BCP 47. */
  readonly language: Language;
  readonly direction: "ltr" | "rtl";
  /** The text of a key; English where the language lacks it. */
  readonly t: (key: TextKey, params?: TextParams) => string;
  /** The text of a key that is made at run time, for example `reasons.<code>`; null when there is none. */
  readonly find: (key: string, params?: TextParams) => string | null;
  /** A text of a module's own, under its instance's name; null when the module has none of this key. */
  readonly module: (instance: string, key: string, params?: TextParams) => string | null;
}

/** A module's own texts: language → key → text. Keys may hold dots; they are not nested. */
export type ModuleTexts = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** All texts of a running gateway. */
export interface Texts {
  /** The languages that are offered, English among them. */
  readonly languages: readonly Language[];
  /** The translator of a language; one per language and process. */
  readonly translator: (language: Language) => Translator;
  /** The translator of the language that a record keeps; English where that is none of ours (any more). */
  readonly translatorOf: (tag: string | null) => Translator;
}

/** Namespace of the texts of `locales/`. */
const OWN = "own";

/** Texts without values are worked out once a language; there are fewer, but for keys that are made at run time. */
const MOST_PLAIN = 2000;

/** A character that no key holds: keys of modules are flat. */
const NEVER = "\u0000";

/**
 * Builds the texts.
 * @param options.languages what is offered; all of `locales/` when absent. English is always offered
 * @param options.modules instance name → the module's own texts
 */
export function createTexts(
  options: {
    readonly languages?: readonly Language[];
    readonly modules?: Readonly<Record<string, ModuleTexts>>;
  } = {},
): Texts {
  const languages = LANGUAGES.filter((tag) =>
    tag === DEFAULT_LANGUAGE || (options.languages ?? LANGUAGES).includes(tag)
  );
  const modules = Object.entries(options.modules ?? {});
  const resources = Object.fromEntries(languages.map((language) => {
    const own = modules.map(([instance, texts]) => [moduleNamespace(instance), texts[language] ?? {}]);
    return [language, { [OWN]: RESOURCES[language], ...Object.fromEntries(own) }];
  }));
  const i18n = createInstance();
  // With resources given this is done when it returns; the promise only repeats that.
  void i18n.init({
    resources,
    fallbackLng: DEFAULT_LANGUAGE,
    supportedLngs: languages,
    ns: Object.keys(resources[DEFAULT_LANGUAGE] ?? {}),
    defaultNS: OWN,
    initAsync: false,
    // A group of texts is not a text.
    returnedObjectHandler: () => "",
    // Pages escape what they print, JSON needs none, and a text must not be escaped twice.
    interpolation: { escapeValue: false },
  });

  const translators = new Map(languages.map((language) => {
    const own = i18n.getFixedT(language, OWN);
    const ofModules = new Map(modules.map(([instance]) => {
      return [instance, i18n.getFixedT(language, moduleNamespace(instance))] as const;
    }));
    const plain = remembered(MOST_PLAIN, (key) => own(key));
    const plainOrNull = remembered(MOST_PLAIN, (key) => own(key, { defaultValue: "" }) || null);
    const translator: Translator = {
      language,
      // Asked by pages alone: the runtime's data of scripts is loaded with the first of them.
      get direction() {
        return directionOf(language);
      },
      t: (key, params) => params ? own(key, params) : plain(key),
      find: (key, params) => params ? own(key, { ...params, defaultValue: "" }) || null : plainOrNull(key),
      module: (instance, key, params = {}) =>
        ofModules.get(instance)?.(key, { ...params, keySeparator: NEVER, defaultValue: "" }) || null,
    };
    return [language, translator] as const;
  }));
  const translator: Texts["translator"] = (language) => {
    const found = translators.get(language) ?? translators.get(DEFAULT_LANGUAGE);
    if (!found) throw new TypeError(`Cannot translate to ${language}: its texts were not built`);
    return found;
  };
  return {
    languages,
    translator,
    translatorOf: (tag) => translator(tag !== null && isLanguage(tag) ? tag : DEFAULT_LANGUAGE),
  };
}

function moduleNamespace(instance: string): string {
  return `module/${instance}`;
}
