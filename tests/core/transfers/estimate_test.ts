import assert from "node:assert/strict";
import { Refusal } from "../../../core/refusal.ts";
import { type Choice, choose } from "../../../core/transfers/choose.ts";
import { estimate } from "../../../core/transfers/estimate.ts";
import { scriptedRail } from "../bank/scripted-rail.ts";
import { working } from "../customers/at-work.ts";
import { BASIC, holder } from "../customers/people.ts";
import { atDesk } from "./at-desk.ts";
import { refusalOf, rowsOfMoney } from "./leaves-nothing.ts";
import { moneyAtWork, ONE } from "./money-at-work.ts";

const ada = { ...holder(), clientDomain: null };

Deno.test("an estimate is what a choice comes to, to the last unit, and writes nothing", async () => {
  using work = await moneyAtWork({
    service: { fee: { fixed: ONE, percent: 1_234_567n }, eta: 60 },
  });
  for (const kind of ["deposit", "withdrawal"] as const) {
    const draft = await work.draft({ kind, amount: null });
    const before = await rowsOfMoney(work);
    const choice = { amount: 87_650_000_000n / 100n };
    const told = await estimate(work.opening, draft, choice);
    assert.deepEqual([await rowsOfMoney(work), await work.now(draft)], [before, draft]);
    const sides = kind === "deposit" ? ["USD", "USDX"] : ["USDX", "USD"];
    assert.deepEqual([told.currencyIn, told.currencyOut, told.eta], [...sides, 60]);
    const chosen = await choose(work.opening, draft, choice);
    assert.ok(chosen.kind === "chosen" && told.amounts);
    const { amountIn, amountFee, amountOut } = chosen.transfer;
    assert.deepEqual([told.amounts.in, told.amounts.fee, told.amounts.out], [amountIn, amountFee, amountOut]);
    assert.equal(told.amounts.items.reduce((sum, { amount }) => sum + amount, 0n), amountFee);
  }
});

Deno.test("what a choice would be refused for is refused, and nothing else", async () => {
  using work = await moneyAtWork({
    bank: scriptedRail({ deposit: { address: "per_customer", reference: null, amount: "exact" } }),
  });
  const [first] = work.services;
  assert.ok(first);
  work.services.push({ ...first, method: "PIX", countries: ["BRA"], max: 50n * ONE });
  const draft = await work.draft({ amount: null });
  const method = "bank_account";
  const choices: Choice[] = [
    { amount: 100n * ONE },
    { amount: null, method },
    { amount: ONE, method },
    { amount: 1_001n * ONE, method },
    { amount: 5n * ONE + 1n, method },
    { amount: 100n * ONE, method: "cash" },
    { amount: 100n * ONE, method: "PIX" },
    { amount: 10n * ONE, method: "PIX", country: "ARG" },
  ];
  const codes: string[] = [];
  for (const choice of choices) {
    const told = await refusalOf(() => estimate(work.opening, draft, choice));
    const met = await refusalOf(() => choose(work.opening, draft, choice));
    assert.deepEqual([told.code, told.params], [met.code, met.params]);
    codes.push(told.code);
  }
  assert.ok(new Set(codes).size >= 6, codes.join());
  await work.setKyc("alice", "rejected");
  const rejected = await refusalOf(() => estimate(work.opening, draft, { amount: 10n * ONE, method }));
  assert.equal(rejected.code, "transfer.customer_rejected");
  await work.setKyc("alice", null);
  await choose(work.opening, await work.draft(), { amount: 10n * ONE, method });
  const second = await refusalOf(() => estimate(work.opening, draft, { amount: 10n * ONE, method }));
  assert.equal(second.code, "transfer.deposit_open");
});

Deno.test("P5 an estimate says which tier it needs, whether anything is owed, and how far an open amount goes", () =>
  working(async (at) => {
    const { work } = await atDesk(at);
    await at.put(holder(), BASIC, { type: "sep24" });
    const draft = await work.draft({ owner: ada, amount: null });
    const told = async (amount: bigint | null) => {
      const { tier, isReady, upTo, amounts } = await estimate(work.opening, draft, { amount });
      return [tier, isReady, upTo, amounts?.out ?? null];
    };
    assert.deepEqual(await told(100n * ONE), ["light", true, 100n * ONE, 99n * ONE]);
    assert.deepEqual(await told(101n * ONE), ["heavy", false, null, 100n * ONE]);
    assert.deepEqual(await told(null), ["light", true, 100n * ONE, null]);
  }));

Deno.test("a destination on Stellar is not asked for with each key", async () => {
  const checkDestination = () => Promise.resolve();
  using work = await moneyAtWork({ opening: { checkDestination } });
  const draft = await work.draft({ amount: null });
  const gone = () => Promise.reject(new Refusal("transfer.destination_missing"));
  const on = { ...work.opening, checkDestination: gone };
  assert.ok((await estimate(on, draft, { amount: 100n * ONE })).amounts);
  assert.equal(
    (await refusalOf(() => choose(on, draft, { amount: 100n * ONE }))).code,
    "transfer.destination_missing",
  );
});
