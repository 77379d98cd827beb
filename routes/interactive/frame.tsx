/**
 * The document around a page: brand, language, style and script, in the language and direction of who reads it.
 * @module
 */
import type { Context } from "hono";
import { html, raw } from "hono/html";
import type { JSX } from "hono/jsx/jsx-runtime";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { directionOf, type Translator } from "../../core/i18n/mod.ts";
import { allowInFrame } from "./headers.ts";
import { LanguageSwitch } from "./language-switch.tsx";
import type { InteractiveOptions } from "./options.ts";
import type { Page, PageEnv } from "./page.ts";
import { LocalTime, Notice } from "./parts.tsx";
import { SCRIPT } from "./script.ts";
import { styleOf } from "./style.ts";
import { toldScript } from "./told.tsx";

/** Answers a page. @param status 200 when absent; 422 for a form with faults, which are shown */
export async function answerPage(
  c: Context<PageEnv>,
  options: InteractiveOptions,
  page: Page,
  status: ContentfulStatusCode = 200,
): Promise<Response> {
  c.set("sources", {
    frame: page.frame?.origins ?? [],
    form: page.formOrigins ?? [],
    isFramedByUs: page.framedByUs ?? false,
  });
  if (page.frame) allowInFrame(c, page.frame);
  const told = await toldScript(c, options);
  return c.html(html`<!DOCTYPE html>${documentOf(c, options, page, told)}`, status);
}

function documentOf(
  c: Context<PageEnv>,
  { anchor, languages, gateway }: InteractiveOptions,
  { title, body, refreshSeconds }: Page,
  told: JSX.Element | null,
): JSX.Element {
  const { t, language } = languages.of(c);
  const { name, logo, colors, supportUrl } = anchor.pages;
  const nonce = c.get("nonce") ?? "";
  return (
    <html lang={language} dir={directionOf(language)}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>{`${title} – ${name}`}</title>
        {logo !== null && <link rel="icon" href={logo} />}
        <style nonce={nonce}>{raw(styleOf(colors))}</style>
        {refreshSeconds !== undefined && (
          <noscript>
            <meta http-equiv="refresh" content={String(refreshSeconds)} />
          </noscript>
        )}
      </head>
      <body>
        <header>
          {logo !== null && <img src={logo} alt="" width="40" height="40" />}
          <span>{name}</span>
        </header>
        <main id="main" {...(refreshSeconds === undefined ? {} : { "data-refresh": refreshSeconds })}>
          <h1>{title}</h1>
          <ClosingSoon c={c} translator={languages.of(c)} />
          {body}
        </main>
        <footer>
          <LanguageSwitch c={c} languages={gateway.texts.languages} translator={languages.of(c)} />
          <a href={supportUrl} rel="noreferrer">{t("pages.frame.support")}</a>
        </footer>
        {told}
        <script nonce={nonce}>{raw(SCRIPT)}</script>
      </body>
    </html>
  );
}

/** Seconds before its end in which a page warns of it (WCAG 2.2.1). */
const WARNING_SECONDS = 3600;

/** Says that the session is about to end. */
function ClosingSoon(
  { c, translator }: { readonly c: Context<PageEnv>; readonly translator: Translator },
): JSX.Element | null {
  const endsAt = c.get("visit")?.session.endsAt;
  if (endsAt === undefined || endsAt - Date.now() / 1000 > WARNING_SECONDS) return null;
  return (
    <Notice kind="warning">
      <p>{translator.t("pages.frame.closes")}</p>
      <p>
        <LocalTime at={endsAt * 1000} translator={translator} />
      </p>
    </Notice>
  );
}
