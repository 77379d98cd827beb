/**
 * How a transfer stands, in plain words: in a session once it is paid, and at `more_info_url` for its whole life, open to
 * whoever has its key and in every state (R-24-141). Both show masked data only.
 * @module
 */
import type { Context, Handler } from "hono";
import type { JSX } from "hono/jsx/jsx-runtime";
import { formatDuration } from "../../core/i18n/mod.ts";
import { pagePath } from "../../core/interactive/page-address.ts";
import { transferTexts } from "../../core/seps/transfer-texts.ts";
import { accountAskedMs } from "../../core/transfers/account-asked.ts";
import { findTransfer } from "../../core/transfers/find.ts";
import { ASKS, FINAL, UNPAID } from "../../core/transfers/states.ts";
import { answerClosed } from "./closed.tsx";
import { answerPage } from "./frame.tsx";
import type { InteractiveOptions } from "./options.ts";
import type { Page, PageEnv } from "./page.ts";
import { LocalTime, Notice } from "./parts.tsx";
import { Payment, type Showing } from "./pay.tsx";
import { speak } from "./speak.ts";
import { Amounts, Details, Refunds, Timeline } from "./status-parts.tsx";
import { visitIn } from "./visit.ts";

/** The page of a visit. */
export function showStatus(c: Context<PageEnv>, options: InteractiveOptions): Promise<Page> {
  return statusPage(options, visitIn(c), true);
}

/** `GET /interactive/:id/status?key=…`: without its key it is as if there were no such transfer. */
export function getStatus(options: InteractiveOptions): Handler<PageEnv> {
  return async function getStatus(c: Context<PageEnv>) {
    const { gateway } = options;
    const id = c.req.param("id") ?? "";
    const isOpen = gateway.pages.moreInfo.isMoreInfoKey(id, c.req.query("key") ?? "");
    const transfer = isOpen ? await findTransfer(gateway.db, id) : null;
    if (transfer?.protocol !== "sep24") return await answerClosed(c, options, "unknown");
    const translator = speak(c, options, transfer.language);
    return await answerPage(c, options, await statusPage(options, { transfer, translator }, false));
  };
}

async function statusPage(
  { gateway, anchor }: InteractiveOptions,
  { transfer, translator }: Showing,
  isInFlow: boolean,
): Promise<Page> {
  const { t } = translator;
  const { state } = transfer;
  const showing = { transfer, translator };
  const { explorer, refreshSeconds } = anchor.pages;
  const { steps, refunds, payoutAccount } = await gateway.pages.story(transfer);
  const how = gateway.pages.howToPay(transfer);
  const isOver = FINAL.has(state);
  const body = (
    <>
      <Next {...showing} eta={etaOf(anchor, showing)} />
      {/* Opens for the browser alone in which the person began; any other is told to begin in the wallet. */}
      {ASKS.has(state) && !isInFlow && (
        <p>
          <a href={pagePath(transfer.id)}>{t("pages.link.go_on")}</a>
        </p>
      )}
      {how && <Payment {...showing} how={how} />}
      <Timeline {...showing} steps={steps} />
      <Amounts {...showing} payoutAccount={payoutAccount} />
      <Refunds {...showing} refunds={refunds} explorer={explorer} />
      <Details {...showing} explorer={explorer} />
      {isOver && isInFlow && <p>{t("pages.status.close")}</p>}
    </>
  );
  return {
    title: t(`pages.status.title.${accountAskedMs(transfer) === null ? state : "asking_account"}`),
    body,
    ...(isOver ? {} : { refreshSeconds }),
  };
}

/** What happens next, what the person has to do, and until when. A message says it more closely. */
function Next({ transfer, translator, eta }: Showing & { readonly eta: number | null }): JSX.Element {
  const { t, language } = translator;
  const { state, message, expiresMs } = transfer;
  const isOpen = UNPAID.has(state) && state !== "waiting";
  return (
    <Notice kind={KINDS[state] ?? "info"}>
      <p>{message === null ? t(`pages.status.next.${state}`) : transferTexts(translator).message(message)}</p>
      {isOpen && expiresMs !== null && (
        <p>
          {t("pages.status.before")} <LocalTime at={expiresMs} translator={translator} />
        </p>
      )}
      {eta !== null && <p>{t("pages.status.usually", { time: formatDuration(language, eta) })}</p>}
    </Notice>
  );
}

/** How the box of a state looks where it is not one like others. */
const KINDS: Readonly<Partial<Record<Showing["transfer"]["state"], "warning" | "success">>> = {
  asking: "warning",
  trusting: "warning",
  on_hold: "warning",
  expired: "warning",
  failed: "warning",
  completed: "success",
};

/** Seconds that it usually takes from here; null where nothing is promised, or where it waits for the person. */
function etaOf(
  { services }: InteractiveOptions["anchor"],
  { transfer: { kind, asset, method, rail, state } }: Showing,
): number | null {
  if (state !== "funded" && state !== "paying") return null;
  const service = services.find((each) =>
    each.kind === kind && each.asset.id === asset && each.method === method && each.rail === rail
  );
  return service?.eta ?? null;
}
