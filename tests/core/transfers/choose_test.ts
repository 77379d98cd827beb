import assert from "node:assert/strict";
import { instruct } from "../../../core/bank/instructions.ts";
import { expireJob } from "../../../core/jobs/expire.ts";
import { moveClock } from "../../../core/records/clock.ts";
import { rowsOfTable } from "../../../core/records/rows.ts";
import { Refusal } from "../../../core/refusal.ts";
import { statusOf } from "../../../core/seps/statuses.ts";
import { type Choice, choose } from "../../../core/transfers/choose.ts";
import type { Change } from "../../../core/transfers/record.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import { scriptedRail } from "../bank/scripted-rail.ts";
import { working } from "../customers/at-work.ts";
import { BASIC, holder } from "../customers/people.ts";
import { atDesk } from "./at-desk.ts";
import { leavesNothing, rowsOfMoney } from "./leaves-nothing.ts";
import { type MoneyAtWork, moneyAtWork, ONE } from "./money-at-work.ts";

const ada = { ...holder(), clientDomain: null };
const HUNDRED: Choice = { amount: 100n * ONE };
const unhurried = { isSpent: () => false };

/** Chooses what must be served. */
async function chosen(work: MoneyAtWork, draft: Transfer, choice = HUNDRED): Promise<Transfer> {
  const answer = await choose(work.opening, draft, choice);
  assert.ok(answer.kind === "chosen", answer.kind);
  return answer.transfer;
}

async function history({ db }: MoneyAtWork, { id }: Transfer): Promise<string[]> {
  const table = rowsOfTable("transfer_history");
  const rows = await db.query({
    sql: "select event, state_after as state from transfer_history where transfer_id = ? order by version",
    args: [id],
  });
  return rows.map((row) => `${table.text(row, "event")} ${table.text(row, "state")}`);
}

Deno.test("R-24-38 R-24-41 what was open is chosen, and a customer who owes data still makes it incomplete", async () => {
  const told: Change[] = [];
  const tell = (change: Change) => {
    told.push(change);
    return Promise.resolve([]);
  };
  using work = await moneyAtWork({ opening: { tell } });
  const draft = await work.draft({ amount: null });
  const transfer = await chosen(work, draft);
  assert.deepEqual([transfer.state, statusOf("sep24", "deposit", transfer.state)], ["kyc", "incomplete"]);
  assert.deepEqual(
    [transfer.amountRequested, transfer.amountIn, transfer.amountFee, transfer.amountOut],
    [100n * ONE, 100n * ONE, ONE, 99n * ONE],
  );
  assert.match(transfer.reference ?? "", /^[A-HJ-NP-Z2-9]{10}$/);
  assert.deepEqual(await history(work, draft), ["opened draft", "chosen kyc"]);
  assert.deepEqual(told.map(({ before, after }) => [before.state, after.state]), [["draft", "kyc"]]);
  assert.equal(await work.count("outbox"), 0);
});

Deno.test("M-29 the time to pay runs from the choice on, and what was chosen goes the way of every deposit", async () => {
  using work = await moneyAtWork();
  await work.setKyc("alice", "accepted");
  const draft = await work.draft();
  await moveClock(work.db, 80_000_000);
  const transfer = await chosen(work, draft);
  assert.equal(transfer.state, "instructing");
  assert.equal((transfer.expiresMs ?? 0) - transfer.statusMs, 3_600_000);
  assert.deepEqual(await work.books.outbox.dueOf(draft.id, 10), [`deposit_instructions:${draft.id}:2`]);
  const { books, vault } = work;
  const railOf = () => work.bank.instance;
  await instruct({ books, vault, railOf, payerOf: () => Promise.resolve({}) }, draft.id);
  const waiting = await work.now(draft);
  assert.equal((await work.pay(waiting, 100n * ONE)).kind, "booked");
  assert.equal((await work.now(draft)).state, "funded");
  assert.equal((await work.balances()).in_flight, -100n * ONE);
});

Deno.test("M-12 R-24-105 a withdrawal's memo is given when it is chosen, each its own and never one that was given before", async () => {
  const drawn = [7n, 7n, 8n, 8n, 9n];
  using work = await moneyAtWork({
    opening: { drawMemo: () => drawn.shift() ?? assert.fail("drawn too often") },
  });
  await work.setKyc("alice", "accepted");
  const drafts = [await work.draft({ kind: "withdrawal" }), await work.draft({ kind: "withdrawal" })];
  assert.equal(await work.count("memos"), 0);
  const memos: unknown[] = [];
  for (const draft of drafts) {
    const { state, receiveMemo } = await chosen(work, draft);
    memos.push(`${state} ${receiveMemo}`);
  }
  assert.deepEqual(memos, ["waiting 7", "waiting 8"]);
  assert.equal((await work.open({ kind: "withdrawal" })).receiveMemo, 9n);
  assert.deepEqual([await work.count("memos"), drawn], [3, []]);
});

