/**
 * What follows when an event happens in a state: the right-hand side of the table in `decide.ts`. Pure.
 * @module
 */
import { type Amounts, amountsFor } from "../money/fees.ts";
import { move, type Posting } from "../money/postings.ts";
import { afterUnpaid, OTHER_ACCOUNT, type Tried } from "./account-asked.ts";
import type { Changes } from "./decision.ts";
import type { Clearance } from "./events.ts";
import { EXCESS, excessBack } from "./excess.ts";
import { MAY_BE_PAID } from "./may-be-paid.ts";
import {
  amountChanges,
  amountsOwed,
  askFirst,
  effect,
  type EventOf,
  hold,
  type Outcome,
  outOfSuspense,
  payAgain,
  stillHeld,
} from "./outcome.ts";
import { sendBack } from "./refund-outcomes.ts";
import { firstState } from "./states.ts";
import { judgeAmount } from "./terms.ts";
import type { Transfer } from "./transfer.ts";

/** Message of a transfer whose money the bank took back: it is never paid by itself any more (M-21). */
const TAKEN_BACK = "money_taken_back";

/** Message of a transfer that rests because its customer owes us money (M-21). */
export const FROZEN = "customer_frozen";

/** What was chosen takes the place of what was only supposed; from here on it is as one that has just opened. */
export function chosen(transfer: Transfer, event: EventOf<"chosen">): Outcome {
  const { type: _type, isReady, amount, ...settled } = event;
  const { fee, step } = settled.terms;
  const to = firstState(transfer.kind, isReady);
  return {
    to,
    changes: {
      ...settled,
      amountRequested: amount,
      amountIn: amount,
      ...amountChanges(amount === null ? null : amountsFor(amount, fee, step)),
    },
    effects: to === "instructing" ? [effect(transfer, "deposit_instructions")] : [],
  };
}

/** A deposit's rail is asked where it is to be paid; a withdrawal waits for its tokens, and keeps whom it pays. */
export function accept(transfer: Transfer, { beneficiary }: EventOf<"customer_accepted">): Outcome {
  if (transfer.kind === "deposit") {
    return { to: "instructing", effects: [effect(transfer, "deposit_instructions")] };
  }
  return { to: "waiting", changes: beneficiary === undefined ? {} : { beneficiary } };
}

/** The customer may be paid now whose money is here already; what is above what they announced goes back first. */
export function acceptPaid(transfer: Transfer, { beneficiary }: EventOf<"customer_accepted">): Outcome {
  const { backLeft, backThen } = transfer;
  const { changes, ...outcome } = backLeft === null || backThen === null
    ? payAgain(transfer)
    : sendBack(transfer, {}, { amount: backLeft, then: backThen });
  return { ...outcome, changes: { ...changes, ...(beneficiary === undefined ? {} : { beneficiary }) } };
}

/** The rail may want the money sooner than we; what comes first holds. */
export function giveInstructions(
  { expiresMs }: Transfer,
  { validUntilMs, instructions, reference }: EventOf<"instructions_given">,
): Outcome {
  const isSooner = validUntilMs !== undefined && (expiresMs === null || validUntilMs < expiresMs);
  return {
    to: "waiting",
    changes: {
      ...(isSooner ? { expiresMs: validUntilMs } : {}),
      ...(instructions === undefined ? {} : { instructions }),
      ...(reference === undefined ? {} : { reference }),
    },
  };
}

/** A deposit's money: what the rail kept of it is our cost, the customer is owed all of it. */
export function receiveAtBank(transfer: Transfer, event: EventOf<"money_received">): Outcome {
  const { amount, kept, place } = event;
  const outcome = received(transfer, event, [
    ...move(transfer.asset, amount - kept, `bank:${place}`, "in_flight", transfer.id),
    ...move(transfer.asset, kept, "costs", "in_flight", transfer.id),
  ]);
  return transfer.terms.railRefunds ? sentBackWhereUnfit(transfer, outcome, event.clearance) : outcome;
}

