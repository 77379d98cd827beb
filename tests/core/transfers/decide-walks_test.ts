import assert from "node:assert/strict";
import fc from "fast-check";
import type { Posting } from "../../../core/money/postings.ts";
import { STATUSES, statusOf } from "../../../core/seps/statuses.ts";
import { decide, TABLE } from "../../../core/transfers/decide.ts";
import type { Clearance, TransferEvent } from "../../../core/transfers/events.ts";
import { MAY_BE_PAID } from "../../../core/transfers/may-be-paid.ts";
import {
  FINAL,
  HOLDS_MONEY,
  type Kind,
  KINDS,
  MAY_BE_SENT_BACK,
  type State,
  STATES,
} from "../../../core/transfers/states.ts";
import type { Terms } from "../../../core/transfers/terms.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import { after, exampleChoice, exampleTransfer } from "./example-transfer.ts";
import { ONE } from "./money-at-work.ts";

const place = "bank";

/** What chance decides of one step: which of the arcs that leave the state, and what the event says. */
interface Step {
  readonly arc: number;
  /** In hundredths of what would fit; so at times too little, and at times too much. */
  readonly share: bigint;
  readonly flag: boolean;
  readonly clearance: Clearance | undefined;
}

const step: fc.Arbitrary<Step> = fc.record({
  arc: fc.nat(),
  share: fc.constantFrom(100n, 100n, 100n, 50n, 103n, 1n, 300n),
  flag: fc.boolean(),
  clearance: fc.constantFrom<(Clearance | undefined)[]>(
    undefined,
    { kind: "cleared", tier: "light" },
    { kind: "asks", tier: "heavy" },
    { kind: "above" },
  ),
});

const terms: fc.Arbitrary<Terms> = fc.record({
  min: fc.constantFrom(0n, ONE),
  max: fc.constantFrom(200n * ONE, 1_000n * ONE),
  fee: fc.record({ fixed: fc.constantFrom(0n, 3n, ONE), percent: fc.bigInt({ min: 0n, max: 90_000_000n }) }),
  step: fc.constantFrom(1n, 100_000n, ONE),
  amounts: fc.constantFrom<Terms["amounts"][]>(
    { kind: "exact" },
    { kind: "accept" },
    { kind: "refund" },
    { kind: "excess" },
    { kind: "tolerance", percent: 10n * ONE },
  ),
  maxAttempts: fc.constant(3),
  railRefunds: fc.boolean(),
  refundFee: fc.constantFrom(0n, 3n),
  onPayoutFailure: fc.constantFrom("ask", "hold", "refund"),
});

const begun = fc.record({
  kind: fc.constantFrom<Kind[]>(...KINDS),
  protocol: fc.constantFrom<Transfer["protocol"][]>("sep6", "sep24"),
  terms,
  amountIn: fc.option(fc.bigInt({ min: ONE, max: 300n * ONE })),
}).map(({ kind, protocol, terms, amountIn }) =>
  exampleTransfer({
    kind,
    protocol,
    terms,
    amountIn,
    amountFee: null,
    amountOut: null,
    feeDetails: null,
    // SEP-6 has no page on which anybody could choose.
    state: protocol === "sep24" ? "draft" : "kyc",
  })
);

