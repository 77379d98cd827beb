/**
 * What went wrong, as a page: in the person's language, with what to do next.
 * @module
 */
import type { ErrorHandler, Handler } from "hono";
import { understand } from "../http/mod.ts";
import { answerClosed } from "./closed.tsx";
import { answerPage } from "./frame.tsx";
import type { InteractiveOptions } from "./options.ts";
import type { PageEnv } from "./page.ts";
import { Notice } from "./parts.tsx";

/** For `app.onError` of the pages. */
export function faultPage(options: InteractiveOptions): ErrorHandler<PageEnv> {
  return async (error, c) => {
    const { status, text, retryAfter } = understand(c, options, error);
    if (retryAfter !== undefined) c.header("Retry-After", String(retryAfter));
    const visit = c.get("visit");
    const { t } = options.languages.of(c);
    const body = (
      <>
        <Notice kind="error">
          <p>{text}</p>
        </Notice>
        {visit && <a class="button" href={visit.path}>{t("pages.frame.go_on")}</a>}
      </>
    );
    return await answerPage(c, options, { title: t("pages.frame.fault"), body }, status);
  };
}

/** For every address below the pages that is none. */
export function unknownPage(options: InteractiveOptions): Handler<PageEnv> {
  return function unknownPage(c) {
    return answerClosed(c, options, "unknown");
  };
}
