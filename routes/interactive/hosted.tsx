/**
 * The page of a KYC provider's own within the customer's step: the way there, its frame where it is shown in one, and the
 * way back. The provider learns no address of ours but the one to come back to, and that holds nothing secret.
 * @module
 */
import type { Context, Handler } from "hono";
import type { JSX } from "hono/jsx/jsx-runtime";
import type { HostedOffer, HostedVisit } from "../../core/customers/mod.ts";
import { pagePath } from "../../core/interactive/page-address.ts";
import { isolated, type Translator } from "../../core/i18n/mod.ts";
import { Refusal } from "../../core/refusal.ts";
import { understand } from "../http/mod.ts";
import { answerPage } from "./frame.tsx";
import type { InteractiveOptions } from "./options.ts";
import type { Page, PageEnv } from "./page.ts";
import { Form, Notice } from "./parts.tsx";
import { postedForm, type Visit, visitIn } from "./visit.ts";

/** Where the provider's page is gone to, behind the visit's path. */
const GO = "/identity";
/** Where a person comes back to. */
const RETURN = `${GO}/return`;
/** Where the frame of a person who is done ends up; it holds nothing, and needs no session. */
const LEAVE_FRAME = `${GO}/back`;

/**
 * The step of a customer of whom only the provider's page asks more. Once begun it looks again by itself: the provider may
 * tell of an end later than the person comes back, or the person go on with it elsewhere.
 * @param options.fault why one did not get there
 */
export function identityPage(
  visit: Visit,
  offer: HostedOffer,
  { refreshSeconds, fault }: { readonly refreshSeconds: number; readonly fault?: string },
): Page {
  const { translator: { t, find } } = visit;
  const reason = offer.reason === null || offer.reason === "other" ? null : find(`reasons.${offer.reason}`);
  return {
    title: t("pages.identity.title"),
    ...formOriginsOf(offer),
    ...(offer.isBegun && fault === undefined ? { refreshSeconds } : {}),
    body: (
      <>
        {fault !== undefined && (
          <Notice kind="error">
            <p>{fault}</p>
          </Notice>
        )}
        {offer.isBegun && fault === undefined && (
          <Notice kind="warning">
            <p>{reason ?? t("pages.identity.unfinished")}</p>
          </Notice>
        )}
        <IdentityForm visit={visit} offer={offer} />
      </>
    ),
  };
}

/** The way to the provider's page. @param isBeside whether it stands beside a form that asks for the same */
export function IdentityForm(
  { visit, offer, isBeside = false }: {
    readonly visit: Visit;
    readonly offer: HostedOffer;
    readonly isBeside?: boolean;
  },
): JSX.Element {
  const { t } = visit.translator;
  const host = hostOf(offer);
  return (
    <>
      <p>{t(`pages.identity.explain.${offer.shown}`, { host })}</p>
      {offer.permissions.includes("camera") && <p class="hint">{t("pages.identity.camera")}</p>}
      <Form visit={visit} action={GO}>
        <button type="submit" {...(isBeside ? { class: "quiet" } : {})}>{t("pages.identity.go_on")}</button>
      </Form>
    </>
  );
}

/** Origins to which a page with this form may lead; browsers follow the form's redirect under the same rule. */
export function formOriginsOf({ shown, origins }: HostedOffer): Pick<Page, "formOrigins"> {
  return shown === "redirect" ? { formOrigins: origins } : {};
}

/** `POST /interactive/:id/identity`: makes the review ready and leads to the provider's page, or to the page with its frame. */
export function postIdentity(options: InteractiveOptions): Handler<PageEnv> {
  const { hosted } = options.gateway;
  return async function postIdentity(c) {
    const { transfer, path } = visitIn(c);
    await postedForm(c, options);
    const offer = await hosted.offer(transfer);
    // Sent from a tab that was left open, or accepted meanwhile.
    if (offer === null) return c.redirect(path, 303);
    await hosted.begin(transfer);
    if (offer.shown === "frame") return c.redirect(path + GO, 303);
    return await visiting(c, options, path + RETURN, ({ url }) => c.redirect(url, 303));
  };
}

/** `GET /interactive/:id/identity`: the provider's page in a frame of ours, for this visit alone. */
export function getIdentity(options: InteractiveOptions): Handler<PageEnv> {
  return async function getIdentity(c) {
    const visit = visitIn(c);
    const { transfer, path, translator } = visit;
    // Reached by its address, or reloaded after an error.
    if ((await options.gateway.hosted.offer(transfer))?.shown !== "frame") return c.redirect(path, 303);
    const back = `${path}${LEAVE_FRAME}?lang=${translator.language}`;
    return await visiting(c, options, back, (there) => answerPage(c, options, framePage(visit, there)));
  };
}

/** Asks for an address and goes on with it; without one the customer's step is shown, and says why. */
async function visiting(
  c: Context<PageEnv>,
  options: InteractiveOptions,
  returnPath: string,
  goOn: (there: HostedVisit) => Response | Promise<Response>,
): Promise<Response> {
  const visit = visitIn(c);
  const { hosted } = options.gateway;
  try {
    const { language } = visit.translator;
    const there = await hosted.visit(visit.transfer, { returnPath, language });
    return there === null ? c.redirect(visit.path, 303) : await goOn(there);
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 503) throw error;
    const offer = await hosted.offer(visit.transfer);
    if (offer === null) return c.redirect(visit.path, 303);
    const { text: fault, status } = understand(c, options, error);
    const { refreshSeconds } = options.anchor.pages;
    return await answerPage(c, options, identityPage(visit, offer, { refreshSeconds, fault }), status);
  }
}

function framePage({ path, translator }: Visit, { url, offer }: HostedVisit): Page {
  const { t } = translator;
  const { origins, permissions } = offer;
  return {
    title: t("pages.identity.title"),
    frame: { origins, permissions },
    body: (
      <>
        <iframe
          src={url}
          title={t("pages.identity.frame", { host: hostOf(offer) })}
          allow={permissions.map((name) => `${name} ${origins.join(" ")}`).join("; ")}
          referrerpolicy="no-referrer"
        />
        <p>{t("pages.identity.after")}</p>
        <a class="button quiet" href={path + RETURN}>{t("pages.identity.done")}</a>
      </>
    ),
  };
}

/** `GET /interactive/:id/identity/return`: whoever comes back learns at once what came of it. */
export function getReturn(options: InteractiveOptions): Handler<PageEnv> {
  return async function getReturn(c) {
    const { transfer, path } = visitIn(c);
    await options.gateway.hosted.returned(transfer);
    return c.redirect(path, 303);
  };
}

/** `GET /interactive/:id/identity/back`: what the provider's frame shows in the end. It leads the page around it on. */
export function getLeaveFrame(options: InteractiveOptions): Handler<PageEnv> {
  return async function getLeaveFrame(c) {
    const { t }: Translator = options.languages.of(c);
    const body = (
      <a
        class="button"
        href={pagePath(encodeURIComponent(c.req.param("id") ?? "")) + RETURN}
        target="_parent"
        data-leave-frame
      >
        {t("pages.frame.go_on")}
      </a>
    );
    return await answerPage(c, options, { title: t("pages.identity.given"), framedByUs: true, body });
  };
}

/** Who is behind the page, as its address says it; set apart, since it reads from the left in every language. */
function hostOf({ origins }: HostedOffer): string {
  const [origin] = origins;
  return origin === undefined ? "" : isolated(new URL(origin).host);
}
