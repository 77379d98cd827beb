/**
 * The choice of a language: asked first where nobody has said one, and taken from the switch on every page. It is kept
 * with the transfer, whose texts and callbacks speak it from then on, and remembered for the customer.
 * @module
 */
import type { Context, Handler } from "hono";
import { directionOf } from "../../core/i18n/mod.ts";
import { nameOf } from "./language-switch.tsx";
import type { InteractiveOptions } from "./options.ts";
import type { Page, PageEnv } from "./page.ts";
import { Form } from "./parts.tsx";
import { postedForm, textIn, visitIn } from "./visit.ts";

/** The page that asks. Its heading stands in the language that is supposed; each button in its own. */
export function showLanguageChoice(c: Context<PageEnv>, { gateway }: InteractiveOptions): Page {
  const visit = visitIn(c);
  return {
    title: visit.translator.t("pages.language.title"),
    body: (
      <Form visit={visit} action="/language">
        {gateway.texts.languages.map((language) => (
          <button
            type="submit"
            class="quiet"
            name="lang"
            value={language}
            lang={language}
            dir={directionOf(language)}
          >
            {nameOf(language)}
          </button>
        ))}
      </Form>
    ),
  };
}

/** `POST /interactive/:id/language`: a language that is none of ours changes nothing. */
export function postLanguage(options: InteractiveOptions): Handler<PageEnv> {
  return async function postLanguage(c: Context<PageEnv>) {
    const body = await postedForm(c, options);
    const { transfer, path } = visitIn(c);
    const language = options.languages.match(textIn(body, "lang"));
    if (language !== null) await options.gateway.chooseLanguage(transfer.id, language);
    return c.redirect(path, 303);
  };
}
