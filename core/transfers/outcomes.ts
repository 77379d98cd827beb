/**
 * What follows when an event happens in a state: the right-hand side of the table in `decide.ts`. Pure.
 * @module
 */
import { type Amounts, amountsFor, feeItemsToJson } from "../money/fees.ts";
import { move, type Posting } from "../money/postings.ts";
import type { Changes, Effect } from "./decision.ts";
import type { TransferEvent } from "./events.ts";
import type { State } from "./states.ts";
import { judgeAmount } from "./terms.ts";
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

/** Message of a transfer whose money the bank took back: it is never paid by itself any more (M-21). */
const TAKEN_BACK = "money_taken_back";

/** Where the deposit is to be paid is asked of the rail. */
export function askForInstructions(transfer: Transfer): Outcome {
  return { to: "instructing", effects: [effect(transfer, "deposit_instructions")] };
}

/** The rail may want the money sooner than we; what comes first holds. */
export function giveInstructions(
  { expiresMs }: Transfer,
  { validUntilMs }: EventOf<"instructions_given">,
): Outcome {
  const isSooner = validUntilMs !== undefined && (expiresMs === null || validUntilMs < expiresMs);
  return { to: "waiting", changes: isSooner ? { expiresMs: validUntilMs } : {} };
}

/** A deposit's money: what the rail kept of it is our cost, the customer is owed all of it. */
export function receiveAtBank(transfer: Transfer, event: EventOf<"money_received">): Outcome {
  const { amount, kept, place } = event;
  const outcome = received(transfer, event, [
    ...move(transfer.asset, amount - kept, `bank:${place}`, "in_flight", transfer.id),
    ...move(transfer.asset, kept, "costs", "in_flight", transfer.id),
  ]);
  const sendsBack = outcome.to === "on_hold" && transfer.terms.amounts.kind === "refund" &&
    transfer.terms.railRefunds;
  return sendsBack ? { ...outcome, to: "refunding", effects: [effect(transfer, "bank_refund")] } : outcome;
}

/** A withdrawal's tokens: what others held before, we owe to the transfer now. */
export function receiveOnLedger(transfer: Transfer, event: EventOf<"money_received">): Outcome {
  return received(
    transfer,
    event,
    move(transfer.asset, event.amount, "outstanding", "in_flight", transfer.id),
  );
}

/** Fee and payout follow what came (M-18); what does not fit waits for a person and is neither paid nor sent by guess. */
function received(
  transfer: Transfer,
  event: EventOf<"money_received">,
  postings: readonly Posting[],
): Outcome {
  const { amount, kept } = event;
  if (amount <= 0n || kept < 0n || kept > amount) {
    throw new RangeError(
      `Cannot receive for transfer ${transfer.id}: ${amount} with ${kept} kept is no money`,
    );
  }
  const total = transfer.received + amount;
  const amounts = amountsFor(total, transfer.terms.fee, transfer.terms.step);
  const fit = amounts === null ? "too_small" : judgeAmount(transfer.terms, transfer.amountIn, total);
  const changes: Changes = {
    received: total,
    amountIn: total,
    ...amountChanges(amounts),
    message: fit === "fits" ? null : `amount_${fit}`,
    ...(event.paidFrom === undefined ? {} : { paidFrom: event.paidFrom }),
    ...(event.stellarTransactionId === undefined ? {} : { stellarTransactionId: event.stellarTransactionId }),
    ...(event.externalTransactionId === undefined
      ? {}
      : { externalTransactionId: event.externalTransactionId }),
  };
  if (fit !== "fits") return { to: "on_hold", changes, postings };
  return { to: "funded", changes, postings, effects: [effect(transfer, payoutOf(transfer))] };
}

/** So that `out = in - fee` holds for every record, or says nothing (R-06-146). */
function amountChanges(amounts: Amounts | null): Changes {
  return {
    amountFee: amounts && amounts.fee,
    amountOut: amounts && amounts.out,
    feeDetails: amounts && feeItemsToJson(amounts.items),
  };
}

/** The destination became ready, or the last payout failed for good: paid by an effect of its own. */
export function payAgain(transfer: Transfer): Outcome {
  return { to: "funded", changes: { message: null }, effects: [effect(transfer, payoutOf(transfer))] };
}

/** Money that the bank took back meanwhile is not paid a second time of asking. */
export function payOrHold(transfer: Transfer, { again }: EventOf<"payout_failed">): Outcome {
  if (transfer.message === TAKEN_BACK) return hold(TAKEN_BACK);
  return again ? payAgain(transfer) : hold("payout_failed");
}

