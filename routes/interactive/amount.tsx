/**
 * The page of a draft: how much, by which way, from which country where that matters. What is chosen here is checked again
 * with the choice itself; a choice that was made already, in another tab or by the same form sent twice, leads on to where
 * the transfer stands (R-24-86).
 * @module
 */
import type { Context, Handler } from "hono";
import { typedAmount } from "../../core/i18n/mod.ts";
import { Refusal } from "../../core/refusal.ts";
import type { Choices } from "../../core/transfers/choices.ts";
import { faultOf } from "./amount-faults.ts";
import { AmountForm, CountryForm } from "./amount-form.tsx";
import { type AmountTyped, readAmount, wayIn } from "./amount-input.ts";
import { type AmountWords, amountWords, NO_ESTIMATE } from "./amount-words.ts";
import { estimateOf } from "./estimate.ts";
import { answerPage } from "./frame.tsx";
import type { InteractiveOptions } from "./options.ts";
import type { Page, PageEnv } from "./page.ts";
import { Notice } from "./parts.tsx";
import { keepPayout, NO_PAYOUT, payoutPart, type PayoutTyped, typedPayout } from "./payout-account.tsx";
import { postedForm, textIn, type Visit, visitIn } from "./visit.ts";

/** What a page of this step is made of. */
interface Shown {
  readonly typed: AmountTyped;
  readonly faults: ReadonlyMap<string, string>;
  readonly payout?: PayoutTyped;
}

/** The page of a draft: what the wallet asked for stands in it, and may be changed. */
export async function showAmount(c: Context<PageEnv>, options: InteractiveOptions): Promise<Page> {
  const visit = visitIn(c);
  const choices = await choicesOf(options, visit);
  const { proposed, decimals } = choices;
  const amount = proposed === null ? "" : typedAmount(visit.translator.language, proposed, decimals);
  const typed = { amount, method: firstMethod(choices), country: choices.country ?? "" };
  return await pageOf(options, visit, choices, { typed, faults: new Map() });
}

/** What is chosen until somebody chooses another way. */
function firstMethod({ ways }: Choices): string {
  return ways.find(({ refusal }) => refusal === null)?.method ?? "";
}

/** `POST /interactive/:id/amount`. */
export function postAmount(options: InteractiveOptions): Handler<PageEnv> {
  return async function postAmount(c: Context<PageEnv>) {
    const body = await postedForm(c, options);
    const visit = visitIn(c);
    const { transfer, path, translator } = visit;
    if (transfer.state !== "draft") return c.redirect(path, 303);
    const action = textIn(body, "action");
    const country = textIn(body, "country");
    const choices = await choicesOf(options, visit, country);
    const method = action === "country" ? firstMethod(choices) : textIn(body, "method");
    const typed: AmountTyped = { amount: textIn(body, "amount"), method, country };
    const payout = await typedPayout(options, visit, body, wayIn(choices, typed.method));
    const again = async (faults: Shown["faults"]) => {
      const page = await pageOf(options, visit, choices, {
        typed,
        faults,
        payout: { ...payout, faults },
      });
      return await answerPage(c, options, page, faults.size > 0 ? 422 : 200);
    };
    if (action === "ask_country") {
      const page = countryPage(visit, choices, { typed, faults: new Map() });
      return await answerPage(c, options, page);
    }
    if (choices.country === null && choices.countries.length > 0) {
      return await again(new Map([["country", translator.t("pages.amount.fault.country")]]));
    }
    if (action === "country" || action === "estimate") return await again(new Map());
    const words = amountWords(translator, transfer, choices);
    const read = readAmount(typed, choices, words);
    if (read.kind === "faults") {
      return await again(new Map(read.faults.map(({ field, text }) => [field, text])));
    }
    const faults = await keepPayout(options, visit, read.way, payout);
    if (faults.size > 0) return await again(faults);
    try {
      const chosen = await options.gateway.choose(transfer.id, read.choice);
      if (chosen.kind === "chosen") await options.gateway.performed(chosen.transfer);
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 400) throw error;
      const { field, text } = faultOf(error, words, { way: read.way, amount: read.choice.amount });
      return await again(new Map([[field, text]]));
    }
    return c.redirect(path, 303);
  };
}

/** `GET /interactive/:id/amount`: where a browser loads a page with faults again, by its address. */
export function getAmount(c: Context<PageEnv>): Response {
  return c.redirect(visitIn(c).path, 303);
}

/** What may be chosen; where the country matters, that of the page, else the one that the wallet told of its user. */
export async function choicesOf(
  { gateway }: InteractiveOptions,
  { transfer }: Visit,
  named = "",
): Promise<Choices> {
  const choices = await gateway.choices(transfer, named);
  if (named !== "" || choices.country !== null || choices.countries.length === 0) return choices;
  const { address_country_code: told } = await gateway.pages.values.waiting(transfer.id);
  return told === undefined ? choices : await gateway.choices(transfer, told);
}

async function pageOf(
  options: InteractiveOptions,
  visit: Visit,
  choices: Choices,
  shown: Shown,
): Promise<Page> {
  const { transfer, translator } = visit;
  const { t } = translator;
  const title = t(`pages.amount.title_${transfer.kind}`);
  if (choices.country === null && choices.countries.length > 0) return countryPage(visit, choices, shown);
  const words = amountWords(translator, transfer, choices);
  const closed = closedWords(choices, words);
  if (closed !== null) {
    return {
      title,
      body: (
        <Notice kind="warning">
          <p>{closed}</p>
        </Notice>
      ),
    };
  }
  const { typed, faults, payout = NO_PAYOUT } = shown;
  const way = wayIn(choices, typed.method);
  const [estimate, balance, account] = await Promise.all([
    typed.amount.trim() === "" ? NO_ESTIMATE : estimateOf(options, visit, choices, typed),
    options.gateway.payingBalance(transfer),
    payoutPart(options, visit, way, payout),
  ]);
  return {
    title,
    body: <AmountForm {...{ visit, choices, words, typed, faults, way, estimate, balance, account }} />,
  };
}

function countryPage(visit: Visit, choices: Choices, { typed, faults }: Shown): Page {
  return {
    title: visit.translator.t("pages.amount.country_title"),
    body: <CountryForm {...{ visit, choices, typed, faults }} />,
  };
}

/** Why there is nothing to choose; null where there is. */
function closedWords({ ways }: Choices, words: AmountWords): string | null {
  const [first] = ways;
  if (first === undefined) return words.translator.t("pages.amount.fault.not_served");
  if (ways.some(({ refusal }) => refusal === null) || first.refusal === null) return null;
  return faultOf(first.refusal, words, { way: null, amount: null }).text;
}
