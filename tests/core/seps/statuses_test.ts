import assert from "node:assert/strict";
import { STATUS_TABLE, STATUSES, statusOf, WAITS_FOR_USER } from "../../../core/seps/statuses.ts";
import { TABLE } from "../../../core/transfers/decide.ts";
import { FINAL, HOLDS_MONEY, type Kind, type State, STATES } from "../../../core/transfers/states.ts";

const KINDS: readonly Kind[] = ["deposit", "withdrawal"];
const SEPS = ["sep6", "sep24"] as const;

/** States that a kind can be in: those that it opens in, and those that an arc leads to. Drafts are SEP-24's alone. */
function reachable(kind: Kind, sep: typeof SEPS[number]): Set<State> {
  const opened: State[] = kind === "deposit" ? ["kyc", "instructing"] : ["kyc", "waiting"];
  if (sep === "sep24") opened.push("draft");
  const arcs = TABLE.filter(({ kinds }) => kinds.includes(kind));
  const reached = new Set<State>(opened);
  for (let before = 0; before < reached.size;) {
    before = reached.size;
    for (const { from, to } of arcs) {
      if (!from.some((state) => reached.has(state))) continue;
      for (const state of to) reached.add(state);
    }
  }
  return reached;
}

Deno.test("R-06-135 every state that a kind reaches has a status in each SEP, and only those are named", () => {
  for (const kind of KINDS) {
    for (const sep of SEPS) {
      const reached = reachable(kind, sep);
      for (const state of STATES) {
        if (STATUS_TABLE[state][sep][kind] === null) {
          assert.throws(() => statusOf(sep, kind, state));
          assert.equal(reached.has(state), false, `${state} of a ${kind} has no status`);
        } else {
          assert.ok(STATUSES.includes(statusOf(sep, kind, state)));
        }
      }
    }
  }
});

Deno.test("R-06-136 pending_trust and no_market are statuses of deposits alone", () => {
  for (const state of STATES) {
    for (const sep of SEPS) {
      assert.ok(!["pending_trust", "no_market"].includes(STATUS_TABLE[state][sep].withdrawal ?? ""));
    }
  }
});

Deno.test("R-06-150 R-06-151 R-06-152 money decides: on_hold only with it, expired only without", () => {
  const states = (status: string) =>
    STATES.filter((state) => KINDS.some((kind) => STATUS_TABLE[state].sep6[kind] === status));
  assert.ok(states("on_hold").every((state) => HOLDS_MONEY.has(state)));
  assert.ok(states("expired").every((state) => !HOLDS_MONEY.has(state)));
  const final = ["completed", "refunded", "expired", "error"];
  for (const state of STATES) {
    assert.equal(FINAL.has(state), final.includes(STATUS_TABLE[state].sep6.deposit ?? ""), state);
  }
});

Deno.test("R-06-154 missing customer data is pending_customer_info_update in SEP-6, incomplete or pending_user in SEP-24", () => {
  assert.equal(statusOf("sep6", "deposit", "kyc"), "pending_customer_info_update");
  assert.equal(statusOf("sep24", "withdrawal", "kyc"), "incomplete");
  assert.equal(statusOf("sep6", "withdrawal", "asking"), "pending_customer_info_update");
  assert.equal(statusOf("sep24", "deposit", "asking"), "pending_user");
});

Deno.test("R-24-40 R-24-41 a draft is incomplete, and SEP-6 has no word for it", () => {
  for (const kind of KINDS) {
    assert.equal(statusOf("sep24", kind, "draft"), "incomplete");
    assert.throws(() => statusOf("sep6", kind, "draft"), /never reaches/);
  }
});

Deno.test("R-06-141 the user is waited for to pay, to tell more and to trust, and in no other status", () => {
  const waiting = STATES.filter((state) => {
    const status = STATUS_TABLE[state].sep6.deposit;
    return status !== null && WAITS_FOR_USER.has(status);
  });
  assert.deepEqual(waiting, ["kyc", "waiting", "asking", "trusting"]);
});
