import assert from "node:assert/strict";
import fc from "fast-check";
import { maskedAccount } from "../../../core/seps/masked-account.ts";
import { statusOf, WAITS_FOR_USER } from "../../../core/seps/statuses.ts";
import { TABLE } from "../../../core/transfers/decide.ts";
import { HOLDS_MONEY, type Kind, type State } from "../../../core/transfers/states.ts";
import { SEP24_STATUSES, sep24TransactionShape } from "../../support/sep24-shapes.ts";
import { OURS } from "../transfers/money-at-work.ts";
import { anyRecord, everyCase, example, MORE_INFO, named, show, written } from "./shown-sep24.ts";

/** The table's fields that it does not call optional (R-24-135), and those that public checks ask for. */
const ALWAYS: Readonly<Record<Kind, readonly string[]>> = {
  deposit: ["from", "to"],
  withdrawal: ["from", "to", "withdraw_anchor_account", "withdraw_memo", "withdraw_memo_type"],
};
const ALWAYS_BOTH = [
  "id",
  "kind",
  "status",
  "more_info_url",
  "amount_in",
  "amount_in_asset",
  "amount_out",
  "amount_out_asset",
  "fee_details",
  "started_at",
  "stellar_transaction_id",
];

for (const { kind, state, status } of everyCase) {
  Deno.test(`R-24-134 R-24-135 R-24-138 a ${kind} in ${state} has every key that its table lists, whatever is known`, () => {
    fc.assert(
      fc.property(anyRecord, ({ amounts, ...fields }) => {
        const raw = written(example({ kind, state, ...amounts, ...fields }));
        for (const key of [...ALWAYS_BOTH, ...ALWAYS[kind]]) {
          assert.notEqual(raw[key], undefined, `${key} is missing`);
        }
        // What is read is what was written: no key is lost on the way, and no other value is null.
        const shown = sep24TransactionShape.parse(JSON.parse(JSON.stringify(raw)));
        assert.deepEqual(shown, raw);
        assert.deepEqual([shown.status, shown.more_info_url], [status, MORE_INFO]);
        assert.ok(SEP24_STATUSES.some((one) => one === shown.status));
      }),
      { numRuns: 25 },
    );
  });
}

Deno.test("R-24-139 R-24-140 pending_user_transfer_complete is of withdrawals alone, pending_trust and no_market of deposits", () => {
  const statuses = (kind: Kind) => named(kind).map(({ status }) => status);
  assert.ok(!statuses("deposit").includes("pending_user_transfer_complete"));
  assert.ok(!statuses("withdrawal").some((status) => ["pending_trust", "no_market"].includes(status)));
  assert.equal(show(example({ state: "trusting" })).status, "pending_trust");
});

Deno.test("R-24-155 R-24-156 money decides: on_hold is a review after it came, expired is without it", () => {
  const states = (status: string) =>
    everyCase.filter((one) => one.status === status).map(({ state }) => state);
  assert.deepEqual([...new Set(states("on_hold"))], ["on_hold"]);
  assert.ok(states("on_hold").every((state) => HOLDS_MONEY.has(state)));
  assert.deepEqual([...new Set(states("expired"))], ["expired"]);
  const sources = TABLE.filter(({ to }) => to.includes("expired")).flatMap(({ from }) => from);
  assert.ok(sources.length > 0 && sources.every((state) => !HOLDS_MONEY.has(state)));
});

Deno.test("R-24-148 a deadline shows in the statuses that wait for the user, and in no other", () => {
  const shown = everyCase.filter(({ kind, state }) =>
    "user_action_required_by" in show(example({ kind, state, expiresMs: 3_000 }))
  );
  assert.deepEqual(
    new Set(shown.map(({ status }) => status)),
    new Set(["incomplete", "pending_user_transfer_start", "pending_user", "pending_trust"]),
  );
  assert.ok(shown.every(({ kind, state }) => WAITS_FOR_USER.has(statusOf("sep24", kind, state))));
  assert.equal(show(example({ expiresMs: 3_000 })).user_action_required_by, "1970-01-01T00:00:03.000Z");
  // What the user has to do stands in the message.
  assert.equal(show(example({ state: "trusting", message: "no_trustline" })).message, "says no_trustline");
});

