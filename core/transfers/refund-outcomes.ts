/**
 * What follows when money goes back where it came from: the refunding part of the table in `decide.ts`. Pure.
 * @module
 */
import { feeItemsToJson } from "../money/fees.ts";
import { move, type Posting } from "../money/postings.ts";
import type { Effect } from "./decision.ts";
import type { RefundPart } from "./events.ts";
import {
  amountChanges,
  amountsOwed,
  effect,
  type EventOf,
  hold,
  type Outcome,
  outOfSuspense,
  payAgain,
  stillHeld,
} from "./outcome.ts";
import type { Transfer } from "./transfer.ts";

/** What the user reads while the money is on its way back: all of it, or a part. */
const messageOf = (backLeft: bigint | null) => backLeft === null ? "sending_back" : "sending_back_part";

/**
 * The transfer's money begins to go back, or goes on to: all that is left of it, unless a part is told.
 * @param outcome what else the event did
 */
export function sendBack(transfer: Transfer, outcome: Omit<Outcome, "to"> = {}, part?: RefundPart): Outcome {
  const { backLeft = transfer.backLeft, backThen = transfer.backThen } = part === undefined
    ? outcome.changes ?? {}
    : { backLeft: part.amount, backThen: part.then };
  return {
    ...outcome,
    to: "refunding",
    changes: { ...outcome.changes, backLeft, backThen, message: messageOf(backLeft) },
    effects: [effect(transfer, refundOf(transfer))],
  };
}

/** An operator has ordered it. */
export function refundOrdered(transfer: Transfer, { part }: EventOf<"refund_ordered">): Outcome {
  const left = transfer.received - transfer.refunded;
  if (part !== undefined && (part.amount <= 0n || part.amount > left)) {
    throw new RangeError(`Cannot refund transfer ${transfer.id}: ${part.amount} is no part of ${left}`);
  }
  if (part === undefined || part.amount === left) {
    return sendBack(transfer, { changes: { backLeft: null, backThen: null } });
  }
  return sendBack(transfer, part.tier === undefined ? {} : { changes: { tier: part.tier } }, part);
}

/** The payer's account cannot take it yet: looked at again, by the same effect. */
export function refundWaits(_transfer: Transfer, { reason }: EventOf<"refund_waits">): Outcome {
  return { to: "refunding", changes: { message: reason } };
}

/** An envelope that sends a receipt back stands in the same batch. */
export function refundStored({ backLeft }: Transfer): Outcome {
  return { to: "refunding", changes: { message: messageOf(backLeft) } };
}

/**
 * What went back leaves the transfer. While receipts are left that are to go back they do so too, each by an effect of its
 * own; what comes to an end after a person was asked leaves the rest with that person.
 */
export function refundDone(transfer: Transfer, event: EventOf<"refund_completed">): Outcome {
  const { id, backLeft, backThen } = transfer;
  const share = event.amount + event.fee;
  const refunded = transfer.refunded + share;
  if (event.amount < 0n || event.fee < 0n || refunded > transfer.received) {
    throw new RangeError(`Cannot refund transfer ${id}: more than is left would go back`);
  }
  const postings = wentBack(transfer, event);
  if (refunded === transfer.received) {
    const changes = {
      refunded,
      completed: true,
      amountFee: 0n,
      amountOut: 0n,
      feeDetails: feeItemsToJson([]),
      message: "sent_back",
    };
    return { to: "refunded", changes, postings };
  }
  const owed = amountsOwed({ ...transfer, refunded });
  const changes = { refunded, ...amountChanges(owed) };
  const isGoingOn = transfer.state === "refunding" && (backLeft === null || share < backLeft);
  if (isGoingOn) {
    const part = backLeft === null ? undefined : { amount: backLeft - share, then: backThen ?? "hold" };
    return sendBack(transfer, { changes, postings }, part);
  }
  return transfer.state === "refunding" && backThen === "pay" && owed !== null
    ? payAgain(transfer, { changes, postings })
    : {
      to: "on_hold",
      changes: { ...changes, backLeft: null, backThen: null, message: "refund_partial" },
      postings,
    };
}

/** The same for a refund that was found without its attempt. */
export function refundFound(transfer: Transfer, event: EventOf<"refund_found">): Outcome {
  return outOfSuspense(refundDone(transfer, { ...event, type: "refund_completed" }));
}

/** Tried again by an effect of its own, or put before a person. */
export function refundFailed(transfer: Transfer, { again, reason }: EventOf<"refund_failed">): Outcome {
  return again ? sendBack(transfer) : hold(reason ?? "refund_failed");
}

/** What could not be decided has been, with an operator's help: it goes on. Whatever else it is held for stays. */
export function sendBackOnceDecided(transfer: Transfer, event: EventOf<"refund_failed">): Outcome {
  return transfer.message === "refund_undecidable" ? refundFailed(transfer, event) : stillHeld(transfer);
}

/** Tokens are in others' hands again, money has left the bank; what the customer bears is ours. */
function wentBack({ asset, id, kind }: Transfer, event: EventOf<"refund_completed">): readonly Posting[] {
  const bank = `bank:${event.place}` as const;
  return [
    ...move(asset, event.amount, "in_flight", kind === "deposit" ? bank : "outstanding", id),
    ...move(asset, event.fee, "in_flight", "fees", id),
    ...move(asset, event.railFee ?? 0n, "costs", bank),
  ];
}

function refundOf({ kind }: Transfer): Effect["kind"] {
  return kind === "deposit" ? "bank_refund" : "ledger_refund";
}
