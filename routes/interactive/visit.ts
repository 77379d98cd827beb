/**
 * Who is on a transfer's pages: found by the session's cookie, and by nothing else. Whatever a page shows or changes goes
 * through here (DESIGN §4.5).
 * @module
 */
import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { pagePath } from "../../core/interactive/page-address.ts";
import { PAGE_SESSION_SECONDS, type PageSession } from "../../core/interactive/page-session.ts";
import type { Translator } from "../../core/i18n/mod.ts";
import { Refusal } from "../../core/refusal.ts";
import { findTransfer } from "../../core/transfers/find.ts";
import type { Transfer } from "../../core/transfers/transfer.ts";
import { readBody, type RequestBody } from "../http/mod.ts";
import { answerClosed } from "./closed.tsx";
import { speak } from "./speak.ts";
import type { InteractiveOptions } from "./options.ts";
import type { PageEnv } from "./page.ts";

/** A person on the pages of a transfer. */
export interface Visit {
  readonly transfer: Transfer;
  readonly session: PageSession;
  readonly translator: Translator;
  /** `/interactive/{id}`, without a slash at its end. */
  readonly path: string;
  /** Stands in each form. */
  readonly formToken: string;
}

/** Who is here, behind {@link entered}. @throws Error where nobody was let in: a developer's error */
export function visitIn(c: Context<PageEnv>): Visit {
  const visit = c.get("visit");
  if (!visit) throw new Error("Cannot tell who is here: the route is not behind a session");
  return visit;
}

const COOKIE = "session";

/** Name of the input that carries a form's token. */
export const FORM_TOKEN = "form_token";

/** Finds who is here; whoever has no session of this transfer is told how to begin again. */
export function entered(options: InteractiveOptions): MiddlewareHandler<PageEnv> {
  return async function entered(c, next) {
    const visit = await findVisit(c, options);
    if (visit === null) return await answerClosed(c, options, "session");
    c.set("visit", visit);
    await next();
  };
}

/** The visit of a request, or `null` without a session of this transfer. */
export async function findVisit(c: Context<PageEnv>, options: InteractiveOptions): Promise<Visit | null> {
  const { gateway } = options;
  const id = c.req.param("id") ?? "";
  const cookie = getCookie(c, COOKIE);
  if (cookie === undefined) return null;
  const session = await gateway.pages.sessions.find(cookie, id);
  const transfer = session && await findTransfer(gateway.db, id);
  if (session === null || transfer === null || transfer.protocol !== "sep24") return null;
  return {
    transfer,
    session,
    translator: speak(c, options, transfer.language),
    path: pagePath(id),
    formToken: gateway.pages.forms.formToken(session),
  };
}

/**
 * Gives the browser the session. In a frame of another site a cookie comes back only when it is partitioned; everywhere
 * else `Lax` lets a person come back from a provider's page.
 */
export function keepSession(
  c: Context<PageEnv>,
  { transferId, cookie, isFramed }: {
    readonly transferId: string;
    readonly cookie: string;
    readonly isFramed: boolean;
  },
): void {
  setCookie(c, COOKIE, cookie, {
    path: pagePath(transferId),
    httpOnly: true,
    secure: true,
    maxAge: PAGE_SESSION_SECONDS,
    ...(isFramed ? { sameSite: "None", partitioned: true } : { sameSite: "Lax" }),
  });
}

/**
 * Reads a form that a page of ours posted: forms alone, from this very site, with the session's own token.
 * @throws {Refusal} 403 for any other, 415 for what is no form
 */
export async function postedForm(
  c: Context<PageEnv>,
  { gateway }: InteractiveOptions,
  { maxBytes = MAX_FORM_BYTES }: { readonly maxBytes?: number } = {},
): Promise<RequestBody> {
  refuseOtherSites(c);
  const body = await readBody(c, { maxBytes, accept: ["form", "multipart"] });
  const given = body.fields[FORM_TOKEN];
  const { session } = visitIn(c);
  if (typeof given !== "string" || !gateway.pages.forms.isFormToken(session, given)) {
    throw new Refusal("http.forbidden");
  }
  return body;
}

/** A text of a form; empty where it was left out. */
export function textIn({ fields }: RequestBody, name: string): string {
  const value = fields[name];
  return typeof value === "string" ? value : "";
}

/** @throws {Refusal} 403 for a post that another site has made a browser send */
export function refuseOtherSites(c: Context<PageEnv>): void {
  const site = c.req.header("sec-fetch-site");
  if (site !== undefined && site !== "same-origin" && site !== "none") throw new Refusal("http.forbidden");
}

/** Texts of a form without files. */
const MAX_FORM_BYTES = 64 * 1024;
