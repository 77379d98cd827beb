import assert from "node:assert/strict";
import type { SubmissionAnswer } from "../../../core/stellar/horizon.ts";
import { payOnLedger } from "../../../core/stellar/payouts.ts";
import { ONE } from "../transfers/money-at-work.ts";
import { keysOf } from "./horizon-records.ts";
import { ledgerWorld } from "./ledger-world.ts";
import { type MoneyWorld, moneyWorld } from "./money-world.ts";
import { PAID } from "./paid-deposits.ts";

const refused = (transaction: string, ...operations: string[]): SubmissionAnswer => ({
  kind: "refused",
  codes: { transaction, operations },
});

/** Every answer of the rule to a hand-in, and whether a person is told at once. */
const AT_THE_DOOR: readonly (readonly [string, SubmissionAnswer, boolean])[] = [
  ["tx_bad_seq", refused("tx_bad_seq"), false],
  ["tx_insufficient_fee", refused("tx_insufficient_fee"), false],
  ["tx_too_late", refused("tx_too_late"), false],
  ["tx_insufficient_balance", refused("tx_insufficient_balance"), true],
  ["tx_bad_auth", refused("tx_bad_auth"), true],
  ["tx_internal_error", refused("tx_internal_error"), false],
  ["tx_fee_bump_inner_failed", {
    kind: "refused",
    codes: { transaction: "tx_fee_bump_inner_failed", operations: [], inner: "tx_bad_auth" },
  }, true],
  ["a code that nobody knows", refused("tx_brand_new"), true],
  ...[
    "op_no_trust",
    "op_no_destination",
    "op_line_full",
    "op_not_authorized",
    "op_already_exists",
  ].map((code) => [code, refused("tx_failed", code), false] as const),
  ...["op_underfunded", "op_low_reserve", "op_no_issuer", "op_src_not_authorized"].map((code) =>
    [code, refused("tx_failed", code), true] as const
  ),
  ["429", { kind: "busy", retryAfterMs: 1_000 }, false],
  ["504", { kind: "timeout" }, false],
  ["stale history", { kind: "unavailable", status: 503, trouble: "stale", retryAfterMs: null }, false],
  ["malformed", { kind: "malformed" }, false],
];

async function open({ db }: MoneyWorld): Promise<number> {
  const [row] = await db.query({
    sql: "select count(*) as open from alarms where kind = 'payout_refused' and closed_ms is null",
  });
  return Number(row?.open);
}

async function attemptsOf({ db }: MoneyWorld, id: string): Promise<string[]> {
  const rows = await db.query({
    sql: "select purpose, state, code from attempts where transfer_id = ? order by number",
    args: [id],
  });
  return rows.map(({ purpose, state, code }) => `${purpose}:${state}${code === null ? "" : `:${code}`}`);
}

Deno.test("M-6 whatever is said at the door, the same bytes are handed in again, and pay once", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user", { trusts: true });
  let paid = 0n;
  for (const [what, answer, isTold] of AT_THE_DOOR) {
    const transfer = await work.fundedDeposit(user);
    const horizon = { ...work.ledgerPaying.horizon, submit: () => Promise.resolve(answer) };
    assert.equal((await payOnLedger({ ...work.ledgerPaying, horizon }, transfer.id)).kind, "again", what);
    assert.deepEqual(await attemptsOf(work, transfer.id), ["payout:stored"], what);
    assert.equal((await work.now(transfer)).state, "paying", what);
    assert.equal(await open(work), isTold ? 1 : 0, what);
    const [before] = await work.db.query({
      sql: "select key, envelope from attempts where transfer_id = ?",
      args: [transfer.id],
    });
    assert.deepEqual(await work.perform(transfer), { kind: "done" }, what);
    const done = await work.now(transfer);
    assert.deepEqual([done.state, done.stellarTransactionId], ["completed", before?.key], what);
    paid += PAID;
    assert.equal(await work.holds(user), paid, what);
    // What was told is settled.
    assert.equal(await open(work), 0, what);
  }
  await work.balances();
});

