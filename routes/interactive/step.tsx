/**
 * `GET /interactive/:id`: the one page of a visit. It shows what the transfer's state asks of the person, so that a reload,
 * the back button, a form that was sent twice and a second tab all end where the transfer stands (R-24-86).
 * @module
 */
import type { Context, Handler } from "hono";
import { UNSAID } from "../../core/i18n/mod.ts";
import { showAmount } from "./amount.tsx";
import { answerClosed } from "./closed.tsx";
import { showCustomer } from "./customer.tsx";
import { answerPage } from "./frame.tsx";
import { showLanguageChoice } from "./language.tsx";
import { answerLink } from "./link.tsx";
import type { InteractiveOptions } from "./options.ts";
import type { Page, PageEnv } from "./page.ts";
import { showPay } from "./pay.tsx";
import { showStatus } from "./status.tsx";
import { findVisit, type Visit, visitIn } from "./visit.ts";

/** The handler. A link's first page stands at the same address; it has a token. */
export function getStep(options: InteractiveOptions): Handler<PageEnv> {
  return async function getStep(c: Context<PageEnv>) {
    const link = await answerLink(c, options);
    if (link !== null) return link;
    const visit = await findVisit(c, options);
    if (visit === null) return await answerClosed(c, options, "session");
    c.set("visit", visit);
    return await answerPage(c, options, await stepOf(c, options));
  };
}

/** What the transfer of this visit asks for now. */
async function stepOf(c: Context<PageEnv>, options: InteractiveOptions): Promise<Page> {
  const { transfer } = await upToDate(c, options);
  // Where the wallet has said none, the browser's own counts, if one of ours comes near.
  if (transfer.language === UNSAID && options.languages.said(c) === null) {
    return showLanguageChoice(c, options);
  }
  switch (transfer.state) {
    case "draft":
      return await showAmount(c, options);
    case "kyc":
    case "asking":
      return await showCustomer(c, options);
    case "instructing":
    case "waiting":
      return await showPay(c, options);
    default:
      return await showStatus(c, options);
  }
}

/** What the person owes may all be known by now: then the transfer goes on without asking (P6). */
async function upToDate(c: Context<PageEnv>, { gateway }: InteractiveOptions): Promise<Visit> {
  const before = visitIn(c);
  const visit = { ...before, transfer: await gateway.reviewed(before.transfer) };
  c.set("visit", visit);
  return visit;
}
