/**
 * The table of transfers: what an event does in a state. Pure: it reads nothing and writes nothing. It can be read from
 * top to bottom; `printTable` prints it.
 *
 * An event that has no arc in the present state changes nothing: news come late, doubled and out of order, and the same
 * fact told again must not move money again.
 * @module
 */
import type { Decision, Ignored } from "./decision.ts";
import type { TransferEvent } from "./events.ts";
import { ended, type EventOf, hold, type Outcome, payAgain } from "./outcome.ts";
import {
  accept,
  acceptPaid,
  assigned,
  chosen,
  comeBack,
  complete,
  completeFound,
  FROZEN,
  giveInstructions,
  giveUp,
  payApproved,
  payInDoubt,
  payOnceDecided,
  payOrdered,
  payOrNot,
  payThawed,
  receiveAtBank,
  receiveOnLedger,
  takenBack,
  waits,
} from "./outcomes.ts";
import {
  refundDone,
  refundFailed,
  refundFound,
  refundOrdered,
  refundStored,
  refundWaits,
  sendBackOnceDecided,
} from "./refund-outcomes.ts";
import { type Kind, MAY_BE_SENT_BACK, MAY_HAVE_BEEN_PAID, type State, TAKES_ASSIGNED } from "./states.ts";
import type { Transfer } from "./transfer.ts";

/** One arc: in these states, this event leads to one of these states. */
export interface Arc {
  readonly kinds: readonly Kind[];
  readonly from: readonly State[];
  readonly event: TransferEvent["type"];
  readonly to: readonly State[];
  readonly then: (transfer: Transfer, event: TransferEvent) => Outcome;
}

const BOTH: readonly Kind[] = ["deposit", "withdrawal"];
const DEPOSIT: readonly Kind[] = ["deposit"];
const WITHDRAWAL: readonly Kind[] = ["withdrawal"];
const UNDECIDED: readonly State[] = ["draft", "kyc", "instructing", "waiting"];
const WAITS_FOR_MONEY: readonly State[] = ["waiting", "arriving"];
const TO_BE_PAID: readonly State[] = ["funded", "trusting"];
const NOT_PAID: readonly State[] = ["asking", "funded", "trusting", "refunding", "on_hold"];

