/**
 * What a status page is made of.
 * @module
 */
import type { JSX } from "hono/jsx/jsx-runtime";
import { formatMoney, type Translator } from "../../core/i18n/mod.ts";
import { shownAmounts } from "../../core/seps/amounts.ts";
import type { Refund } from "../../core/seps/refunds.ts";
import { transferTexts } from "../../core/seps/transfer-texts.ts";
import type { Step, StepName } from "../../core/transfers/timeline.ts";
import type { Kind } from "../../core/transfers/states.ts";
import { formatUnits } from "../../plugins/money.ts";
import { CopyLine, LocalTime } from "./parts.tsx";
import { codeIn, codeOut, type Showing } from "./pay.tsx";

/** The way of a transfer. */
export function Timeline(
  { transfer, translator, steps }: Showing & { readonly steps: readonly Step[] },
): JSX.Element {
  const { t } = translator;
  return (
    <>
      <h2>{t("pages.status.steps")}</h2>
      <ol class="steps">
        {steps.map(({ name, is, atMs }) => (
          <li
            class={name === "expired" || name === "failed" ? "failed" : is}
            aria-current={is === "now" ? "step" : undefined}
          >
            <span class="spoken">{t(`pages.status.is.${is}`)}</span>{" "}
            {stepText(translator, transfer.kind, name)}
            {atMs !== null && (
              <div class="hint">
                <LocalTime at={atMs} translator={translator} />
              </div>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}

function stepText({ t }: Translator, kind: Kind, name: StepName): string {
  return name === "complete" ? t(`pages.status.step.complete_${kind}`) : t(`pages.status.step.${name}`);
}

/** What is paid, what it costs, and what comes out where, as far as it is known. */
export function Amounts(
  { transfer, translator, payoutAccount }: Showing & { readonly payoutAccount: string | null },
): JSX.Element | null {
  const { t, language } = translator;
  const { amountIn, amountOut, fee, items } = shownAmounts(transfer, transferTexts(translator).fee);
  const [came, goes] = [codeIn(transfer), codeOut(transfer)];
  const money = (amount: string, code: string) => formatMoney(language, amount, code);
  const to = transfer.kind === "deposit"
    ? shortened(transfer.destination ?? transfer.account)
    : payoutAccount;
  return (
    <>
      <h2>{t("pages.status.amounts")}</h2>
      <dl>
        {amountIn !== null && <Line label={t("pages.status.you_pay")} value={money(amountIn, came)} />}
        {items.length > 1 &&
          items.map(({ name, amount }) => <Line label={name} value={money(amount, came)} />)}
        {fee !== null && (
          <Line
            label={t(items.length > 1 ? "pages.status.fee_total" : "pages.status.fee")}
            value={money(fee, came)}
          />
        )}
        {amountOut !== null && <Line label={t("pages.status.you_get")} value={money(amountOut, goes)} />}
        {to !== null && (
          <Line
            label={t(transfer.kind === "deposit" ? "pages.status.to_wallet" : "pages.status.to_account")}
            value={to}
          />
        )}
      </dl>
    </>
  );
}

/** Payments that went back, each with where it can be seen. */
export function Refunds(
  { transfer, translator, refunds, explorer }: Showing & {
    readonly refunds: readonly Refund[];
    readonly explorer: string;
  },
): JSX.Element | null {
  const { t, language } = translator;
  if (refunds.length === 0) return null;
  const money = (units: bigint) => formatMoney(language, formatUnits(units), codeIn(transfer));
  return (
    <>
      <h2>{t("pages.status.went_back")}</h2>
      <dl>
        {refunds.map(({ id, idType, amount, fee }) => (
          <>
            <Line label={t("pages.status.refund")} value={money(amount)} />
            {fee > 0n && <Line label={t("pages.status.refund_fee")} value={money(fee)} />}
            {idType === "stellar"
              ? <OnLedger hash={id} translator={translator} explorer={explorer} />
              : <Line label={t("pages.status.bank_number")} value={id} />}
          </>
        ))}
      </dl>
    </>
  );
}

/** Numbers and times: what support asks for, and where the ledger shows it. */
export function Details(
  { transfer, translator, explorer }: Showing & { readonly explorer: string },
): JSX.Element {
  const { t } = translator;
  const { id, startedMs, completedMs, stellarTransactionId, externalTransactionId, claimableBalanceId } =
    transfer;
  return (
    <>
      <h2>{t("pages.status.details")}</h2>
      <dl>
        <CopyLine label={t("pages.status.number")} value={id} translator={translator} />
        <Moment label={t("pages.status.started")} at={startedMs} translator={translator} />
        {completedMs !== null && (
          <Moment label={t("pages.status.ended")} at={completedMs} translator={translator} />
        )}
        {externalTransactionId !== null && (
          <Line label={t("pages.status.bank_number")} value={externalTransactionId} />
        )}
        {stellarTransactionId !== null && (
          <OnLedger hash={stellarTransactionId} translator={translator} explorer={explorer} />
        )}
      </dl>
      {claimableBalanceId !== null && <p>{t("pages.status.claimable")}</p>}
    </>
  );
}

function OnLedger(
  { hash, translator: { t }, explorer }: {
    readonly hash: string;
    readonly translator: Translator;
    readonly explorer: string;
  },
): JSX.Element {
  const address = explorer.replace("{hash}", encodeURIComponent(hash));
  return (
    <div class="line">
      <dt>{t("pages.status.on_ledger")}</dt>
      <dd>
        <a href={address} target="_blank" rel="noopener noreferrer">{t("pages.status.show_on_ledger")}</a>
      </dd>
    </div>
  );
}

function Line({ label, value }: { readonly label: string; readonly value: string }): JSX.Element {
  return (
    <div class="line">
      <dt>{label}</dt>
      <dd>
        <bdi class="value">{value}</bdi>
      </dd>
    </div>
  );
}

function Moment(
  { label, at, translator }: {
    readonly label: string;
    readonly at: number;
    readonly translator: Translator;
  },
): JSX.Element {
  return (
    <div class="line">
      <dt>{label}</dt>
      <dd>
        <LocalTime at={at} translator={translator} />
      </dd>
    </div>
  );
}

/** An account of which the person knows which it is, and nobody else needs the rest. */
function shortened(account: string): string {
  return account.length > 12 ? `${account.slice(0, 4)}…${account.slice(-4)}` : account;
}
