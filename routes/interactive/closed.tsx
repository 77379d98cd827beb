/**
 * Pages of somebody who may not go on here: how to begin again, and nothing about the transfer.
 * @module
 */
import type { Context } from "hono";
import type { InteractiveOptions } from "./options.ts";
import { answerPage } from "./frame.tsx";
import type { PageEnv } from "./page.ts";
import { Notice } from "./parts.tsx";

/**
 * Why a page is closed, with the status of its answer.
 * - `session`: there is no session of this transfer in this browser, or it has ended
 * - `spent`: the link has opened another session
 * - `expired`: the link was not opened in time
 * - `unknown`: there is no such page, or the link is none of ours
 */
const CLOSED = { session: 403, spent: 410, expired: 410, unknown: 404 } as const;

/** Answers such a page. */
export function answerClosed(
  c: Context<PageEnv>,
  options: InteractiveOptions,
  why: keyof typeof CLOSED,
): Response | Promise<Response> {
  const { t } = options.languages.of(c);
  const body = (
    <Notice kind="warning">
      <p>{t(`pages.closed.${why}`)}</p>
    </Notice>
  );
  return answerPage(c, options, { title: t("pages.closed.title"), body }, CLOSED[why]);
}
