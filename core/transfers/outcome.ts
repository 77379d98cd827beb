/**
 * What outcomes of events are made of: the parts that `outcomes.ts` and `refund-outcomes.ts` share. Pure.
 * @module
 */
import { type Amounts, amountsFor, feeItemsToJson } from "../money/fees.ts";
import type { Posting } from "../money/postings.ts";
import type { Changes, Effect } from "./decision.ts";
import type { TransferEvent } from "./events.ts";
import type { State } from "./states.ts";
import type { Transfer } from "./transfer.ts";

/** One event of the union. */
export type EventOf<Type extends TransferEvent["type"]> = Extract<TransferEvent, { type: Type }>;

/** A decision before the defaults are filled in. */
export interface Outcome {
  readonly to: State;
  readonly changes?: Changes;
  readonly postings?: readonly Posting[];
  readonly effects?: readonly Effect[];
}

/** A person has to decide. */
export function hold(message: string): Outcome {
  return { to: "on_hold", changes: { message } };
}

/** A person has to decide still, about what it was. */
export function stillHeld({ message }: Pick<Transfer, "message">): Outcome {
  return { to: "on_hold", changes: { message } };
}

/** Over, with nothing of the customer's in our hands. */
export function ended(to: State, message: string): Outcome {
  return { to, changes: { message } };
}

/** So that `out = in - fee` holds for every record, or says nothing (R-06-146). */
export function amountChanges(amounts: Amounts | null): Changes {
  return {
    amountFee: amounts && amounts.fee,
    amountOut: amounts && amounts.out,
    feeDetails: amounts && feeItemsToJson(amounts.items),
  };
}

/** What the rest of a transfer's money comes to. */
export function amountsOwed({ received, refunded, terms }: Transfer): Amounts | null {
  return amountsFor(received - refunded, terms.fee, terms.step);
}

/** The customer has to tell more before it is paid. @param outcome what else the event did */
export function askFirst(transfer: Transfer, outcome: Omit<Outcome, "to" | "effects">): Outcome {
  return {
    ...outcome,
    to: "asking",
    changes: { ...outcome.changes, message: "more_data" },
    effects: [effect(transfer, "customer_review")],
  };
}

/** It is to be paid, by an effect of its own. @param outcome what else the event did */
export function payAgain(transfer: Transfer, outcome: Omit<Outcome, "to" | "effects"> = {}): Outcome {
  return {
    ...outcome,
    to: "funded",
    changes: { ...outcome.changes, message: null },
    effects: [effect(transfer, payoutOf(transfer))],
  };
}

/** The effect that pays it out. */
function payoutOf({ kind }: Transfer): Effect["kind"] {
  return kind === "deposit" ? "ledger_payout" : "bank_payout";
}

/** What was found on the ledger has left what is outstanding already: it comes out of suspense instead (M-14). */
export function outOfSuspense({ postings = [], ...outcome }: Outcome): Outcome {
  return {
    ...outcome,
    postings: postings.map((line) =>
      line.account === "outstanding" ? { ...line, account: "suspense" } : line
    ),
  };
}

/** Effects are keyed by transfer and version, so each decision has its own and a repeated one has the same. */
export function effect(transfer: Transfer, kind: Effect["kind"]): Effect {
  return { kind, key: `${kind}:${transfer.id}:${transfer.version + 1}`, subject: transfer.id };
}