Deno.test("R-24-154 kyc_verified is a boolean, false while data is missing, and left out where nobody can say", () => {
  const said = (kind: Kind) =>
    Object.fromEntries(
      named(kind).map(({ state, status }) => [
        // What is incomplete is not verified, whatever the state is called.
        status === "incomplete" ? status : state,
        show(example({ kind, state })).kyc_verified ?? "unsaid",
      ]),
    );
  const both = {
    incomplete: false,
    waiting: true,
    asking: false,
    funded: true,
    paying: true,
    refunding: "unsaid",
    on_hold: "unsaid",
    completed: true,
    refunded: "unsaid",
    expired: "unsaid",
    failed: "unsaid",
  };
  assert.deepEqual(said("withdrawal"), both);
  assert.deepEqual(said("deposit"), { ...both, instructing: true, arriving: true, trusting: true });
});

Deno.test("R-24-103 R-24-104 where to pay a withdrawal shows from pending_user_transfer_start on, and is null before", () => {
  const whereTo = (state: State) => {
    const shown = show(example({ kind: "withdrawal", state, receiveMemo: 42n }));
    assert.ok(shown.kind === "withdrawal");
    return [
      shown.withdraw_anchor_account,
      shown.withdraw_memo,
      shown.withdraw_memo_type,
      shown.amount_in,
    ];
  };
  for (const { state, status } of named("withdrawal")) {
    const isShut = ["incomplete", "expired", "error"].includes(status);
    assert.deepEqual(whereTo(state), [...(isShut ? [null, null, null] : [OURS, "42", "id"]), "100"], state);
  }
  assert.deepEqual(whereTo("waiting"), [OURS, "42", "id", "100"]);
});

Deno.test("R-24-135 both sides on Stellar are named from the beginning, from what is known first", () => {
  const side = (shown: ReturnType<typeof show>) => [shown.from, shown.to];
  assert.deepEqual(side(show(example({ state: "kyc" }))), [null, "GDEST"]);
  assert.deepEqual(side(show(example({ state: "kyc", destination: null }))), [null, "GALICE"]);
  const withdrawal = { kind: "withdrawal" } as const;
  assert.deepEqual(side(show(example({ ...withdrawal, state: "kyc" }))), ["GALICE", null]);
  const named = { ...withdrawal, payingAccount: "GNAMED" };
  assert.deepEqual(side(show(example({ ...named, state: "kyc" }))), ["GNAMED", null]);
  assert.deepEqual(
    side(show(example({ ...named, paidFrom: "MPAYER" }), { payoutAccount: "***6789" })),
    ["MPAYER", "***6789"],
  );
});

Deno.test("R-24-115 of the account to pay a few characters show, and most do not", () => {
  assert.equal(maskedAccount({ bank_number: "001", bank_account_number: "12345678901" }), "********901");
  assert.equal(maskedAccount({ clabe_number: "032180000118359719" }), "**************9719");
  assert.equal(maskedAccount({ mobile_money_number: "+254 712 345 678" }), "*********5678");
  assert.equal(maskedAccount({ bank_account_number: "12" }), "**");
  assert.equal(maskedAccount({ first_name: "Ana", bank_name: "Banco" }), null);
  fc.assert(fc.property(fc.string({ minLength: 1, maxLength: 40 }), (account) => {
    const shown = maskedAccount({ bank_account_number: account }) ?? "";
    const open = shown.replace(/^\*+/, "");
    assert.ok(account.replace(/\s/g, "").endsWith(open));
    assert.ok([...open].length <= 4 && [...open].length * 3 <= [...shown].length);
  }));
});

Deno.test("a deposit shows the memo of its payout, and the claimable balance that it became", () => {
  const id = `00000000${"ab".repeat(32)}`;
  const shown = show(
    example({ memo: { type: "id", value: "7" }, state: "completed", claimableBalanceId: id }),
  );
  assert.ok(shown.kind === "deposit");
  assert.deepEqual([shown.deposit_memo, shown.deposit_memo_type, shown.claimable_balance_id], [
    "7",
    "id",
    id,
  ]);
  const plain = show(example());
  assert.ok(plain.kind === "deposit");
  assert.equal(plain.claimable_balance_id, null);
  assert.equal("deposit_memo" in plain, false);
});
