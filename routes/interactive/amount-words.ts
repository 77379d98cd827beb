/**
 * What the amount page says of bounds, tiers, fees and time, in the page's language. The page shows it as a whole, and its
 * estimate again while somebody types.
 * @module
 */
import {
  formatDateTime,
  formatDuration,
  formatMoney,
  type TextKey,
  type Translator,
} from "../../core/i18n/mod.ts";
import { ruleWords } from "../../core/seps/sep6-fees.ts";
import type { PayingBalance } from "../../core/stellar/paying-balance.ts";
import type { Choices, Way } from "../../core/transfers/choices.ts";
import type { Estimate } from "../../core/transfers/estimate.ts";
import type { TierStep } from "../../core/transfers/tier-steps.ts";
import type { Transfer } from "../../core/transfers/transfer.ts";
import { formatUnits } from "../../plugins/money.ts";

/** Parts of the page that follow what is typed; each is empty where there is nothing to say. */
export interface EstimateWords {
  readonly fault: string;
  readonly fee: string;
  readonly gets: string;
  readonly asks: string;
}

/** Methods that are no proper names, such as Pix is one. */
const METHODS: ReadonlyMap<string, TextKey> = new Map([
  ["bank_account", "pages.amount.method.bank_account"],
  ["cash", "pages.amount.method.cash"],
  ["mobile_money", "pages.amount.method.mobile_money"],
  ["card", "pages.amount.method.card"],
]);

/** Nothing was typed yet. */
export const NO_ESTIMATE: EstimateWords = { fault: "", fee: "", gets: "", asks: "" };

/** Says things of one draft. */
export type AmountWords = ReturnType<typeof amountWords>;

/** The words of a draft's page. */
export function amountWords(
  translator: Translator,
  { kind }: Pick<Transfer, "kind">,
  { assetCode, currency }: Pick<Choices, "assetCode" | "currency">,
) {
  const { t, find, language } = translator;
  /** What comes in, which bounds and fees are counted in. */
  const code = kind === "deposit" ? currency : assetCode;
  const money = (units: bigint, of = code) =>
    apart(translator, formatMoney(language, formatUnits(units), of));
  const names = new Intl.ListFormat(language, { type: "conjunction" });
  const list = (fields: readonly string[]) =>
    names.format(fields.map((name) => find(`pages.field.${name}`) ?? find(`fields.${name}`) ?? name));
  const time = (at: Date) => formatDateTime(language, at.getTime());

  return {
    translator,
    code,
    money,
    time,
    /** What people call a method: the rail's own text, ours, or its name as it is. */
    method({ rail, method }: Pick<Way, "rail" | "method">): string {
      const key = METHODS.get(method);
      return translator.module(rail, `method.${method}`) ?? (key === undefined ? method : t(key));
    },
    /** The bounds, before anybody meets them. */
    bounds({ min, max, step, needsAmount }: Way): string {
      // Cents go without saying.
      const isCoarse = step > 100_000n;
      return [
        t("pages.amount.range", { min: money(min), max: money(max) }),
        ...isCoarse ? [t("pages.amount.step", { step: money(step) })] : [],
        ...needsAmount ? [] : [t("pages.amount.open")],
      ].join(" ");
    },
    /** Fee and time, which hold whatever the amount. */
    rule({ fee, eta }: Way): string {
      return [
        t("pages.amount.fee_rule", { rule: ruleWords({ fee, asset: { code } }, translator) }),
        ...eta === null ? [] : [t("pages.amount.eta", { time: formatDuration(language, eta) })],
      ].join(" ");
    },
    /** What limits leave; `null` where none is near. */
    limit: ({ limit }: Way): string | null =>
      limit &&
      t("pages.amount.limit", { remaining: money(limit.remaining), when: time(limit.when) }),
    /** What each sum asks of the person, by the way that goes furthest; nothing where nothing is owed. */
    tiers(ways: readonly Way[]): string[] {
      const [{ steps, max } = { steps: [], max: 0n }] = ways.toSorted((one, other) =>
        one.max === other.max ? 0 : one.max < other.max ? 1 : -1
      );
      const seen = new Set<string>();
      let below: bigint | null = null;
      return steps.flatMap(({ upTo, owes }) => {
        const more = owes.filter((name) => !seen.has(name));
        for (const name of more) seen.add(name);
        const from = below;
        below = upTo;
        if (more.length === 0) return [];
        const fields = list(more);
        if (from !== null) return [t("pages.amount.asks_above", { amount: money(from), fields })];
        return upTo === null || upTo >= max
          ? [t("pages.amount.asks", { fields })]
          : [t("pages.amount.asks_up_to", { amount: money(upTo), fields })];
      });
    },
    /** What the payer of a withdrawal holds; `null` for deposits. */
    balance(balance: PayingBalance | null): string | null {
      if (balance === null) return null;
      return balance.kind === "holds"
        ? t("pages.amount.held", { held: money(balance.amount) })
        : t("pages.amount.hold_enough");
    },
    /** What an amount comes to. */
    estimate({ amounts, currencyOut, isReady }: Estimate, { steps }: Way): EstimateWords {
      if (amounts === null) return NO_ESTIMATE;
      // What the lightest step asks is said above for every amount.
      const asksMore = !isReady &&
        steps.slice(1).some(({ owes }, at) => owes.length > 0 && isAbove(amounts.in, steps[at]));
      return {
        fault: "",
        fee: t("pages.amount.fee", { fee: money(amounts.fee) }),
        gets: t(`pages.amount.gets_${kind}`, { amount: money(amounts.out, currencyOut) }),
        asks: asksMore ? t("pages.amount.asks_more") : "",
      };
    },
  };
}

/** Numbers and codes in a sentence from right to left stay in their own order. */
function apart({ direction }: Translator, text: string): string {
  return direction === "rtl" ? `\u2068${text}\u2069` : text;
}

function isAbove(amount: bigint, step: TierStep | undefined): boolean {
  return step !== undefined && step.upTo !== null && amount > step.upTo;
}
