/**
 * `GET /interactive/:id/estimate`: what the present values of the amount form come to, in words that the script puts into
 * the page while somebody types. Nothing in its address is personal, and it changes nothing.
 * @module
 */
import type { Context, Handler } from "hono";
import { Refusal } from "../../core/refusal.ts";
import type { Choices } from "../../core/transfers/choices.ts";
import { faultOf } from "./amount-faults.ts";
import { type AmountTyped, readAmount } from "./amount-input.ts";
import { amountWords, type EstimateWords, NO_ESTIMATE } from "./amount-words.ts";
import type { InteractiveOptions } from "./options.ts";
import type { PageEnv } from "./page.ts";
import { type Visit, visitIn } from "./visit.ts";

/** The handler. Of what is chosen already there is nothing to estimate. */
export function getEstimate(options: InteractiveOptions): Handler<PageEnv> {
  return async function getEstimate(c: Context<PageEnv>) {
    const visit = visitIn(c);
    const { amount = "", method = "", country = "" } = c.req.query();
    if (visit.transfer.state !== "draft" || amount.trim() === "") return c.json(NO_ESTIMATE);
    const choices = await options.gateway.choices(visit.transfer, country);
    return c.json(await estimateOf(options, visit, choices, { amount, method, country }));
  };
}

/** What was typed, in words: what it comes to, or what is wrong with it. */
export async function estimateOf(
  { gateway }: InteractiveOptions,
  { transfer, translator }: Visit,
  choices: Choices,
  typed: AmountTyped,
): Promise<EstimateWords> {
  const words = amountWords(translator, transfer, choices);
  const read = readAmount(typed, choices, words);
  if (read.kind === "faults") {
    // No way chosen yet is nothing to be told while somebody types.
    const amount = read.faults.find(({ field }) => field === "amount");
    return { ...NO_ESTIMATE, fault: amount?.text ?? "" };
  }
  try {
    return words.estimate(await gateway.estimate(transfer, read.choice), read.way);
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 400) throw error;
    const { text } = faultOf(error, words, { way: read.way, amount: read.choice.amount });
    return { ...NO_ESTIMATE, fault: text };
  }
}
