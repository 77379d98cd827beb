/**
 * How a transfer is paid: what, to whom, with which reference or memo, each with a button that copies it, until when, and
 * as a QR code where there is one. The page stays until the person closes it, and goes on by itself when the money has come
 * (R-24-85).
 * @module
 */
import type { Context } from "hono";
import type { JSX } from "hono/jsx/jsx-runtime";
import { formatMoney, type Translator } from "../../core/i18n/mod.ts";
import type { BankPayment, HowToPay, LedgerPayment } from "../../core/interactive/how-to-pay.ts";
import { transferTexts } from "../../core/seps/transfer-texts.ts";
import type { Transfer } from "../../core/transfers/transfer.ts";
import { formatUnits } from "../../plugins/money.ts";
import type { InteractiveOptions } from "./options.ts";
import type { Page, PageEnv } from "./page.ts";
import { CopyLine, LocalTime, Notice } from "./parts.tsx";
import { QrCode } from "./qr.tsx";
import { visitIn } from "./visit.ts";

/** A transfer and the language in which it is shown. */
export interface Showing {
  readonly transfer: Transfer;
  readonly translator: Translator;
}

/** The page of a transfer that waits for its payment, or for the bank to say where it is to be paid. */
export function showPay(c: Context<PageEnv>, { gateway, anchor }: InteractiveOptions): Promise<Page> {
  const { transfer, translator } = visitIn(c);
  const { t } = translator;
  const { refreshSeconds } = anchor.pages;
  const how = gateway.pages.howToPay(transfer);
  if (how === null) {
    const body = <p class="working">{t("pages.pay.asking")}</p>;
    return Promise.resolve({ title: t("pages.pay.title_asking"), body, refreshSeconds });
  }
  const amount = shownAmount({ transfer, translator });
  const asset = assetCode(transfer);
  const body = (
    <>
      <Payment transfer={transfer} translator={translator} how={how} />
      <p>
        {transfer.kind === "deposit"
          ? t("pages.pay.then_deposit", { asset })
          : t("pages.pay.then_withdrawal")}
      </p>
    </>
  );
  const title = amount === null ? t("pages.pay.title_open") : t("pages.pay.title", { amount });
  return Promise.resolve({ title, body, refreshSeconds });
}

/** What is to be paid and how; also part of the status page while it is due. */
export function Payment({ how, ...showing }: Showing & { readonly how: HowToPay }): JSX.Element {
  return (
    <>
      {isExact(showing) && <p>{showing.translator.t("pages.pay.exactly")}</p>}
      {how.kind === "deposit" ? <AtBank {...showing} how={how} /> : <FromWallet {...showing} how={how} />}
      <Deadline {...showing} />
    </>
  );
}

function AtBank({ transfer, translator, how }: Showing & { readonly how: BankPayment }): JSX.Element {
  const { t } = translator;
  const texts = transferTexts(translator);
  const { reference, qr } = how;
  return (
    <>
      <h2>{t("pages.pay.to_bank")}</h2>
      <dl>
        <Amount transfer={transfer} translator={translator} />
        {how.lines.map(({ value, text }) => (
          <CopyLine label={texts.line(transfer.rail, text)} value={value} translator={translator} />
        ))}
        {reference && <CopyLine label={t("pages.pay.reference")} value={reference} translator={translator} />}
      </dl>
      {reference && (
        <Notice kind="warning">
          <p>{t("pages.pay.reference_needed")}</p>
        </Notice>
      )}
      {qr !== null && (
        <>
          <h2>{t("pages.pay.bank_code")}</h2>
          <p>{t("pages.pay.scan_bank")}</p>
          <QrCode text={qr} label={t("pages.pay.bank_code")} />
          {/* A code of several lines is for scanners alone. */}
          {!qr.includes("\n") && (
            <dl>
              <CopyLine label={t("pages.pay.paste_code")} value={qr} translator={translator} />
            </dl>
          )}
        </>
      )}
    </>
  );
}

function FromWallet({ transfer, translator, how }: Showing & { readonly how: LedgerPayment }): JSX.Element {
  const { t } = translator;
  return (
    <>
      <a class="button" href={how.uri}>{t("pages.pay.open_wallet")}</a>
      <h2>{t("pages.pay.to_wallet")}</h2>
      <dl>
        <Amount transfer={transfer} translator={translator} />
        <CopyLine label={t("pages.pay.address")} value={how.destination} translator={translator} />
        <CopyLine label={t("pages.pay.memo")} value={how.memo} translator={translator} />
        {how.payoutAccount !== null && (
          <div class="line">
            <dt>{t("pages.pay.goes_to")}</dt>
            <dd>
              <bdi>{how.payoutAccount}</bdi>
            </dd>
          </div>
        )}
      </dl>
      <Notice kind="warning">
        <p>{t("pages.pay.memo_needed")}</p>
      </Notice>
      <h2>{t("pages.pay.wallet_code")}</h2>
      <p>{t("pages.pay.scan_wallet")}</p>
      <QrCode text={how.uri} label={t("pages.pay.wallet_code")} />
    </>
  );
}

/** The amount that was announced, or within which limits any is taken. */
function Amount({ transfer, translator }: Showing): JSX.Element {
  const { t, language } = translator;
  const { amountIn, terms: { min, max } } = transfer;
  const money = (units: bigint) => formatMoney(language, formatUnits(units), codeIn(transfer));
  if (amountIn !== null) {
    return (
      <CopyLine
        label={t("pages.pay.amount")}
        value={formatUnits(amountIn)}
        shown={money(amountIn)}
        translator={translator}
      />
    );
  }
  return (
    <div class="line">
      <dt>{t("pages.pay.amount")}</dt>
      <dd>{t("pages.pay.between", { least: money(min), most: money(max) })}</dd>
    </div>
  );
}

function Deadline({ transfer: { expiresMs }, translator }: Showing): JSX.Element | null {
  if (expiresMs === null) return null;
  const { t } = translator;
  return (
    <>
      <dl>
        <div class="line">
          <dt>{t("pages.pay.before")}</dt>
          <dd>
            <LocalTime at={expiresMs} translator={translator} />
          </dd>
        </div>
      </dl>
      <p>{t("pages.pay.late")}</p>
    </>
  );
}

/** Whether another amount than the announced one would keep somebody busy. */
function isExact({ transfer: { amountIn, terms } }: Showing): boolean {
  return amountIn !== null && terms.amounts.kind !== "accept";
}

/** What is to be paid, or null where any amount is. */
function shownAmount({ transfer, translator }: Showing): string | null {
  const { amountIn } = transfer;
  return amountIn === null ? null : formatMoney(translator.language, formatUnits(amountIn), codeIn(transfer));
}

/** Code of what the person pays. */
export function codeIn(transfer: Transfer): string {
  return transfer.kind === "deposit" ? transfer.currency : assetCode(transfer);
}

/** Code of what the person gets. */
export function codeOut(transfer: Transfer): string {
  return transfer.kind === "deposit" ? assetCode(transfer) : transfer.currency;
}

function assetCode({ asset }: Transfer): string {
  return asset.split(":")[0] ?? asset;
}
