/**
 * What SEP-6 says of fees: as a fixed part plus a percentage where that is all, else in words and by GET `/fee` (R-06-27,
 * R-06-172).
 * @module
 */
import { formatUnits } from "../../plugins/money.ts";
import { formatMoney, formatNumber, type Translator } from "../i18n/mod.ts";
import { type Fee, isFixedPlusPercent } from "../money/fees.ts";
import type { Service } from "../transfers/services.ts";
import { withoutSayableFee } from "./offers.ts";

/** Whether GET `/fee` is served: only where a fee cannot be said otherwise (R-06-26, R-06-172). */
export function servesFee(services: readonly Service[]): boolean {
  return withoutSayableFee(services, isFixedPlusPercent).length > 0;
}

/** The fees in words: what holds for all, and each fee that numbers alone cannot say. */
export function feeWords(services: readonly Service[], translator: Translator): string {
  const lines = withoutSayableFee(services, isFixedPlusPercent).map((service) =>
    translator.t(`transfer.fee_rule.${service.kind}`, {
      asset: service.asset.code,
      method: methodWords(service),
      rule: ruleWords(service, translator),
    })
  );
  return [translator.t("transfer.fee_description"), ...new Set(lines)].join(" ");
}

/** Services of one method may differ by country. */
function methodWords({ method, countries }: Service): string {
  return countries === "*" ? method : `${method} (${countries.join(", ")})`;
}

/** A fee's rule in words. */
export function ruleWords(
  { fee, asset }: { readonly fee: Fee; readonly asset: { readonly code: string } },
  { language, t }: Translator,
): string {
  const money = (units: bigint) => formatMoney(language, formatUnits(units), asset.code);
  const percent = `${formatNumber(language, formatUnits(fee.percent))}\u00a0%`;
  const parts = [...fee.fixed > 0n ? [money(fee.fixed)] : [], ...fee.percent > 0n ? [percent] : []];
  const [first, second] = parts;
  let words = first === undefined
    ? t("transfer.fee_rule.none")
    : second === undefined
    ? first
    : t("transfer.fee_rule.sum", { first, second });
  if (fee.minimum !== undefined) {
    words = t("transfer.fee_rule.least", { rule: words, amount: money(fee.minimum) });
  }
  if (fee.maximum !== undefined) {
    words = t("transfer.fee_rule.most", { rule: words, amount: money(fee.maximum) });
  }
  return words;
}