/** The table. */
export const TABLE: readonly Arc[] = [
  // Before money.
  arc(DEPOSIT, ["draft"], "chosen", ["kyc", "instructing"], chosen),
  arc(WITHDRAWAL, ["draft"], "chosen", ["kyc", "waiting"], chosen),
  arc(DEPOSIT, ["kyc"], "customer_accepted", ["instructing"], accept),
  arc(WITHDRAWAL, ["kyc"], "customer_accepted", ["waiting"], accept),
  arc(BOTH, UNDECIDED, "customer_rejected", ["failed"], () => ended("failed", "customer_rejected")),
  arc(BOTH, UNDECIDED, "customer_erased", ["failed"], () => ended("failed", "customer_erased")),
  arc(DEPOSIT, ["instructing"], "instructions_given", ["waiting"], giveInstructions),
  arc(DEPOSIT, ["instructing"], "instructions_refused", ["failed"], () => ended("failed", "rail_refused")),
  arc(BOTH, UNDECIDED, "ended_by_operator", ["failed"], () => ended("failed", "ended_by_operator")),
  arc(BOTH, UNDECIDED, "time_ran_out", ["expired"], () => ended("expired", "expired")),
  // Money comes.
  arc(DEPOSIT, ["waiting"], "credit_announced", ["arriving"], () => ({ to: "arriving" })),
  arc(DEPOSIT, ["arriving"], "credit_vanished", ["waiting"], () => ({ to: "waiting" })),
  arc(
    DEPOSIT,
    WAITS_FOR_MONEY,
    "money_received",
    ["funded", "asking", "refunding", "on_hold"],
    receiveAtBank,
  ),
  arc(
    WITHDRAWAL,
    ["waiting"],
    "money_received",
    ["funded", "asking", "refunding", "on_hold"],
    receiveOnLedger,
  ),
  arc(BOTH, TAKES_ASSIGNED, "money_assigned", ["funded", "asking", "on_hold"], assigned),
  arc(BOTH, ["asking"], "customer_accepted", ["funded", "refunding"], acceptPaid),
  arc(BOTH, ["asking"], "customer_rejected", ["on_hold"], () => hold("customer_refused")),
  arc(BOTH, ["asking"], "customer_erased", ["on_hold"], () => hold("customer_withdrawn")),
  arc(DEPOSIT, NOT_PAID, "money_taken_back", ["on_hold"], takenBack),
  arc(DEPOSIT, ["paying"], "money_taken_back", ["paying"], takenBack),
  arc(DEPOSIT, ["on_hold"], "given_up", ["failed"], giveUp),
  // Money goes out.
  arc(DEPOSIT, TO_BE_PAID, "destination_waits", ["trusting"], waits),
  arc(DEPOSIT, ["trusting"], "destination_ready", ["funded"], (transfer) => payAgain(transfer)),
  arc(DEPOSIT, TO_BE_PAID, "destination_refuses", ["on_hold"], (_t, e) => hold(e.reason)),
  arc(BOTH, TO_BE_PAID, "customer_withdrawn", ["on_hold"], () => hold("customer_withdrawn")),
  arc(BOTH, TO_BE_PAID, "customer_frozen", ["on_hold"], () => hold(FROZEN)),
  arc(BOTH, ["on_hold"], "freeze_lifted", ["funded", "on_hold"], payThawed),
  arc(BOTH, ["funded"], "approval_needed", ["on_hold"], () => hold("approval")),
  arc(BOTH, ["on_hold"], "approved", ["funded", "on_hold"], payApproved),
  arc(BOTH, ["on_hold"], "pay_ordered", ["funded", "asking", "on_hold"], payOrdered),
  arc(BOTH, TO_BE_PAID, "payout_stored", ["paying"], () => ({ to: "paying", changes: { message: null } })),
  arc(BOTH, ["paying", "on_hold"], "payout_completed", ["completed"], complete),
  arc(BOTH, MAY_HAVE_BEEN_PAID, "payout_found", ["completed"], completeFound),
  // A payout that was given up may have arrived after all: it is not made a second time.
  arc(WITHDRAWAL, ["asking", "funded"], "payout_completed", ["completed"], complete),
  arc(BOTH, ["paying"], "payout_failed", ["funded", "asking", "refunding", "on_hold"], payOrNot),
  arc(BOTH, ["paying"], "payout_undecidable", ["on_hold"], payInDoubt),
  arc(DEPOSIT, ["on_hold"], "payout_failed", ["funded", "on_hold"], payOnceDecided),
  arc(WITHDRAWAL, ["paying", "completed"], "payout_returned", ["asking", "refunding", "on_hold"], comeBack),
  // Money goes back.
  arc(BOTH, MAY_BE_SENT_BACK, "refund_ordered", ["refunding"], refundOrdered),
  arc(WITHDRAWAL, ["refunding"], "refund_waits", ["refunding"], refundWaits),
  arc(WITHDRAWAL, ["refunding"], "refund_stored", ["refunding"], refundStored),
  arc(BOTH, ["refunding"], "refund_completed", ["refunding", "refunded", "funded", "on_hold"], refundDone),
  arc(BOTH, ["on_hold"], "refund_completed", ["on_hold", "refunded"], refundDone),
  arc(BOTH, MAY_HAVE_BEEN_PAID, "refund_found", ["refunding", "refunded", "funded", "on_hold"], refundFound),
  arc(BOTH, ["refunding"], "refund_failed", ["refunding", "on_hold"], refundFailed),
  arc(WITHDRAWAL, ["refunding"], "refund_undecidable", ["on_hold"], () => hold("refund_undecidable")),
  arc(WITHDRAWAL, ["on_hold"], "refund_failed", ["refunding", "on_hold"], sendBackOnceDecided),
  arc(BOTH, ["refunding"], "customer_withdrawn", ["on_hold"], () => hold("customer_withdrawn")),
];

/** Decides what an event does to a transfer. @throws Error when an arc leads out of the table: a developer's error */
export function decide(transfer: Transfer, event: TransferEvent): Decision | Ignored {
  const found = TABLE.find((row) =>
    row.event === event.type && row.kinds.includes(transfer.kind) && row.from.includes(transfer.state)
  );
  if (!found) return { ignored: true };
  const { to, changes = {}, postings = [], effects = [] } = found.then(transfer, event);
  if (!found.to.includes(to)) {
    throw new Error(`Cannot decide ${event.type} in ${transfer.state}: ${to} is not in the table`);
  }
  return { state: to, changes, postings, effects };
}

/** The table as text, one arc a line, for people. */
export function printTable(): string {
  return TABLE.map(({ kinds, from, event, to }) =>
    `${kinds.join("+").padEnd(19)} ${from.join(" | ")} --${event}--> ${to.join(" | ")}`
  ).join("\n");
}

function arc<Type extends TransferEvent["type"]>(
  kinds: readonly Kind[],
  from: readonly State[],
  event: Type,
  to: readonly State[],
  then: (transfer: Transfer, event: EventOf<Type>) => Outcome,
): Arc {
  const isOurs = (candidate: TransferEvent): candidate is EventOf<Type> => candidate.type === event;
  return {
    kinds,
    from,
    event,
    to,
    then: (transfer, candidate) => {
      if (!isOurs(candidate)) throw new Error(`Cannot follow arc ${event}: got ${candidate.type}`);
      return then(transfer, candidate);
    },
  };
}