/** The event of an arc, about a transfer, as chance has it. */
function eventOf(
  type: TransferEvent["type"],
  transfer: Transfer,
  { share, flag, clearance }: Step,
): TransferEvent {
  const asked = transfer.amountIn ?? 50n * ONE;
  switch (type) {
    case "chosen":
      return exampleChoice(transfer, { isReady: flag, amount: share === 1n ? null : asked * share / 100n });
    case "money_received":
      return {
        type,
        amount: asked * share / 100n,
        kept: flag ? 0n : 7n,
        place,
        ...(clearance === undefined ? {} : { clearance }),
      };
    case "money_assigned":
      return { type, amount: asked * share / 100n, ...(clearance === undefined ? {} : { clearance }) };
    case "payout_completed":
    case "payout_found":
      return { type, amount: (transfer.amountOut ?? 0n) * share / 100n, place, railFee: flag ? 0n : 5n };
    case "refund_completed":
    case "refund_found":
      return {
        type,
        id: "back",
        idType: "external",
        amount: (transfer.backLeft ?? transfer.received - transfer.refunded) * share / 100n,
        fee: flag ? 0n : 3n,
        place,
      };
    case "payout_returned":
      return { type, place, tries: share === 50n ? 3 : 1 };
    case "refund_ordered": {
      const left = transfer.received - transfer.refunded;
      const then = clearance === undefined ? "hold" : "pay";
      return flag ? { type } : { type, part: { amount: left * share / 100n, then } };
    }
    case "pay_ordered":
      return { type, clearance: { kind: flag ? "cleared" : "asks", tier: "heavy" } };
    case "payout_failed":
      return { type, again: flag, tries: share === 50n ? 3 : 1 };
    case "refund_failed":
      return { type, again: flag };
    case "given_up":
      return { type, net: transfer.received - transfer.refunded };
    case "destination_waits":
    case "destination_refuses":
    case "refund_waits":
      return { type, reason: "no_trustline" };
    default:
      return { type };
  }
}

/** What the books say after a walk, and what has left. */
interface Walk {
  readonly kind: Kind;
  readonly reached: readonly State[];
  readonly last: Transfer;
}

/** Follows arcs that are there, so that walks go deep, and checks every step. */
function walk(first: Transfer, steps: readonly Step[]): Walk {
  let transfer = first;
  const balances = new Map<string, bigint>();
  const of = (account: string) => balances.get(account) ?? 0n;
  let [cameIn, wentOut] = [0n, 0n];
  const reached: State[] = [first.state];
  for (const one of steps) {
    const arcs = TABLE.filter(({ kinds, from }) =>
      kinds.includes(transfer.kind) && from.includes(transfer.state)
    );
    const arc = arcs[one.arc % arcs.length];
    if (!arc) break;
    const event = eventOf(arc.event, transfer, one);
    const decision = tryDecide(transfer, event);
    if (decision === null || "ignored" in decision) continue;
    assert.ok(arc.to.includes(decision.state), `${transfer.state} --${event.type}--> ${decision.state}`);
    post(balances, decision.postings);
    if (event.type === "money_received" || event.type === "money_assigned") cameIn += event.amount;
    if (event.type === "payout_completed" || event.type === "payout_found") wentOut += event.amount;
    if (event.type === "payout_returned" && transfer.state === "completed") {
      wentOut -= transfer.amountOut ?? 0n;
    }
    if (event.type === "refund_completed" || event.type === "refund_found") wentOut += event.amount;
    transfer = after(transfer, decision);
    reached.push(transfer.state);
    assert.ok(wentOut >= 0n && wentOut <= cameIn, `${wentOut} went out of ${cameIn} that came in`);
    // What is owed is a credit, and what was spent or earned never turns into its opposite.
    for (const account of ["in_flight", "fees", "rounding"]) assert.ok(of(account) <= 0n, account);
    assert.ok(of("costs") >= 0n);
    const owed = HOLDS_MONEY.has(transfer.state) ? transfer.received - transfer.refunded : 0n;
    assert.equal(-of("in_flight"), owed, `in flight while ${transfer.state}`);
    const all = [...balances.values()].reduce((sum, balance) => sum + balance, 0n);
    assert.equal(all, 0n, "bank + receivable + costs = all that is owed");
    if (transfer.state === "refunded") assert.equal(transfer.refunded, transfer.received);
    assert.ok(STATUSES.includes(statusOf(transfer.protocol, transfer.kind, transfer.state)));
  }
  return { kind: first.kind, reached, last: transfer };
}