Deno.test("M-12 where no free memo is drawn, nothing is chosen", async () => {
  using work = await moneyAtWork({ opening: { drawMemo: () => 7n } });
  await work.open({ kind: "withdrawal" });
  const draft = await work.draft({ kind: "withdrawal" });
  const before = await rowsOfMoney(work);
  await assert.rejects(choose(work.opening, draft, HUNDRED), /no free memo/);
  assert.deepEqual(await rowsOfMoney(work), before);
  assert.deepEqual(await work.now(draft), draft);
});

Deno.test("R-24-41 a choice that cannot be served changes nothing, and the next one may", async () => {
  using work = await moneyAtWork({ bank: scriptedRail({ deposit: { amount: "exact" } }) });
  const [first] = work.services;
  assert.ok(first);
  work.services.push({ ...first, method: "PIX", countries: ["BRA"], max: 50n * ONE });
  const draft = await work.draft({ amount: null });
  const refuses = (choice: Choice, code: string) =>
    leavesNothing(work, () => choose(work.opening, draft, choice), code);
  const method = "bank_account";
  await refuses(HUNDRED, "transfer.method_needed");
  await refuses({ amount: null, method }, "transfer.amount_needed");
  await refuses({ amount: 1_001n * ONE, method }, "transfer.amount_too_large");
  await refuses({ amount: 5n * ONE + 1n, method }, "transfer.amount_step");
  await refuses({ amount: 100n * ONE, method: "cash" }, "transfer.unknown_method");
  await refuses({ amount: 100n * ONE, method: "PIX" }, "transfer.amount_too_large");
  await refuses({ amount: 10n * ONE, method: "PIX", country: "ARG" }, "transfer.country_not_served");
  await work.setKyc("alice", "rejected");
  await refuses({ amount: 10n * ONE, method }, "transfer.customer_rejected");
  await work.setKyc("alice", null);
  assert.deepEqual(await work.now(draft), draft);
  const transfer = await chosen(work, draft, { amount: 10n * ONE, method: "PIX", country: "BRA" });
  assert.deepEqual([transfer.method, transfer.country, transfer.terms.max], ["PIX", "BRA", 50n * ONE]);
});

Deno.test("R-24-104 a withdrawal is chosen with an amount, by whichever rail; without one nothing changes", async () => {
  using work = await moneyAtWork({ bank: scriptedRail({ deposit: { amount: "open" } }) });
  await work.setKyc("alice", "accepted");
  const draft = await work.draft({ kind: "withdrawal", amount: null });
  const open: Choice = { amount: null };
  const { params } = await leavesNothing(
    work,
    () => choose(work.opening, draft, open),
    "transfer.amount_needed",
  );
  assert.deepEqual([params.min, params.max, params.asset], ["1", "1000", "USDX"]);
  assert.equal((await chosen(work, draft)).amountIn, 100n * ONE);
  assert.equal((await chosen(work, await work.draft({ amount: null }), open)).amountIn, null);
  // SEP-6 has no page that could ask.
  assert.equal((await work.open({ kind: "withdrawal", amount: null })).amountIn, null);
});

Deno.test("R-24-36 the account that the wallet said will pay is kept, and judged again with the choice", async () => {
  const asked: unknown[] = [];
  const checkDestination: MoneyAtWork["opening"]["checkDestination"] = (_service, { source }) => {
    asked.push(source);
    return Promise.resolve();
  };
  using work = await moneyAtWork({ opening: { checkDestination } });
  const draft = await work.draft({ kind: "withdrawal", source: "GPAYER" });
  assert.equal(draft.payingAccount, "GPAYER");
  assert.equal((await chosen(work, draft)).payingAccount, "GPAYER");
  const silent = await work.draft({ kind: "withdrawal" });
  assert.equal((await chosen(work, silent)).payingAccount, null);
  assert.deepEqual(asked, ["GPAYER", "GPAYER", undefined, undefined]);
});

Deno.test("M-8 a destination that cannot be paid any more is refused when its person chooses", async () => {
  let isGone = false;
  const asked: unknown[] = [];
  const checkDestination: MoneyAtWork["opening"]["checkDestination"] = (_service, payee) => {
    asked.push([payee.destination, payee.memo, payee.claimable]);
    return isGone ? Promise.reject(new Refusal("transfer.destination_missing")) : Promise.resolve();
  };
  using work = await moneyAtWork({ opening: { checkDestination } });
  const memo = { type: "text", value: "mine" } as const;
  const draft = await work.draft({ memo, claimable: true, country: "BRA" });
  isGone = true;
  await leavesNothing(work, () => choose(work.opening, draft, HUNDRED), "transfer.destination_missing");
  assert.deepEqual(asked[1], asked[0]);
  assert.deepEqual(asked[0], [draft.destination, memo, true]);
  isGone = false;
  // The country that the wallet named holds where no other is chosen.
  assert.equal((await chosen(work, draft)).country, "BRA");
});

