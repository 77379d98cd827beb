/**
 * The table of transfers: what an event does in a state. Pure: it reads nothing and writes nothing. It can be read from
 * top to bottom; `printTable` prints it.
 *
 * An event that has no arc in the present state changes nothing: news come late, doubled and out of order, and the same
 * fact told again must not move money again.
 * @module
 */
import { type Amounts, amountsFor, feeItemsToJson } from "../money/fees.ts";
import { move, type Posting } from "../money/postings.ts";
import type { Changes, Decision, Effect, Ignored } from "./decision.ts";
import type { TransferEvent } from "./events.ts";
import type { Kind, State } from "./states.ts";
import { judgeAmount } from "./terms.ts";
import type { Transfer } from "./transfer.ts";

type EventOf<Type extends TransferEvent["type"]> = Extract<TransferEvent, { type: Type }>;

interface Outcome {
  readonly to: State;
  readonly changes?: Changes;
  readonly postings?: readonly Posting[];
  readonly effects?: readonly Effect[];
}

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
const UNPAID: readonly State[] = ["kyc", "instructing", "waiting"];
const WAITS_FOR_MONEY: readonly State[] = ["waiting", "arriving"];
const TO_BE_PAID: readonly State[] = ["funded", "trusting"];

/** The table. */
export const TABLE: readonly Arc[] = [
  // Before money.
  arc(DEPOSIT, ["kyc"], "customer_accepted", ["instructing"], askForInstructions),
  arc(WITHDRAWAL, ["kyc"], "customer_accepted", ["waiting"], () => ({ to: "waiting" })),
  arc(BOTH, UNPAID, "customer_rejected", ["failed"], () => ended("failed", "customer_rejected")),
  arc(DEPOSIT, ["instructing"], "instructions_given", ["waiting"], giveInstructions),
  arc(DEPOSIT, ["instructing"], "instructions_refused", ["failed"], () => ended("failed", "rail_refused")),
  arc(BOTH, UNPAID, "time_ran_out", ["expired"], () => ended("expired", "expired")),
  // Money comes.
  arc(DEPOSIT, ["waiting"], "credit_announced", ["arriving"], () => ({ to: "arriving" })),
  arc(DEPOSIT, WAITS_FOR_MONEY, "money_received", ["funded", "refunding", "on_hold"], receiveAtBank),
  arc(WITHDRAWAL, ["waiting"], "money_received", ["funded", "on_hold"], receiveOnLedger),
  // Money goes out.
  arc(DEPOSIT, ["funded"], "destination_waits", ["trusting"], (_t, e) => waits(e)),
  arc(DEPOSIT, ["trusting"], "destination_ready", ["funded"], payAgain),
  arc(DEPOSIT, TO_BE_PAID, "destination_refuses", ["on_hold"], (_t, e) => hold(e.reason)),
  arc(BOTH, TO_BE_PAID, "customer_withdrawn", ["on_hold"], () => hold("customer_withdrawn")),
  arc(BOTH, TO_BE_PAID, "payout_stored", ["paying"], () => ({ to: "paying", changes: { message: null } })),
  arc(BOTH, ["paying", "on_hold"], "payout_completed", ["completed"], complete),
  arc(BOTH, ["paying"], "payout_failed", ["funded", "on_hold"], payOrHold),
  arc(BOTH, ["paying"], "payout_undecidable", ["on_hold"], () => hold("payout_undecidable")),
  // Money goes back.
  arc(DEPOSIT, ["refunding"], "refund_completed", ["refunded", "on_hold"], refundDone),
  arc(DEPOSIT, ["refunding"], "refund_failed", ["on_hold"], () => hold("refund_failed")),
];

/** Decides what an event does to a transfer. */
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

/** Effects are keyed by transfer and version, so each decision has its own and a repeated one has the same. */
function effect(transfer: Transfer, kind: Effect["kind"]): Effect {
  return { kind, key: `${kind}:${transfer.id}:${transfer.version + 1}`, subject: transfer.id };
}

function askForInstructions(transfer: Transfer): Outcome {
  return { to: "instructing", effects: [effect(transfer, "deposit_instructions")] };
}

function giveInstructions(_transfer: Transfer, { validUntilMs }: EventOf<"instructions_given">): Outcome {
  return { to: "waiting", changes: validUntilMs === undefined ? {} : { expiresMs: validUntilMs } };
}

