/**
 * The switch of languages that stands on every page: names in their own language, so that they are found by who needs them.
 * @module
 */
import type { Context } from "hono";
import type { JSX } from "hono/jsx/jsx-runtime";
import { directionOf, type Language, type Translator } from "../../core/i18n/mod.ts";
import { remembered } from "../../core/remembered.ts";
import type { PageEnv } from "./page.ts";
import { FORM_TOKEN } from "./visit.ts";

/**
 * The switch. With a session the choice is posted and kept; elsewhere it goes with the page's own address, of which the
 * rest stays as it is.
 */
export function LanguageSwitch(
  { c, languages, translator }: {
    readonly c: Context<PageEnv>;
    readonly languages: readonly Language[];
    readonly translator: Translator;
  },
): JSX.Element | null {
  if (languages.length < 2) return null;
  const visit = c.get("visit");
  const { t, language } = translator;
  const kept = visit
    ? [[FORM_TOKEN, visit.formToken] as const]
    : [...new URL(c.req.url).searchParams].filter(([name]) => name !== "lang");
  return (
    <form class="language" method={visit ? "post" : "get"} action={visit ? `${visit.path}/language` : ""}>
      {kept.map(([name, value]) => <input type="hidden" name={name} value={value} />)}
      <label for="lang">{t("pages.frame.language")}</label>
      <select id="lang" name="lang">
        {languages.map((one) => (
          <option value={one} lang={one} dir={directionOf(one)} selected={one === language}>
            {nameOf(one)}
          </option>
        ))}
      </select>
      <button type="submit" class="quiet">{t("pages.frame.change_language")}</button>
    </form>
  );
}

/** There are as many as languages, each is dear to make, and all stand on every page. */
const MOST_LANGUAGES = 50;

/** What a language calls itself: `Español`, `العربية`. */
export const nameOf: (language: Language) => string = remembered(MOST_LANGUAGES, (language) => {
  const own = new Intl.DisplayNames([language], { type: "language" }).of(language) ?? language;
  return own.charAt(0).toLocaleUpperCase(language) + own.slice(1);
});
