/**
 * The one-time link. To look at it spends nothing, since link scanners and previews do that: it answers a page that posts
 * the token, by itself with JavaScript, by one button without, and the callbacks that the wallet appended ride along
 * (trap 2). The post spends the token and opens the session in one step, under an id chosen before (R-24-43, R-24-45).
 * @module
 */
import type { Context, Handler } from "hono";
import { UNSAID } from "../../core/i18n/mod.ts";
import { newSessionId } from "../../core/interactive/page-session.ts";
import { pagePath } from "../../core/interactive/page-address.ts";
import { Refusal } from "../../core/refusal.ts";
import { findTransfer } from "../../core/transfers/find.ts";
import { readBody, type RequestBody } from "../http/mod.ts";
import { answerClosed } from "./closed.tsx";
import { answerPage } from "./frame.tsx";
import type { InteractiveOptions } from "./options.ts";
import type { PageEnv } from "./page.ts";
import { Notice } from "./parts.tsx";
import { speak } from "./speak.ts";
import { findVisit, keepSession, refuseOtherSites, textIn } from "./visit.ts";

/** Names of what a wallet appends to the link, and of the inputs that carry it on. */
const CALLBACKS = ["callback", "on_change_callback"] as const;

/** The value that asks for a message to the wallet's window instead of a POST (trap 3). */
const POST_MESSAGE = "postMessage";

/** A token, an id and two addresses. */
const MAX_BODY_BYTES = 16 * 1024;

/** Answers a link; `null` where the address holds no token. */
export async function answerLink(
  c: Context<PageEnv>,
  options: InteractiveOptions,
): Promise<Response | null> {
  const token = c.req.query("token");
  if (token === undefined) return null;
  const id = c.req.param("id") ?? "";
  const transfer = await findTransfer(options.gateway.db, id);
  if (transfer?.protocol !== "sep24") return await answerClosed(c, options, "unknown");
  const { t } = speak(c, options, transfer.language);
  // A link that was opened in this browser goes on where it was.
  if (await findVisit(c, options) !== null) return c.redirect(pagePath(id), 303);
  const asked = CALLBACKS.flatMap((name) => {
    const value = c.req.query(name);
    return value ? [[name, value] as const] : [];
  });
  const lang = c.req.query("lang");
  const body = (
    <form method="post" action={`${pagePath(id)}/open`} data-post-at-once>
      <input type="hidden" name="token" value={token} />
      <input type="hidden" name="session_id" value={newSessionId()} />
      <input type="hidden" name="framed" value="" />
      {lang && <input type="hidden" name="lang" value={lang} />}
      {asked.map(([name, value]) => <input type="hidden" name={name} value={value} />)}
      <Notice kind="info">
        <p>{t("pages.link.explain")}</p>
      </Notice>
      <button type="submit">{t("pages.link.go_on")}</button>
    </form>
  );
  return await answerPage(c, options, { title: t("pages.link.title"), body });
}

/** `POST /interactive/:id/open`; the same post once more finds its own session. */
export function postOpen(options: InteractiveOptions): Handler<PageEnv> {
  return async function postOpen(c: Context<PageEnv>) {
    refuseOtherSites(c);
    const body = await readBody(c, { maxBytes: MAX_BODY_BYTES, accept: ["form", "multipart"] });
    const id = c.req.param("id") ?? "";
    const transfer = await findTransfer(options.gateway.db, id);
    if (transfer?.protocol !== "sep24") return await answerClosed(c, options, "unknown");
    speak(c, options, transfer.language);
    const opened = await options.gateway.pages.sessions.open({
      token: textIn(body, "token"),
      transferId: id,
      sessionId: textIn(body, "session_id"),
      told: {
        end: textIn(body, "callback") === POST_MESSAGE,
        changes: textIn(body, "on_change_callback") === POST_MESSAGE,
      },
    });
    if (opened.kind !== "opened") {
      // Back to a link that this browser has opened, by its own history.
      if (await findVisit(c, options) !== null) return c.redirect(pagePath(id), 303);
      return await answerClosed(c, options, opened.kind === "invalid" ? "unknown" : opened.kind);
    }
    await takeCallbacks(options, id, body);
    const asked = options.languages.match(textIn(body, "lang")) ??
      (transfer.language === UNSAID ? options.languages.said(c) : null);
    if (asked !== null) await options.gateway.pages.setLanguage(id, asked);
    const isFramed = textIn(body, "framed") === "1" || c.req.header("sec-fetch-dest") === "iframe";
    keepSession(c, { transferId: id, cookie: opened.cookie, isFramed });
    return c.redirect(pagePath(id), 303);
  };
}

/** Addresses that may not be called are left out: the person is not to blame, and the wallet still polls (R-24-83). */
async function takeCallbacks(
  { gateway, log }: InteractiveOptions,
  id: string,
  body: RequestBody,
): Promise<void> {
  const [callback, onChangeCallback] = await Promise.all(CALLBACKS.map(async (name) => {
    const url = textIn(body, name);
    if (url === "" || url === POST_MESSAGE) return undefined;
    try {
      await gateway.checkCallback(url);
      return url;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      log("warning", "page.callback_refused", { transfer: id, name, code: error.code });
      return undefined;
    }
  }));
  await gateway.pages.setCallbacks(id, {
    ...(callback === undefined ? {} : { callback }),
    ...(onChangeCallback === undefined ? {} : { onChangeCallback }),
  });
}
