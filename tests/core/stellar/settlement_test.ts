import { Operation } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { receive } from "../../../core/bank/receive.ts";
import { inbound } from "../bank/scripted-rail.ts";
import { ONE } from "../transfers/money-at-work.ts";
import { keysOf } from "./horizon-records.ts";
import { ledgerWorld } from "./ledger-world.ts";
import { moneyWorld } from "./money-world.ts";
import { attemptStates, dying, HUNDRED, PAID, PAID_BOOKS } from "./paid-deposits.ts";

Deno.test("M-1 M-2 killed between store and send, the same bytes are sent by whoever goes on", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user", { trusts: true });
  const transfer = await work.fundedDeposit(user);
  await dying(work)(transfer.id);
  assert.equal((await work.now(transfer)).state, "paying");
  const stored = await work.db.query({ sql: "select key, envelope from attempts" });
  assert.equal(await work.holds(user), 0n);
  assert.deepEqual(await work.perform(transfer), { kind: "done" });
  assert.deepEqual(await work.db.query({ sql: "select key, envelope from attempts" }), stored);
  assert.equal((await work.now(transfer)).stellarTransactionId, stored[0]?.key);
  assert.equal(await work.holds(user), PAID);
  assert.deepEqual(await work.balances(), PAID_BOOKS);
});

Deno.test("M-2 a swallowed envelope is built anew only after its absence is proven", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user", { trusts: true });
  const transfer = await work.fundedDeposit(user);
  world.ledger.behave({ behaviour: "timeout", included_after: "never", count: "until_cleared" });
  for (const seconds of [0, 299, 100]) {
    if (seconds > 0) await world.pass(seconds);
    assert.equal((await work.perform(transfer)).kind, "again");
    assert.deepEqual(await attemptStates(work), ["payout:stored"]);
  }
  world.ledger.behave({ behaviour: "clear" });
  await world.pass(30);
  assert.deepEqual(await work.performAll(transfer), { kind: "done" });
  assert.deepEqual(await attemptStates(work), ["payout:absent", "payout:completed"]);
  assert.equal(await work.holds(user), PAID);
  assert.deepEqual(await work.balances(), PAID_BOOKS);
});

Deno.test("M-2 M-4 what cannot be decided is held, and its source stays taken", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user", { trusts: true });
  const transfer = await work.fundedDeposit(user);
  await dying(work)(transfer.id);
  await world.put(world.distribution, [Operation.manageData({ name: "x", value: "y" })]);
  await world.pass(421);
  assert.deepEqual(await work.perform(transfer), { kind: "done" });
  const held = await work.now(transfer);
  assert.deepEqual([held.state, held.message], ["on_hold", "payout_undecidable"]);
  assert.ok((await work.alarms()).some((alarm) => alarm.startsWith("payout_undecidable:")));
  const other = await work.fundedDeposit(user);
  assert.equal((await work.perform(other)).kind, "again");
  assert.equal((await work.now(other)).state, "funded");
  assert.equal(await work.holds(user), 0n);
  await work.balances();
});

Deno.test("M-6 a payment that fails in a ledger is paid anew, a few times, and then held", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user", { trusts: true });
  const transfer = await work.fundedDeposit(user);
  world.ledger.behave({ behaviour: "fail", code: "op_line_full", count: 1 });
  assert.deepEqual(await work.performAll(transfer), { kind: "done" });
  assert.deepEqual(await attemptStates(work), ["payout:failed", "payout:completed"]);
  assert.equal(await work.holds(user), PAID);
  world.ledger.behave({ behaviour: "fail", code: "op_line_full", count: "until_cleared" });
  const other = await work.fundedDeposit(user);
  await work.performAll(other);
  assert.equal((await work.now(other)).state, "on_hold");
  assert.equal((await attemptStates(work)).filter((attempt) => attempt === "payout:failed").length, 4);
  await work.balances();
});

Deno.test("M-2 M-6 envelopes that proved absent use up no tries of a payment that fails in a ledger", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user", { trusts: true });
  const transfer = await work.fundedDeposit(user);
  for (let absent = 0; absent < 3; absent++) {
    world.ledger.behave({ behaviour: "timeout", included_after: "never", count: 1 });
    assert.equal((await work.perform(transfer)).kind, "again");
    await world.pass(422);
    assert.equal((await work.perform(transfer)).kind, "done");
  }
  world.ledger.behave({ behaviour: "fail", code: "op_no_trust", count: 1 });
  assert.deepEqual(await work.performAll(transfer), { kind: "done" });
  const absent = Array(3).fill("payout:absent");
  assert.deepEqual(await attemptStates(work), [...absent, "payout:failed", "payout:completed"]);
  assert.equal(await work.holds(user), PAID);
  assert.deepEqual(await work.balances(), PAID_BOOKS);
});

Deno.test("M-6 when our own account lacks what it is to pay, an operator is asked and nothing is tried again", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user", { trusts: true });
  const transfer = await work.fundedDeposit(user);
  world.ledger.behave({ behaviour: "fail", code: "op_underfunded", count: 1 });
  assert.deepEqual(await work.performAll(transfer), { kind: "done" });
  assert.equal((await work.now(transfer)).state, "on_hold");
  assert.deepEqual(await attemptStates(work), ["payout:failed"]);
  assert.ok((await work.alarms()).includes("payout_refused:refill"));
});

Deno.test("M-8 an account that cannot be created for want of XLM is held and not tried for ever", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world, { rules: { startingBalance: 2n * ONE, claimableBalances: false } });
  const transfer = await work.fundedDeposit(keysOf("stranger"));
  world.ledger.behave({ behaviour: "fail", code: "op_underfunded", count: "until_cleared" });
  await work.performAll(transfer);
  const held = await work.now(transfer);
  assert.deepEqual([held.state, held.message], ["on_hold", "no_account"]);
  assert.deepEqual(await attemptStates(work), ["create_account:failed"]);
  await work.balances("native");
});

Deno.test("M-4 M-21 an envelope that creates an account is settled whatever became of the transfer", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world, { rules: { startingBalance: 2n * ONE, claimableBalances: false } });
  const transfer = await work.fundedDeposit(keysOf("stranger"));
  await dying(work)(transfer.id);
  assert.deepEqual(await attemptStates(work), ["create_account:stored"]);
  const gone = inbound(`in-${transfer.id}`, HUNDRED, { state: "reversed", revision: 2 });
  await receive(work.receiving, work.bank.instance, gone);
  assert.equal((await work.now(transfer)).state, "on_hold");
  await work.performAll(transfer);
  assert.deepEqual(await attemptStates(work), ["create_account:completed"]);
  const user = await world.account("user", { trusts: true });
  const other = await work.fundedDeposit(user);
  assert.deepEqual(await work.performAll(other), { kind: "done" });
  assert.equal(await work.holds(user), PAID);
});
