import assert from "node:assert/strict";
import fc from "fast-check";
import type { Posting } from "../../../core/money/postings.ts";
import { decide, printTable, TABLE } from "../../../core/transfers/decide.ts";
import type { Decision, Ignored } from "../../../core/transfers/decision.ts";
import type { Clearance, TransferEvent } from "../../../core/transfers/events.ts";
import { FINAL, HOLDS_MONEY, type Kind, type State, STATES } from "../../../core/transfers/states.ts";
import type { Terms } from "../../../core/transfers/terms.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import { after, exampleChoice, exampleTransfer, goneBack, story } from "./example-transfer.ts";
import { ONE } from "./money-at-work.ts";

/** An event as it would come to this transfer: mostly of the amounts that it decided on, at times of others. */
type Draw = (transfer: Transfer) => TransferEvent;

const place = "bank";
const amount = fc.bigInt({ min: -2n, max: 1_200n * ONE });
const reason = fc.constantFrom("no_account", "no_trustline", "line_full" as const);
const bare = fc.constantFrom(
  ...[
    "customer_accepted",
    "customer_rejected",
    "customer_erased",
    "customer_withdrawn",
    "customer_frozen",
    "freeze_lifted",
    "instructions_refused",
    "credit_announced",
    "credit_vanished",
    "money_taken_back",
    "destination_ready",
    "payout_stored",
    "payout_undecidable",
    "refund_stored",
    "refund_undecidable",
    "time_ran_out",
  ] as const,
);

const clearances = fc.constantFrom<(Clearance | undefined)[]>(
  undefined,
  { kind: "cleared", tier: "light" },
  { kind: "asks", tier: "heavy" },
  { kind: "above" },
);

/** Whether it was found without its attempt (M-14). */
const found = fc.constantFrom(false, false, false, true);