Deno.test("M-6 M-30 nobody is called for a refusal of what another process has paid meanwhile", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user", { trusts: true });
  const transfer = await work.fundedDeposit(user);
  const { horizon } = work.ledgerPaying;
  let isRefused = false;
  let isPaid = false;
  const slow: typeof horizon = {
    ...horizon,
    submit() {
      isRefused = true;
      return Promise.resolve(refused("tx_bad_auth"));
    },
    async transaction(hash) {
      const found = await horizon.transaction(hash);
      if (isRefused && !isPaid) {
        isPaid = true;
        assert.equal(found.kind, "not_found");
        assert.deepEqual(await work.perform(transfer), { kind: "done" });
      }
      return found;
    },
  };
  assert.equal((await payOnLedger({ ...work.ledgerPaying, horizon: slow }, transfer.id)).kind, "again");
  assert.ok(isPaid);
  assert.equal((await work.now(transfer)).state, "completed");
  assert.equal(await open(work), 0);
  assert.equal(await work.holds(user), PAID);
});

Deno.test("M-6 an envelope that was refused at the door for ever is proven absent before another is built", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user", { trusts: true });
  const transfer = await work.fundedDeposit(user);
  const submit = () => Promise.resolve(refused("tx_bad_auth"));
  const on = { ...work.ledgerPaying, horizon: { ...work.ledgerPaying.horizon, submit } };
  await payOnLedger(on, transfer.id);
  await world.pass(299);
  await payOnLedger(on, transfer.id);
  assert.deepEqual(await attemptsOf(work, transfer.id), ["payout:stored"]);
  await world.pass(122);
  assert.deepEqual(await payOnLedger(on, transfer.id), { kind: "done" });
  assert.deepEqual(await attemptsOf(work, transfer.id), ["payout:absent"]);
  assert.equal(await open(work), 0);
  assert.deepEqual(await work.performAll(transfer), { kind: "done" });
  assert.equal(await work.holds(user), PAID);
});

/** Failures of a payment in a ledger: what is built anew, and what waits for a person. */
const ANEW = ["op_no_trust", "op_no_destination", "op_line_full", "op_not_authorized"];
const FOR_A_PERSON = ["op_underfunded", "op_no_issuer", "op_src_not_authorized", "op_src_no_trust"];

Deno.test("M-6 each code of a payment that failed in a ledger has its answer", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user", { trusts: true });
  for (const code of [...ANEW, ...FOR_A_PERSON]) {
    world.ledger.behave({ behaviour: "fail", code, count: 1 });
    const transfer = await work.fundedDeposit(user);
    await work.performAll(transfer);
    const { state } = await work.now(transfer);
    const attempts = await attemptsOf(work, transfer.id);
    if (ANEW.includes(code)) {
      assert.deepEqual([state, attempts], ["completed", [`payout:failed:${code}`, "payout:completed"]]);
    } else {
      assert.deepEqual([state, attempts], ["on_hold", [`payout:failed:${code}`]], code);
      assert.equal(await open(work), FOR_A_PERSON.indexOf(code) + 1, code);
    }
  }
  assert.equal(await work.holds(user), BigInt(ANEW.length) * PAID);
  await work.balances();
});

Deno.test("M-6 M-8 an account that is there by now is paid, and one that cannot be made waits for a person", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world, { rules: { startingBalance: 2n * ONE, claimableBalances: false } });
  const early = await work.fundedDeposit(keysOf("early"));
  world.ledger.behave({ behaviour: "fail", code: "op_already_exists", count: 1 });
  await work.perform(early);
  assert.deepEqual(await attemptsOf(work, early.id), ["create_account:failed:op_already_exists"]);
  const user = await world.account("early", { trusts: true });
  await work.performAll(early);
  await work.performAll(early);
  assert.equal((await work.now(early)).state, "completed");
  assert.equal(await work.holds(user), PAID);

  const poor = await work.fundedDeposit(keysOf("poor"));
  world.ledger.behave({ behaviour: "fail", code: "op_low_reserve", count: 1 });
  await work.performAll(poor);
  assert.equal((await work.now(poor)).state, "on_hold");
  assert.deepEqual(await attemptsOf(work, poor.id), ["create_account:failed:op_low_reserve"]);
  await work.balances();
});