function post(balances: Map<string, bigint>, postings: readonly Posting[]): void {
  for (const { account, amount } of postings) {
    const name = account.startsWith("bank:") ? "bank" : account;
    balances.set(name, (balances.get(name) ?? 0n) + amount);
  }
}

/** An event that contradicts the record is refused, and changes nothing. */
function tryDecide(transfer: Transfer, event: TransferEvent) {
  try {
    return decide(transfer, event);
  } catch (error) {
    assert.ok(error instanceof Error);
    assert.match(error.message, /^Cannot (complete|receive for|refund|give up) transfer/);
    return null;
  }
}

Deno.test("M-23 M-25 no walk along the table pays more than came in, makes an account negative or a status that no SEP knows", () => {
  const ends = new Map<Kind, Set<State>>(KINDS.map((kind) => [kind, new Set()]));
  fc.assert(
    fc.property(begun, fc.array(step, { minLength: 4, maxLength: 60 }), (first, steps) => {
      const { kind, reached } = walk(first, steps);
      for (const state of reached) ends.get(kind)?.add(state);
    }),
    { numRuns: 3_000 },
  );
  for (const kind of KINDS) {
    for (const state of FINAL) assert.ok(ends.get(kind)?.has(state), `a ${kind} can end ${state}`);
  }
});

/** States that a walk of arcs from here can come to, whatever the events say. */
function reachable(kind: Kind, from: State): Set<State> {
  const seen = new Set<State>([from]);
  for (const state of seen) {
    for (const { kinds, from, to } of TABLE) {
      if (kinds.includes(kind) && from.includes(state)) { for (const next of to) seen.add(next); }
    }
  }
  return seen;
}

Deno.test("M-25 M-21 from every state that holds money it can still be paid or sent back, and an operator can end each waiting", () => {
  for (const kind of KINDS) {
    const all = reachable(kind, "draft");
    for (const state of STATES.filter((state) => all.has(state) && HOLDS_MONEY.has(state))) {
      const ahead = reachable(kind, state);
      assert.ok(ahead.has("completed") && ahead.has("refunded"), `a ${kind} that is ${state}`);
    }
    for (const state of FINAL) assert.ok(all.has(state), `${kind} ${state}`);
    for (const state of MAY_BE_SENT_BACK.filter((state) => all.has(state))) {
      const ordered = decide(exampleTransfer({ kind, state, received: 100n * ONE }), {
        type: "refund_ordered",
      });
      assert.ok(!("ignored" in ordered) && ordered.state === "refunding", `a ${kind} that is ${state}`);
    }
    for (const message of [...MAY_BE_PAID, "approval", "money_taken_back", "something_new", null]) {
      const held = exampleTransfer({ kind, state: "on_hold", message, received: 100n * ONE });
      const paid = decide(held, { type: "pay_ordered", clearance: { kind: "cleared", tier: "light" } });
      const may = message !== null && MAY_BE_PAID.has(message);
      assert.ok(!("ignored" in paid) && paid.state === (may ? "funded" : "on_hold"), `${kind} ${message}`);
    }
  }
});

Deno.test("M-30 M-15 the same fact told again right away moves no money a second time", () => {
  fc.assert(
    fc.property(begun, fc.array(step, { minLength: 4, maxLength: 40 }), step, (first, steps, one) => {
      const { last } = walk(first, steps);
      const arcs = TABLE.filter(({ kinds, from }) => kinds.includes(last.kind) && from.includes(last.state));
      const arc = arcs[one.arc % arcs.length];
      if (!arc) return;
      const event = eventOf(arc.event, last, one);
      // Receipts and refunds are told apart by their own ids, in the batch that records them.
      if (["money_received", "refund_completed", "refund_found"].includes(event.type)) return;
      const once = tryDecide(last, event);
      if (once === null || "ignored" in once) return;
      const again = tryDecide(after(last, once), event);
      if (again === null || "ignored" in again) return;
      assert.deepEqual(again.postings, [], `${event.type} in ${last.state}, told twice`);
    }),
    { numRuns: 2_000 },
  );
});