const draw: fc.Arbitrary<Draw> = fc.oneof(
  { weight: 6, arbitrary: bare.map((type): Draw => () => ({ type })) },
  fc.option(fc.integer({ min: 0, max: 9_000 })).map((validUntilMs): Draw => () => ({
    type: "instructions_given",
    ...(validUntilMs === null ? {} : { validUntilMs }),
  })),
  {
    weight: 3,
    arbitrary: fc.tuple(fc.option(amount, { freq: 2 }), fc.bigInt({ min: -1n, max: ONE }), clearances).map(
      ([other, kept, clearance]): Draw => ({ amountIn }) => ({
        type: "money_received",
        amount: other ?? amountIn ?? 5n * ONE,
        kept,
        place,
        ...(clearance === undefined ? {} : { clearance }),
      }),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(fc.boolean(), fc.option(fc.bigInt({ min: 1n, max: 300n * ONE }))).map(
      ([isReady, amount]): Draw => (draft) => exampleChoice(draft, { isReady, amount }),
    ),
  },
  reason.map((reason): Draw => () => ({ type: "destination_waits", reason })),
  reason.map((reason): Draw => () => ({ type: "destination_refuses", reason })),
  {
    weight: 3,
    arbitrary: fc.tuple(fc.option(amount, { freq: 3 }), fc.bigInt({ min: 0n, max: ONE }), found).map(
      ([other, railFee, isFound]): Draw => ({ amountOut }) => ({
        type: isFound ? "payout_found" : "payout_completed",
        amount: other ?? amountOut ?? 0n,
        railFee,
        place,
      }),
    ),
  },
  fc.constantFrom("cleared", "asks" as const).map((kind): Draw => () => ({
    type: "pay_ordered",
    clearance: { kind, tier: "heavy" },
  })),
  fc.tuple(fc.boolean(), fc.nat(4)).map(([again, tries]): Draw => () => ({
    type: "payout_failed",
    again,
    tries,
  })),
  fc.bigInt({ min: 0n, max: 200n * ONE }).map((net): Draw => () => ({ type: "given_up", net })),
  fc.boolean().map((again): Draw => () => ({ type: "refund_failed", again })),
  {
    weight: 2,
    arbitrary: fc.option(fc.tuple(amount, fc.constantFrom("hold", "pay" as const)), { freq: 3 }).map(
      (part): Draw => () => ({
        type: "refund_ordered",
        ...(part === null ? {} : { part: { amount: part[0], then: part[1] } }),
      }),
    ),
  },
  reason.map((reason): Draw => () => ({ type: "refund_waits", reason })),
  fc.nat(4).map((tries): Draw => () => ({ type: "payout_returned", place, tries })),
  {
    weight: 3,
    arbitrary: fc.tuple(fc.option(amount, { freq: 3 }), fc.bigInt({ min: 0n, max: 3n }), found).map(
      ([other, fee, isFound]): Draw => ({ received, backLeft }) => ({
        type: isFound ? "refund_found" : "refund_completed",
        id: "back",
        idType: "external",
        amount: other ?? (backLeft ?? received) - fee,
        fee,
        place,
      }),
    ),
  },
);

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

const transfers = fc.record({
  kind: fc.constantFrom<Kind[]>("deposit", "withdrawal"),
  terms,
  amountIn: fc.option(fc.bigInt({ min: ONE, max: 300n * ONE })),
  state: fc.constantFrom<State[]>("draft", "kyc", "waiting"),
}).map(({ kind, terms, amountIn, state }) =>
  exampleTransfer({ kind, terms, amountIn, amountFee: null, amountOut: null, feeDetails: null, state })
);

/** Decides as `apply` does; an event that contradicts the record throws and changes nothing. */
function tryDecide(transfer: Transfer, event: TransferEvent): Decision | Ignored {
  try {
    return decide(transfer, event);
  } catch (error) {
    assert.ok(error instanceof Error);
    assert.match(error.message, /^Cannot (complete|receive for|refund|give up) transfer/);
    return { ignored: true };
  }
}

const inFlight = (postings: readonly Posting[]) =>
  -postings.filter(({ account }) => account === "in_flight").reduce((sum, { amount }) => sum + amount, 0n);

/** Runs a story and checks every step of it. @returns the states that were reached */
function follow(first: Transfer, draws: readonly Draw[]): State[] {
  let transfer = first;
  let held = 0n;
  const reached: State[] = [];
  for (const next of draws) {
    const event = next(transfer);
    const decision = tryDecide(transfer, event);
    if ("ignored" in decision) continue;
    const arc = TABLE.find((row) =>
      row.event === event.type && row.kinds.includes(transfer.kind) && row.from.includes(transfer.state)
    );
    assert.ok(arc?.to.includes(decision.state));
    const sum = decision.postings.reduce((total, { amount }) => total + amount, 0n);
    assert.equal(sum, 0n, "every decision balances");
    for (const posting of decision.postings) assert.equal(posting.asset, transfer.asset);
    held += inFlight(decision.postings);
    assert.ok(held >= 0n, "in flight is never below zero");
    transfer = after(transfer, decision);
    assert.equal(held, HOLDS_MONEY.has(transfer.state) ? transfer.received - transfer.refunded : 0n);
    assertAmounts(transfer);
    for (const { key } of decision.effects) assert.ok(key.endsWith(`:${transfer.version}`));
    reached.push(transfer.state);
  }
  return reached;
}

function assertAmounts(
  { state, received, refunded, amountIn, amountFee, amountOut, backLeft, backThen }: Transfer,
): void {
  assert.ok(refunded <= received);
  assert.equal(backLeft === null, backThen === null);
  if (backLeft !== null) {
    assert.ok(
      ["refunding", "on_hold", "asking"].includes(state) && backLeft > 0n && backLeft < received - refunded,
      "a part of what is here",
    );
  }
  if (amountFee !== null && amountOut !== null) {
    assert.ok(amountIn !== null);
    const back = state === "completed" || refunded > 0n ? refunded : 0n;
    assert.equal(amountOut, amountIn - amountFee - back, "the formula of SEP-6 holds");
  }
  if (state === "completed") {
    assert.ok(amountOut !== null && amountOut <= received, "never more goes out than came in");
  }
}

Deno.test("M-23 R-06-146 no story leaves the table, unbalances the books or pays more than came in", () => {
  const seen = new Set<State>();
  fc.assert(
    fc.property(transfers, fc.array(draw, { minLength: 5, maxLength: 40 }), (transfer, draws) => {
      for (const state of follow(transfer, draws)) seen.add(state);
    }),
    { numRuns: 2_000 },
  );
  const unseen = STATES.filter((state) => state !== "draft" && !seen.has(state));
  assert.deepEqual(unseen, [], "the stories reached every state");
});

Deno.test("R-06-152 what is over stays over but for a payout that comes back", () => {
  fc.assert(fc.property(fc.constantFrom(...FINAL), draw, fc.constantFrom<Kind[]>("deposit", "withdrawal"), (
    state,
    next,
    kind,
  ) => {
    const transfer = exampleTransfer({ state, kind, received: 100n * ONE });
    const event = next(transfer);
    const isRepair = state === "completed" && kind === "withdrawal" && event.type === "payout_returned";
    if (!isRepair) assert.deepEqual(decide(transfer, event), { ignored: true });
  }));
});

const money: TransferEvent = { type: "money_received", amount: 100n * ONE, kept: 0n, place };
const paid: TransferEvent = { type: "payout_completed", amount: 99n * ONE, place };

Deno.test("each end of a deposit is reached, and the way to it can be read", () => {
  const kyc = exampleTransfer({ state: "kyc" });
  const instructed = story(kyc, { type: "customer_accepted" });
  const waiting = story(instructed, { type: "instructions_given" });
  assert.equal(story(waiting, money, { type: "payout_stored" }, paid).state, "completed");
  assert.equal(story(waiting, { type: "credit_announced" }, money).state, "funded");
  assert.equal(story(waiting, { type: "credit_announced" }, { type: "credit_vanished" }).state, "waiting");
  assert.equal(story(waiting, { type: "time_ran_out" }).state, "expired");
  assert.equal(story(instructed, { type: "instructions_refused" }).state, "failed");
  assert.equal(story(kyc, { type: "customer_rejected" }).state, "failed");
  const refunding = exampleTransfer({ terms: { ...kyc.terms, amounts: { kind: "refund" } } });
  const back = story(refunding, { ...money, amount: 50n * ONE });
  assert.equal(back.state, "refunding");
  const refunded = story(back, goneBack(50n * ONE));
  assert.deepEqual([refunded.state, refunded.amountOut, refunded.amountFee], ["refunded", 0n, 0n]);
});

Deno.test("M-18 M-22 money that needs a heavier tier waits for data, and goes on or is held by the decision", () => {
  for (const kind of ["deposit", "withdrawal"] as const) {
    const asking = story(exampleTransfer({ kind }), { ...money, clearance: { kind: "asks", tier: "heavy" } });
    assert.deepEqual([asking.state, asking.tier, asking.message], ["asking", "heavy", "more_data"]);
    assert.deepEqual(decide(asking, { type: "time_ran_out" }), { ignored: true });
    const accepted = decide(asking, { type: "customer_accepted" });
    assert.ok(!("ignored" in accepted));
    assert.deepEqual([accepted.state, accepted.changes.message, accepted.effects.length], [
      "funded",
      null,
      1,
    ]);
    const rejected = story(asking, { type: "customer_rejected" });
    assert.deepEqual([rejected.state, rejected.message], ["on_hold", "customer_refused"]);
    const above = story(exampleTransfer({ kind }), { ...money, clearance: { kind: "above" } });
    assert.deepEqual([above.state, above.message], ["on_hold", "above_limits"]);
  }
  assert.equal(
    story(exampleTransfer(), { ...money, clearance: { kind: "asks", tier: "heavy" } }, {
      type: "money_taken_back",
    }).state,
    "on_hold",
  );
  // Where the rule says so, what is above every limit goes back by itself.
  const { terms } = exampleTransfer();
  const back = exampleTransfer({ terms: { ...terms, amounts: { kind: "refund" } } });
  assert.equal(story(back, { ...money, clearance: { kind: "above" } }).state, "refunding");
});

Deno.test("M-21 a withdrawal whose payout comes back owes everything again and can be paid again", () => {
  const withdrawal = exampleTransfer({ kind: "withdrawal" });
  const completed = story(withdrawal, money, { type: "payout_stored" }, paid);
  const decision = decide(completed, { type: "payout_returned", place });
  assert.ok(!("ignored" in decision));
  assert.equal(inFlight(decision.postings), 100n * ONE);
  const back = after(completed, decision);
  assert.deepEqual([back.state, back.message, back.completedMs], ["on_hold", "payout_returned", null]);
});

Deno.test("M-21 money that the bank took back is not paid, also when a payout under way fails", () => {
  const gone: TransferEvent = { type: "money_taken_back" };
  const funded = story(exampleTransfer(), money);
  assert.equal(story(funded, gone).state, "on_hold");
  const paying = story(funded, { type: "payout_stored" }, gone);
  assert.equal(paying.state, "paying");
  assert.equal(story(paying, { type: "payout_failed", again: true }).state, "on_hold");
  assert.equal(story(paying, paid).state, "completed");
});

Deno.test("M-18 the sooner of our deadline and the rail's holds", () => {
  const instructing = exampleTransfer({ state: "instructing", expiresMs: 5_000 });
  const until = (validUntilMs: number) => story(instructing, { type: "instructions_given", validUntilMs });
  assert.equal(until(4_000).expiresMs, 4_000);
  assert.equal(until(6_000).expiresMs, 5_000);
});

Deno.test("the table prints one arc a line, and no two arcs claim the same event in a state", () => {
  assert.equal(printTable().split("\n").length, TABLE.length);
  for (const kind of ["deposit", "withdrawal"] as const) {
    for (const state of STATES) {
      const events = TABLE.filter((row) => row.kinds.includes(kind) && row.from.includes(state))
        .map(({ event }) => event);
      assert.equal(new Set(events).size, events.length, `${kind} in ${state}`);
    }
  }
});
