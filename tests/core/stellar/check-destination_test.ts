import { Operation, StrKey } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { Refusal } from "../../../core/refusal.ts";
import { checkDestination, type DestinationRequest } from "../../../core/stellar/check-destination.ts";
import { HorizonUnavailable } from "../../../core/stellar/horizon.ts";
import { isMemo } from "../../../core/stellar/memo-text.ts";
import { keysOf } from "./horizon-records.ts";
import { ledgerWorld } from "./ledger-world.ts";
import { muxedOf } from "./muxed.ts";

Deno.test("M-8 M-13 R-29-5 what can never be paid is refused at the start, what can come later is not", async () => {
  await using world = await ledgerWorld();
  const ours = world.distribution.publicKey();
  const check = async (
    request: Partial<DestinationRequest>,
    rules: { startingBalance: bigint | null; claimableBalances: boolean } = {
      startingBalance: null,
      claimableBalances: false,
    },
  ) => {
    try {
      await checkDestination(
        { horizon: world.horizon, isOurs: (account) => account === ours, rules: () => rules },
        { asset: world.asset, hasMemo: false, claimable: false, ...request },
      );
      return "taken";
    } catch (error) {
      assert.ok(error instanceof Refusal);
      assert.equal(error.status, error instanceof HorizonUnavailable ? 503 : 400);
      return error.code;
    }
  };
  const missing = keysOf("missing").publicKey();
  const user = await world.account("user");
  const strict = await world.account("strict");
  await world.put(strict, [Operation.manageData({ name: "config.memo_required", value: "1" })]);
  assert.equal(await check({ destination: ours }), "transfer.own_account");
  assert.equal(await check({ source: ours }), "transfer.own_account");
  assert.equal(await check({ destination: missing }), "transfer.destination_missing");
  assert.equal(
    await check({ destination: missing }, { startingBalance: 1n, claimableBalances: false }),
    "taken",
  );
  const claimable = { startingBalance: null, claimableBalances: true };
  assert.equal(await check({ destination: missing }, claimable), "transfer.destination_missing");
  assert.equal(await check({ destination: missing, claimable: true }, claimable), "taken");
  assert.equal(await check({ destination: user.publicKey() }), "taken", "a trustline can come later");
  const strictly = strict.publicKey();
  assert.equal(await check({ destination: strictly }), "transfer.destination_memo");
  assert.equal(await check({ destination: strictly, hasMemo: true }), "taken");
  assert.equal(await check({ destination: muxedOf(strictly, 5n) }), "taken");
  const contract = StrKey.encodeContract(new Uint8Array(32));
  assert.equal(await check({ destination: contract }), "transfer.contract_account");
  assert.equal(await check({ destination: contract.slice(1) }), "transfer.account_invalid");
  assert.equal(await check({ source: missing }), "taken", "who pays need not be there yet");
  world.ledger.behave({ behaviour: "rate_limit", count: "until_cleared" });
  assert.equal(await check({ destination: user.publicKey() }), "horizon.unavailable");
});

Deno.test("R-06-44 memos fit their types to the byte", () => {
  const fits: [Parameters<typeof isMemo>[0], string][] = [
    ["id", "0"],
    ["id", "18446744073709551615"],
    ["text", "x".repeat(28)],
    ["text", "ü".repeat(14)],
    ["hash", btoa("\0".repeat(32))],
  ];
  const not: [Parameters<typeof isMemo>[0], string][] = [
    ["id", "18446744073709551616"],
    ["id", "-1"],
    ["id", "1.0"],
    ["id", "01"],
    ["id", ""],
    ["text", "x".repeat(29)],
    ["text", "ü".repeat(15)],
    ["text", ""],
    ["hash", btoa("\0".repeat(31))],
    ["hash", btoa("\0".repeat(33))],
    ["hash", "ab".repeat(32)],
    ["hash", `${"A".repeat(42)}B=`],
  ];
  for (const [type, value] of fits) assert.equal(isMemo(type, value), true, value);
  for (const [type, value] of not) assert.equal(isMemo(type, value), false, value);
});