Deno.test("R-24-86 the same choice sent twice answers the same transfer, and another one changes nothing", async () => {
  for (const kind of ["deposit", "withdrawal"] as const) {
    using work = await moneyAtWork();
    await work.setKyc("alice", "accepted");
    const draft = await work.draft({ kind, amount: null });
    const first = await chosen(work, draft);
    const rows = await rowsOfMoney(work);
    assert.deepEqual(await chosen(work, draft), first);
    assert.deepEqual(await chosen(work, draft, { ...HUNDRED, method: "bank_account" }), first);
    for (const other of [{ amount: 60n * ONE }, { amount: null }, { ...HUNDRED, country: "BRA" }]) {
      assert.deepEqual(await choose(work.opening, draft, other), { kind: "stale" });
    }
    assert.deepEqual([await work.now(draft), await rowsOfMoney(work)], [first, rows]);
  }
});

Deno.test("R-24-86 what was chosen and has gone on is answered as it stands by then", async () => {
  using work = await moneyAtWork();
  const draft = await work.draft({ amount: null });
  await chosen(work, draft);
  await moveClock(work.db, 3_601_000);
  assert.equal(await expireJob(work.books).run(unhurried), 1);
  assert.equal((await chosen(work, draft)).state, "expired");
});

Deno.test("once a draft is over, no choice changes anything, not even that of what the wallet had asked for", async () => {
  using work = await moneyAtWork();
  const draft = await work.draft();
  await moveClock(work.db, 86_401_000);
  await expireJob(work.books).run(unhurried);
  const ended = await work.now(draft);
  assert.equal(ended.state, "expired");
  for (const choice of [HUNDRED, { amount: 50n * ONE }]) {
    assert.deepEqual(await choose(work.opening, draft, choice), { kind: "stale" });
  }
  assert.deepEqual(await work.now(draft), ended);
  await assert.rejects(choose(work.opening, { id: "nobody" }, HUNDRED), /nobody: it is not there/);
});

const perCustomer = () => scriptedRail({ deposit: { address: "per_customer", reference: null } });

Deno.test("M-17 drafts block nothing, and of deposits that could not be told apart one is chosen at a time", async () => {
  using work = await moneyAtWork({ bank: perCustomer() });
  const [first, second] = [await work.draft(), await work.draft()];
  await chosen(work, first);
  const refusal = await leavesNothing(
    work,
    () => choose(work.opening, second, HUNDRED),
    "transfer.deposit_open",
  );
  assert.equal(refusal.params.id, first.id);
  assert.deepEqual(await work.now(second), second);
  assert.equal((await chosen(work, await work.draft({ kind: "withdrawal" }))).state, "kyc");
  // The one that stands in the way ends, and the other may be chosen.
  await moveClock(work.db, 3_601_000);
  await expireJob(work.books).run(unhurried);
  assert.equal((await chosen(work, second)).state, "kyc");
});

Deno.test("P5 M-18 the tier follows what is chosen, not what the draft was supposed to be", () =>
  working(async (at) => {
    const { work } = await atDesk(at);
    await at.put(holder(), BASIC, { type: "sep24" });
    const draft = () => work.draft({ owner: ada, amount: null });
    const light = await chosen(work, await draft(), { amount: 100n * ONE });
    assert.deepEqual([light.tier, light.state], ["light", "instructing"]);
    const supposed = await draft();
    const heavy = await chosen(work, supposed, { amount: 150n * ONE });
    assert.deepEqual([supposed.tier, heavy.tier, heavy.state], ["light", "heavy", "kyc"]);
    const open = await chosen(work, await draft(), { amount: null });
    assert.deepEqual([open.tier, open.amountIn, open.terms.upTo], ["light", null, 100n * ONE]);
  }));

Deno.test("R-12-36 M-22 a withdrawal that is chosen by a known customer keeps whom it pays, sealed", () =>
  working(async (at) => {
    const { desk, work } = await atDesk(at);
    const fields = at.policy.rails.bank?.module.declares.payout?.fields ?? assert.fail("no payout");
    const account = fields.map((name) => [name, name.includes("number") ? "12345678" : "SAVINGS"]);
    await at.put(holder(), { ...BASIC, ...Object.fromEntries(account) }, { type: "sep24" });
    const draft = await work.draft({ owner: ada, kind: "withdrawal" });
    const transfer = await chosen(work, draft, { amount: 50n * ONE });
    assert.equal(transfer.state, "waiting");
    assert.ok(transfer.beneficiary);
    assert.doesNotMatch(new TextDecoder("latin1").decode(transfer.beneficiary), /12345678/);
    assert.equal((await desk.beneficiaryOf(transfer)).bank_account_number, "12345678");
  }));