function receiveAtBank(transfer: Transfer, event: EventOf<"money_received">): Outcome {
  const { amount, kept, place } = event;
  const postings = [
    ...move(transfer.asset, amount - kept, `bank:${place}`, "in_flight", transfer.id),
    ...move(transfer.asset, kept, "costs", "in_flight", transfer.id),
  ];
  const outcome = received(transfer, event, postings);
  const sendsBack = outcome.to === "on_hold" && transfer.terms.amounts.kind === "refund" &&
    transfer.terms.railRefunds;
  if (!sendsBack) return outcome;
  return { ...outcome, to: "refunding", effects: [effect(transfer, "bank_refund")] };
}

function receiveOnLedger(transfer: Transfer, event: EventOf<"money_received">): Outcome {
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
  const { amount } = event;
  const total = transfer.received + amount;
  const amounts = amountsFor(total, transfer.terms.fee, transfer.terms.step);
  const changes: Changes = {
    received: total,
    amountIn: total,
    ...(event.paidFrom === undefined ? {} : { paidFrom: event.paidFrom }),
    ...(event.stellarTransactionId === undefined ? {} : { stellarTransactionId: event.stellarTransactionId }),
    ...(event.externalTransactionId === undefined
      ? {}
      : { externalTransactionId: event.externalTransactionId }),
  };
  const fit = amounts === null ? "too_small" : judgeAmount(transfer.terms, transfer.amountIn, total);
  if (amounts === null || fit !== "fits") {
    return { to: "on_hold", changes: { ...changes, message: `amount_${fit}` }, postings };
  }
  const pays = transfer.kind === "deposit" ? "ledger_payout" : "bank_payout";
  return {
    to: "funded",
    changes: { ...changes, ...amountChanges(amounts), message: null },
    postings,
    effects: [effect(transfer, pays)],
  };
}

function amountChanges(amounts: Amounts): Changes {
  return {
    amountIn: amounts.in,
    amountFee: amounts.fee,
    amountOut: amounts.out,
    feeDetails: feeItemsToJson(amounts.items),
  };
}

function payAgain(transfer: Transfer): Outcome {
  const pays = transfer.kind === "deposit" ? "ledger_payout" : "bank_payout";
  return { to: "funded", changes: { message: null }, effects: [effect(transfer, pays)] };
}

function payOrHold(transfer: Transfer, { again }: EventOf<"payout_failed">): Outcome {
  return again ? payAgain(transfer) : hold("payout_failed");
}

/** The payout leaves the books with the fee that was promised: in flight goes down by all of it. */
function complete(transfer: Transfer, event: EventOf<"payout_completed">): Outcome {
  const { asset, id } = transfer;
  const amounts = amountsFor(transfer.received - transfer.refunded, transfer.terms.fee, transfer.terms.step);
  if (amounts === null || amounts.out !== event.amount) {
    throw new Error(`Cannot complete transfer ${id}: the payout of ${event.amount} is not what was decided`);
  }
  const credit = transfer.kind === "deposit" ? "outstanding" as const : `bank:${event.place}` as const;
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
      ...move(asset, amounts.out, "in_flight", credit, id),
      ...amounts.items.flatMap((item) =>
        move(asset, item.amount, "in_flight", item.name === "service" ? "fees" : "rounding", id)
      ),
      ...(railFee > 0n ? move(asset, railFee, "costs", `bank:${event.place}`) : []),
    ],
  };
}

function refundDone(transfer: Transfer, event: EventOf<"refund_completed">): Outcome {
  const refunded = transfer.refunded + event.amount + event.fee;
  return {
    to: refunded === transfer.received ? "refunded" : "on_hold",
    changes: {
      refunded,
      ...(refunded === transfer.received ? { completed: true } : { message: "refund_partial" }),
    },
    postings: [
      ...move(transfer.asset, event.amount, "in_flight", `bank:${event.place}`, transfer.id),
      ...move(transfer.asset, event.fee, "in_flight", "fees", transfer.id),
    ],
  };
}

function waits({ reason }: EventOf<"destination_waits">): Outcome {
  return { to: "trusting", changes: { message: reason } };
}

function hold(message: string): Outcome {
  return { to: "on_hold", changes: { message } };
}

function ended(to: State, message: string): Outcome {
  return { to, changes: { message } };
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