/** A withdrawal's tokens: what others held before, we owe to the transfer now. */
export function receiveOnLedger(transfer: Transfer, event: EventOf<"money_received">): Outcome {
  const postings = move(transfer.asset, event.amount, "outstanding", "in_flight", transfer.id);
  return sentBackWhereUnfit(transfer, received(transfer, event, postings), event.clearance);
}

/** Money that an operator has recognised leaves suspense; what does not fit stays with that operator. */
export function assigned(transfer: Transfer, event: EventOf<"money_assigned">): Outcome {
  const postings = move(transfer.asset, event.amount, "suspense", "in_flight", transfer.id);
  return received(transfer, { ...event, kept: 0n }, postings);
}

/** Where the terms say so, money that does not fit goes back instead of waiting for a person (M-18): all of it, or what is above. */
function sentBackWhereUnfit(transfer: Transfer, outcome: Outcome, clearance?: Clearance): Outcome {
  if (outcome.to !== "on_hold") return outcome;
  if (outcome.changes?.message === EXCESS) return excessBack(transfer, outcome, clearance);
  const { kind } = transfer.terms.amounts;
  return kind === "refund" || kind === "excess" ? sendBack(transfer, outcome) : outcome;
}

/** Fee and payout follow what came (M-18); what does not fit waits for a person and is neither paid nor sent by guess. */
function received(
  transfer: Transfer,
  event: Omit<EventOf<"money_received">, "type" | "place">,
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
  const { clearance = { kind: "cleared", tier: transfer.tier } } = event;
  const changes: Changes = {
    received: total,
    funded: true,
    amountIn: total,
    ...amountChanges(amounts),
    message: fit === "fits" ? null : fit === "excess" ? EXCESS : `amount_${fit}`,
    ...(event.paidFrom === undefined ? {} : { paidFrom: event.paidFrom }),
    ...(event.stellarTransactionId === undefined ? {} : { stellarTransactionId: event.stellarTransactionId }),
    ...(event.externalTransactionId === undefined
      ? {}
      : { externalTransactionId: event.externalTransactionId }),
  };
  const mayStay = fit === "fits" || fit === "excess";
  if (mayStay && clearance.kind === "above") {
    return { to: "on_hold", changes: { ...changes, message: "above_limits" }, postings };
  }
  if (fit !== "fits" || clearance.kind === "above") return { to: "on_hold", changes, postings };
  return cleared(transfer, clearance, { changes, postings });
}

/** Paid at once, or once the customer has told what so much of it needs. @param outcome what else the event did */
function cleared(
  transfer: Transfer,
  { kind, tier }: Exclude<Clearance, { readonly kind: "above" }>,
  outcome: Omit<Outcome, "to">,
): Outcome {
  const then = kind === "asks" ? askFirst : payAgain;
  return then(transfer, { ...outcome, changes: { ...outcome.changes, tier } });
}

/** Approved was a payout that waited for it; whatever else a transfer is held for, is not approved with it (M-27). */
export function payApproved(transfer: Transfer): Outcome {
  return transfer.message === "approval" ? payAgain(transfer) : stillHeld(transfer);
}

/** What is here is paid, as much as it is: fee and payout follow it (M-18). What may not be paid stays with that person. */
export function payOrdered(transfer: Transfer, { clearance }: EventOf<"pay_ordered">): Outcome {
  const { message } = transfer;
  const amounts = amountsOwed(transfer);
  if (message === null || !MAY_BE_PAID.has(message) || amounts === null) return stillHeld(transfer);
  return cleared(transfer, clearance, {
    changes: { ...amountChanges(amounts), backLeft: null, backThen: null },
  });
}

/** What rested because of the customer's debt is paid; whatever else a transfer is held for, is not lifted with it. */
export function payThawed(transfer: Transfer): Outcome {
  return transfer.message === FROZEN ? payAgain(transfer) : stillHeld(transfer);
}