/** A payout that may be under way cannot be called back; what has not been paid is not paid any more. */
export function takenBack(transfer: Transfer): Outcome {
  return transfer.state === "paying" ? { to: "paying", changes: { message: TAKEN_BACK } } : hold(TAKEN_BACK);
}

/** The payout leaves the books with the fee that was promised: in flight goes down by all of it. */
export function complete(transfer: Transfer, event: EventOf<"payout_completed">): Outcome {
  const { asset } = transfer;
  const amounts = amountsOwed(transfer);
  if (amounts?.out !== event.amount) {
    throw new Error(
      `Cannot complete transfer ${transfer.id}: the payout of ${event.amount} is not what was decided`,
    );
  }
  const railFee = event.railFee ?? 0n;
  return {
    to: "completed",
    changes: {
      completed: true,
      message: null,
      ...(event.stellarTransactionId === undefined
        ? {}
        : { stellarTransactionId: event.stellarTransactionId }),
      ...(event.externalTransactionId === undefined
        ? {}
        : { externalTransactionId: event.externalTransactionId }),
      ...(event.claimableBalanceId === undefined ? {} : { claimableBalanceId: event.claimableBalanceId }),
      ...(event.returnableUntilMs === undefined ? {} : { returnableUntilMs: event.returnableUntilMs }),
    },
    postings: [
      ...settledPostings(transfer, amounts, event.place),
      ...move(asset, railFee, "costs", `bank:${event.place}`),
    ],
  };
}

/** The completion is taken out of the books again, all but the rail's fee: the customer is owed everything (M-21). */
export function comeBack(transfer: Transfer, event: EventOf<"payout_returned">): Outcome {
  const outcome = hold("payout_returned");
  const amounts = amountsOwed(transfer);
  if (transfer.state !== "completed" || amounts === null) return outcome;
  return {
    ...outcome,
    changes: { ...outcome.changes, completed: false },
    postings: settledPostings(transfer, amounts, event.place).map((line) => ({
      ...line,
      amount: -line.amount,
    })),
  };
}

function settledPostings(transfer: Transfer, amounts: Amounts, place: string): Posting[] {
  const { asset, id, kind } = transfer;
  return [
    ...move(asset, amounts.out, "in_flight", kind === "deposit" ? "outstanding" : `bank:${place}`, id),
    ...amounts.items.flatMap(({ name, amount }) =>
      move(asset, amount, "in_flight", name === "service" ? "fees" : "rounding", id)
    ),
  ];
}

function amountsOwed({ received, refunded, terms }: Transfer): Amounts | null {
  return amountsFor(received - refunded, terms.fee, terms.step);
}

/** What went back leaves the transfer; a rest waits for a person. */
export function refundDone(transfer: Transfer, event: EventOf<"refund_completed">): Outcome {
  const { asset, id } = transfer;
  const refunded = transfer.refunded + event.amount + event.fee;
  if (event.amount < 0n || event.fee < 0n || refunded > transfer.received) {
    throw new RangeError(`Cannot refund transfer ${id}: more than is left would go back`);
  }
  const isAll = refunded === transfer.received;
  return {
    to: isAll ? "refunded" : "on_hold",
    changes: {
      refunded,
      ...(isAll
        ? { completed: true, amountFee: 0n, amountOut: 0n, feeDetails: feeItemsToJson([]) }
        : { message: "refund_partial", ...amountChanges(amountsOwed({ ...transfer, refunded })) }),
    },
    postings: [
      ...move(asset, event.amount, "in_flight", `bank:${event.place}`, id),
      ...move(asset, event.fee, "in_flight", "fees", id),
      ...move(asset, event.railFee ?? 0n, "costs", `bank:${event.place}`),
    ],
  };
}

/** The destination cannot take the asset yet. */
export function waits(_transfer: Transfer, { reason }: EventOf<"destination_waits">): Outcome {
  return { to: "trusting", changes: { message: reason } };
}

/** A person has to decide. */
export function hold(message: string): Outcome {
  return { to: "on_hold", changes: { message } };
}

/** Over, with nothing of the customer's in our hands. */
export function ended(to: State, message: string): Outcome {
  return { to, changes: { message } };
}

function payoutOf({ kind }: Transfer): Effect["kind"] {
  return kind === "deposit" ? "ledger_payout" : "bank_payout";
}

/** Effects are keyed by transfer and version, so each decision has its own and a repeated one has the same. */
function effect(transfer: Transfer, kind: Effect["kind"]): Effect {
  return { kind, key: `${kind}:${transfer.id}:${transfer.version + 1}`, subject: transfer.id };
}
