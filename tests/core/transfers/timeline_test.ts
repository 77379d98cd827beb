import assert from "node:assert/strict";
import { KINDS, type State, STATES } from "../../../core/transfers/states.ts";
import { readTimeline, type StateChange, timelineOf } from "../../../core/transfers/timeline.ts";
import { exampleTransfer } from "./example-transfer.ts";
import { moneyAtWork } from "./money-at-work.ts";

/** A transfer that went through these states, one every second, and began in the first. */
function told(...states: readonly [State, ...State[]]): string[] {
  const changes = states.map((after, index): StateChange => ({
    before: states[index - 1] ?? null,
    after,
    atMs: (index + 1) * 1000,
  }));
  const state = states.at(-1) ?? states[0];
  const steps = timelineOf({ state, startedMs: 1000, statusMs: states.length * 1000 }, changes);
  return steps.map(({ name, is, atMs }) => `${name} ${is}${atMs === null ? "" : ` ${atMs / 1000}`}`);
}

Deno.test("a deposit's way goes from its draft to the ledger, each step with its time", () => {
  assert.deepEqual(told("draft"), [
    "asked done 1",
    "details now",
    "pay ahead",
    "arrive ahead",
    "send ahead",
    "complete ahead",
  ]);
  assert.deepEqual(told("draft", "kyc", "instructing", "waiting", "arriving", "funded", "paying"), [
    "asked done 1",
    "details done 3",
    "pay done 5",
    "arrive done 6",
    "send done 7",
    "complete now",
  ]);
  assert.deepEqual(told("waiting", "funded", "paying", "completed").at(-1), "complete done 4");
});

Deno.test("steps that are passed at once are done at one time", () => {
  assert.deepEqual(told("waiting", "funded").slice(0, 5), [
    "asked done 1",
    "details done 1",
    "pay done 2",
    "arrive done 2",
    "send now",
  ]);
});

Deno.test("a payout that failed was not sent: it is to be sent again, and its time is the last one's", () => {
  assert.equal(told("waiting", "funded", "paying", "funded")[4], "send now");
  assert.equal(told("waiting", "funded", "paying", "funded", "paying")[4], "send done 5");
});

Deno.test("what goes back had come, and that is the end of its way", () => {
  const steps = told("draft", "waiting", "refunding");
  assert.deepEqual(steps, ["asked done 1", "details done 2", "pay done 3", "arrive done 3", "refund now"]);
  assert.equal(
    told("draft", "waiting", "funded", "on_hold", "refunding", "refunded").at(-1),
    "refund done 6",
  );
});

Deno.test("what ended unpaid shows how far it came, and no more steps", () => {
  assert.deepEqual(told("draft", "expired"), ["asked done 1", "expired done 2"]);
  assert.deepEqual(told("draft", "kyc", "instructing", "waiting", "expired"), [
    "asked done 1",
    "details done 3",
    "expired done 5",
  ]);
  assert.deepEqual(told("kyc", "failed"), ["asked done 1", "failed done 2"]);
});

Deno.test("every state has a way with one step that is now, or none where it is over", () => {
  const over: readonly State[] = ["completed", "refunded", "expired", "failed"];
  for (const state of STATES) {
    const now = told("draft", state).filter((step) => step.includes(" now"));
    assert.equal(now.length, over.includes(state) ? 0 : 1, state);
  }
});

Deno.test("a transfer without a history, or with a longer one than is read, still has its steps", () => {
  const transfer = exampleTransfer({ state: "paying" });
  const steps = timelineOf(transfer, []);
  assert.deepEqual(steps.map(({ is }) => is), ["done", "done", "done", "done", "done", "now"]);
  assert.deepEqual(steps.map(({ atMs }) => atMs), [1_000, null, null, null, null, null]);
});

Deno.test("the history that a transfer leaves tells its way", async () => {
  using work = await moneyAtWork();
  for (const kind of KINDS) {
    const transfer = await work.draft({ kind });
    const steps = await readTimeline(work.db, transfer);
    assert.deepEqual(steps[0], { name: "asked", is: "done", atMs: transfer.startedMs });
    assert.equal(steps[1]?.is, "now");
  }
});
