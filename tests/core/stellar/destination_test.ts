import assert from "node:assert/strict";
import { inspectDestination } from "../../../core/stellar/destination.ts";
import type { DestinationQuestion } from "../../../core/stellar/destination.ts";
import { HorizonUnavailable } from "../../../core/stellar/horizon.ts";
import { accountRecord, ALICE, BOB, ISSUER } from "./horizon-records.ts";
import { ledgerWorld } from "./ledger-world.ts";
import { muxedOf } from "./muxed.ts";
import { NOT_FOUND, scriptedHorizon } from "./scripted-horizon.ts";
import type { Reply } from "./scripted-horizon.ts";

const USDX = `USDX:${ISSUER}`;
const FLAG = { data: { "config.memo_required": "MQ==" } };

/** An account with a trustline; amounts as decimals. */
function trusting(line: Record<string, unknown> = {}, more: Record<string, unknown> = {}): Reply {
  const native = { balance: "10.0000000", asset_type: "native", selling_liabilities: "0.0000000" };
  const usdx = {
    balance: "90.0000000",
    limit: "100.0000000",
    buying_liabilities: "0.0000000",
    selling_liabilities: "0.0000000",
    is_authorized: true,
    asset_type: "credit_alphanum4",
    asset_code: "USDX",
    asset_issuer: ISSUER,
    ...line,
  };
  return [200, accountRecord(ALICE, { balances: [usdx, native], subentry_count: 1, ...more })];
}

async function inspect(account: Reply, question: Partial<DestinationQuestion> = {}) {
  await using server = scriptedHorizon((path) => path.startsWith("/accounts/") ? account : undefined);
  return await inspectDestination(server.horizon, {
    destination: ALICE,
    asset: USDX,
    amount: 100_000_000n,
    hasMemo: false,
    ...question,
  });
}

Deno.test("M-8 an account with an authorized trustline and room is ready", async () => {
  assert.deepEqual(await inspect(trusting()), { kind: "ready", muxedId: null });
  const muxed = muxedOf(ALICE, 2n ** 64n - 1n);
  assert.deepEqual(await inspect(trusting(), { destination: muxed }), {
    kind: "ready",
    muxedId: "18446744073709551615",
  });
});

Deno.test("M-8 R-29-1 an account that is not there is missing, and asks for no memo", async () => {
  assert.deepEqual(await inspect(NOT_FOUND), { kind: "missing" });
  assert.deepEqual(await inspect(NOT_FOUND, { asset: "native" }), { kind: "missing" });
});

Deno.test("M-3 M-8 a 404 that is not Horizon's own says nothing of the destination", async () => {
  await assert.rejects(inspect([404, "no such page"]), HorizonUnavailable);
  await assert.rejects(inspect([503, {}]), HorizonUnavailable);
});

Deno.test("M-8 a line of another asset or another issuer is no trustline", async () => {
  for (const line of [{ asset_code: "EURX" }, { asset_issuer: BOB }]) {
    assert.deepEqual(await inspect(trusting(line)), { kind: "no_trustline" });
  }
});

Deno.test("M-8 a trustline that is not authorized, or does not say so, is not authorized", async () => {
  assert.deepEqual(await inspect(trusting({ is_authorized: false })), { kind: "not_authorized" });
  assert.deepEqual(await inspect(trusting({ is_authorized: undefined })), { kind: "not_authorized" });
});

Deno.test("M-8 a line is full when balance and offers leave no room for the amount", async () => {
  assert.deepEqual(await inspect(trusting({ balance: "90.0000001" })), { kind: "line_full" });
  assert.deepEqual(await inspect(trusting({ buying_liabilities: "0.0000001" })), { kind: "line_full" });
  assert.equal((await inspect(trusting({ balance: "99.0000000" }), { amount: null })).kind, "ready");
  assert.equal((await inspect(trusting({ balance: "100.0000000" }), { amount: null })).kind, "line_full");
});

Deno.test("R-29-1 R-29-2 M-8 an account with the flag takes no payment without a memo", async () => {
  assert.deepEqual(await inspect(trusting({}, FLAG)), { kind: "memo_required" });
  assert.equal((await inspect(trusting({}, FLAG), { hasMemo: true })).kind, "ready");
  const native = { asset: "native" };
  assert.deepEqual(await inspect(trusting({}, FLAG), native), { kind: "memo_required" });
});

Deno.test("R-29-4 a muxed destination is exempt from the memo", async () => {
  assert.equal((await inspect(trusting({}, FLAG), { destination: muxedOf(ALICE, 1n) })).kind, "ready");
});

Deno.test("R-29-1 only the text 1 is the flag", async () => {
  for (const value of ["AQ==", "MA==", "", "MTE="]) {
    const state = await inspect(trusting({}, { data: { "config.memo_required": value } }));
    assert.equal(state.kind, "ready");
  }
});

Deno.test("M-8 contracts are refused, and what is no address is told apart", async () => {
  const contract = "CA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUWDA";
  assert.deepEqual(await inspect(trusting(), { destination: contract }), { kind: "contract" });
  for (const destination of ["", "GABC", ALICE.toLowerCase(), `${ALICE}=`]) {
    assert.deepEqual(await inspect(trusting(), { destination }), { kind: "not_an_address" });
  }
});

Deno.test("M-8 on a ledger: missing, no trustline, ready, and the issuer without one", async () => {
  await using world = await ledgerWorld();
  const { asset, horizon } = world;
  const ask = (destination: string) =>
    inspectDestination(horizon, { destination, asset, amount: 1n, hasMemo: false });
  assert.deepEqual(await ask(BOB), { kind: "missing" });
  const [poor, user] = [await world.account("poor"), await world.account("user", { trusts: true })];
  assert.deepEqual(await ask(poor.publicKey()), { kind: "no_trustline" });
  assert.deepEqual(await ask(user.publicKey()), { kind: "ready", muxedId: null });
  assert.deepEqual(await ask(world.issuer.publicKey()), { kind: "ready", muxedId: null });
});
