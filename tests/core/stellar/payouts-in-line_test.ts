import assert from "node:assert/strict";
import { payOnLedger } from "../../../core/stellar/payouts.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import { ledgerWorld } from "./ledger-world.ts";
import { moneyWorld } from "./money-world.ts";
import { dying } from "./paid-deposits.ts";

Deno.test("M-4 deposits that wait for the source ask the ledger nothing and look less often the more are before them", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const user = await world.account("user", { trusts: true });
  const first = await work.fundedDeposit(user);
  await dying(work)(first.id);
  const waiting: Transfer[] = [];
  for (let count = 0; count < 12; count++) waiting.push(await work.fundedDeposit(user));
  const silent = () => Promise.reject(new Error("the ledger was asked"));
  const horizon = {
    ...work.ledgerPaying.horizon,
    account: silent,
    latestLedger: silent,
    feeStats: silent,
  };
  const inLine = waiting.toSorted((a, b) => a.statusMs - b.statusMs || (a.id < b.id ? -1 : 1));
  const waits: number[] = [];
  for (const { id } of inLine) {
    const performance = await payOnLedger({ ...work.ledgerPaying, horizon }, id);
    assert.ok(performance.kind === "again");
    waits.push(performance.afterMs);
  }
  assert.deepEqual(waits, [...Array(5).fill(1_000), ...Array(5).fill(2_000), ...Array(2).fill(3_000)]);
  // With the source free again the first of them is paid at once.
  await work.perform(first);
  const [next] = inLine;
  assert.ok(next);
  assert.deepEqual(await work.perform(next), { kind: "done" });
  assert.equal((await work.now(next)).state, "completed");
});

Deno.test("M-8 a deposit that waits for its trustline is looked at though every source is taken", async () => {
  await using world = await ledgerWorld();
  using work = await moneyWorld(world);
  const [user, other] = [await world.account("user", { trusts: true }), await world.account("other")];
  const late = await work.fundedDeposit(other);
  await work.perform(late);
  assert.equal((await work.now(late)).state, "trusting");
  await dying(work)((await work.fundedDeposit(user)).id);
  assert.deepEqual(await work.perform(late), { kind: "again", afterMs: 5_000 });
});
