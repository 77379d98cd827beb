import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { payingBalance, refuseAbove } from "../../../core/stellar/paying-balance.ts";
import { refusalOf } from "../transfers/leaves-nothing.ts";
import { accountRecord, ALICE, BOB, ISSUER } from "./horizon-records.ts";
import { MUXED } from "../customers/people.ts";
import { NOT_FOUND, type Reply, scriptedHorizon } from "./scripted-horizon.ts";

const ASSET = `USDX:${ISSUER}`;
const line = {
  asset_type: "credit_alphanum4",
  asset_code: "USDX",
  asset_issuer: ISSUER,
  is_authorized: true,
};
const native = { asset_type: "native", balance: "100.0000000" };
const payer = { owner: ALICE, account: ALICE, payingAccount: null, asset: ASSET };

/** What is known of a payer by a Horizon that answers this of every account. */
async function known(reply: Reply | (() => Promise<Reply>), of = {}, timeoutMs?: number) {
  await using scripted = scriptedHorizon((path) =>
    path.startsWith("/accounts/") ? typeof reply === "function" ? reply() : reply : undefined
  );
  const balance = await payingBalance(scripted.horizon, { ...payer, ...of }, timeoutMs);
  return { balance, asked: scripted.asked.filter((path) => path.startsWith("/accounts/")) };
}

const holding = (id: string, ...balances: object[]): Reply => [200, accountRecord(id, { balances })];

Deno.test("P17 what an account can send is its balance less what it offers, and nothing without account or trustline", async () => {
  const held = async (reply: Reply) => (await known(reply)).balance;
  deepEqual(await held(holding(ALICE, native, { ...line, balance: "120.5000000" })), {
    kind: "holds",
    amount: 1_205_000_000n,
  });
  const offering = { ...line, balance: "120.0000000", selling_liabilities: "20.0000000" };
  deepEqual(await held(holding(ALICE, offering)), { kind: "holds", amount: 1_000_000_000n });
  deepEqual(await held(holding(ALICE, native)), { kind: "holds", amount: 0n });
  deepEqual(await held(holding(ALICE, { ...line, asset_issuer: BOB, balance: "9" })), {
    kind: "holds",
    amount: 0n,
  });
  deepEqual(await held(NOT_FOUND), { kind: "holds", amount: 0n });
});

Deno.test("P17 the account that the wallet named is asked for, and one that many share never is", async () => {
  const reply = holding(BOB, { ...line, balance: "7.0000000" });
  const named = await known(reply, { payingAccount: BOB });
  deepEqual(named, { balance: { kind: "holds", amount: 70_000_000n }, asked: [`/accounts/${BOB}`] });
  for (
    const shared of [
      { owner: `${ALICE}:7` },
      { owner: `${ALICE}:7`, payingAccount: BOB },
      { owner: MUXED },
      { payingAccount: MUXED },
    ]
  ) deepEqual(await known(reply, shared), { balance: { kind: "shared" }, asked: [] }, JSON.stringify(shared));
});

Deno.test("P17 a Horizon that fails, is late or is another's tells nothing", async () => {
  const unknown = { kind: "unknown" };
  for (
    const reply of [[500, {}], [404, "gone"], [429, {}], [200, "garbage"], holding(BOB)] satisfies Reply[]
  ) {
    deepEqual((await known(reply)).balance, unknown);
  }
  const answered = Promise.withResolvers<Reply>();
  const started = Date.now();
  await using scripted = scriptedHorizon((path) => path === "/" ? undefined : answered.promise, 60_000);
  deepEqual(await payingBalance(scripted.horizon, payer, 50), unknown);
  ok(Date.now() - started < 10_000);
  answered.resolve(NOT_FOUND);
  // A fault of ours is no answer of Horizon's.
  const broken = { account: () => Promise.reject(new TypeError("broken")) };
  await rejects(payingBalance(broken, payer), TypeError);
});

Deno.test("P17 only more than is surely there is refused, with what is there", async () => {
  const asked = { amount: 100n, assetCode: "USDX" };
  for (const kind of ["unknown", "shared"] as const) refuseAbove({ kind }, asked);
  refuseAbove({ kind: "holds", amount: 100n }, asked);
  const refusal = await refusalOf(() => refuseAbove({ kind: "holds", amount: 99n }, asked));
  equal(refusal.code, "transfer.balance_too_small");
  deepEqual(refusal.params, { held: "0.0000099", asset: "USDX" });
});
