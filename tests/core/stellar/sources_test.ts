import assert from "node:assert/strict";
import { accountSchema } from "../../../core/stellar/horizon-schemas.ts";
import type { Account } from "../../../core/stellar/horizon.ts";
import { localSigner } from "../../../core/stellar/signer.ts";
import { createSources, sourceFault } from "../../../core/stellar/sources.ts";
import { accountRecord, keysOf } from "./horizon-records.ts";

const [one, two] = [localSigner(keysOf("one").secret()), localSigner(keysOf("two").secret())];

Deno.test("M-4 M-5 within a process a source is at work once, and rests where it is unfit", () => {
  let now = 0;
  const sources = createSources([one, two], () => now);
  assert.deepEqual(sources.idle(), [one.account, two.account]);
  assert.ok(sources.begin(one.account));
  assert.ok(!sources.begin(one.account));
  assert.ok(!sources.begin("a stranger"));
  assert.deepEqual(sources.idle(), [two.account]);
  sources.end(one.account);
  sources.rest(one.account);
  assert.ok(!sources.begin(one.account));
  assert.deepEqual(sources.idle(), [two.account]);
  now = 60_000;
  assert.ok(sources.begin(one.account));
});

Deno.test("M-5 M-6 a source needs the weight of its threshold and XLM for a fee above its reserve", () => {
  const account: Account = accountSchema.parse(accountRecord(one.account));
  const xlm = (amount: bigint): Account => ({
    ...account,
    subentries: 1,
    sponsoring: 0,
    sponsored: 0,
    balances: [{
      asset: "native",
      amount,
      limit: null,
      buyingLiabilities: 0n,
      sellingLiabilities: 5n,
      authorized: true,
      clawback: false,
    }],
  });
  const signed = (weight: number, low: number, med: number): Account => ({
    ...xlm(100_000_000n),
    signers: [{ key: one.account, type: "ed25519_public_key", weight }],
    thresholds: { low, med, high: 9 },
  });
  const lends = { signer: one, pays: false, fee: 100n, baseReserve: 5_000_000n };
  const pays = { ...lends, pays: true };
  assert.deepEqual(
    [[1, 0, 0], [0, 0, 0], [1, 1, 2], [1, 2, 2]].map(([weight = 0, low = 0, med = 0]) => [
      sourceFault(signed(weight, low, med), lends),
      sourceFault(signed(weight, low, med), pays),
    ]),
    [[null, null], ["no_signer", "no_signer"], [null, "no_signer"], ["no_signer", "no_signer"]],
  );
  assert.equal(sourceFault(signed(1, 0, 0), { ...lends, signer: two }), "no_signer");
  const enough = {
    ...xlm(15_000_105n),
    signers: signed(1, 0, 0).signers,
    thresholds: { low: 0, med: 0, high: 0 },
  };
  assert.equal(sourceFault(enough, lends), null);
  assert.equal(sourceFault(enough, { ...lends, fee: 101n }), "no_funds");
});