/** Nobody knows yet whether it was paid. Money that the bank took back meanwhile is not paid once that is known. */
export function payInDoubt({ message }: Transfer): Outcome {
  return hold(message === TAKEN_BACK ? TAKEN_BACK : "payout_undecidable");
}

/** What could not be decided has been, with an operator's help: it goes on. Whatever else it is held for stays. */
export function payOnceDecided(transfer: Transfer, event: EventOf<"payout_failed">): Outcome {
  return transfer.message === "payout_undecidable" ? payOrNot(transfer, event) : stillHeld(transfer);
}

/** Money that the bank took back meanwhile is not paid a second time of asking. */
export function payOrNot(transfer: Transfer, event: EventOf<"payout_failed">): Outcome {
  if (transfer.message === TAKEN_BACK) return hold(TAKEN_BACK);
  return event.again ? payAgain(transfer) : unpaid(transfer, "payout_failed", event);
}

/** What a bank did not pay out waits for a person, goes back, or goes to another account, as the terms say (M-21). */
function unpaid(transfer: Transfer, message: string, tried: Tried): Outcome {
  if (transfer.kind === "deposit") return hold(message);
  switch (afterUnpaid(transfer.terms, tried)) {
    case "refund":
      return sendBack(transfer);
    case "ask":
      return { to: "asking", changes: { message: OTHER_ACCOUNT } };
    case "hold":
      return hold(message);
  }
}

/** A payout that may be under way cannot be called back; what has not been paid is not paid any more. */
export function takenBack(transfer: Transfer): Outcome {
  return transfer.state === "paying" ? { to: "paying", changes: { message: TAKEN_BACK } } : hold(TAKEN_BACK);
}

/** Nothing was paid out and the money is gone: nobody owes anything, and what the rail had kept of it was no cost of ours. */
export function giveUp(transfer: Transfer, { net }: EventOf<"given_up">): Outcome {
  const { asset, id, received, refunded } = transfer;
  const held = received - refunded;
  if (net < 0n || net > held) {
    throw new RangeError(`Cannot give up transfer ${id}: ${net} is not what it held`);
  }
  return {
    to: "failed",
    changes: { message: "not_paid_out", funded: false },
    postings: [
      ...move(asset, net, "in_flight", "receivable", id),
      ...move(asset, held - net, "in_flight", "costs", id),
    ],
  };
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
      ...returnableOf(event),
    },
    postings: [
      ...settledPostings(transfer, amounts, event.place),
      ...move(asset, railFee, "costs", `bank:${event.place}`),
    ],
  };
}

/** The same for a payout that was found without its attempt. */
export function completeFound(transfer: Transfer, event: EventOf<"payout_found">): Outcome {
  const { changes, ...outcome } = complete(transfer, { ...event, type: "payout_completed" });
  // A part that was to go back is not sent any more.
  return outOfSuspense({ ...outcome, changes: { ...changes, backLeft: null, backThen: null } });
}

/** Until when a payout may come back; `{}` where it stays. */
function returnableOf({ returnableUntilMs, returnableForMs }: EventOf<"payout_completed">): Changes {
  if (returnableUntilMs !== undefined) return { returnableUntilMs };
  return returnableForMs === undefined ? {} : { returnableForMs };
}

/** The completion is taken out of the books again, all but the rail's fee: the customer is owed everything (M-21). */
export function comeBack(transfer: Transfer, event: EventOf<"payout_returned">): Outcome {
  const outcome = unpaid(transfer, "payout_returned", event);
  const amounts = amountsOwed(transfer);
  if (transfer.state !== "completed" || amounts === null) {
    // No completion was told that would have booked it.
    const postings = move(transfer.asset, event.railFee ?? 0n, "costs", `bank:${event.place}`);
    return { ...outcome, postings };
  }
  return {
    ...outcome,
    changes: { ...outcome.changes, completed: false, returnableUntilMs: null },
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

/** The destination cannot take the asset yet. */
export function waits(_transfer: Transfer, { reason }: EventOf<"destination_waits">): Outcome {
  return { to: "trusting", changes: { message: reason } };
}
