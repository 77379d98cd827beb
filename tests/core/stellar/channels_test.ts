import assert from "node:assert/strict";
import { registerSources } from "../../../core/stellar/accounts.ts";
import { buildEnvelope } from "../../../core/stellar/build.ts";
import { channelSigners } from "../../../core/stellar/channels.ts";
import { findFreeSource } from "../../../core/stellar/envelopes.ts";
import { settle } from "../../../core/stellar/pay.ts";
import { localSigner } from "../../../core/stellar/signer.ts";
import { inMemory } from "../records/memory.ts";
import { ledgerWorld } from "./ledger-world.ts";
import { PASSPHRASE } from "./scripted-horizon.ts";

const SEED = new Uint8Array(32).fill(9);

Deno.test("M-5 a seed gives the same channels for ever, another seed gives others", () => {
  const accounts = (seed: Uint8Array, count: number) =>
    channelSigners({ seed, count }).map(({ account }) => account);
  assert.equal(new Set(accounts(SEED, 20)).size, 20);
  assert.deepEqual(accounts(SEED, 2), accounts(SEED, 5).slice(0, 2));
  assert.equal(accounts(SEED, 1)[0], "GA3OQYE5AB2RAFDYUI2SXG433ISVOVLFNP6B6IEC5A74QGL6PNT3SGV7");
  assert.ok(!accounts(new Uint8Array(32), 5).includes(accounts(SEED, 1)[0] ?? ""));
  assert.throws(() => channelSigners({ seed: SEED.subarray(1), count: 1 }), RangeError);
  assert.deepEqual(channelSigners(null), []);
});

Deno.test("M-5 the channel lends its sequence, the distribution account pays", async () => {
  await using world = await ledgerWorld();
  using db = await inMemory();
  const user = await world.account("user", { trusts: true });
  const payer = localSigner(world.distribution.secret());
  const [channel] = channelSigners({ seed: SEED, count: 1 });
  assert.ok(channel !== undefined);
  await world.fund(channel.account);
  const own = { distribution: payer.account, fee: payer.account, issuers: [], treasury: [] };
  await registerSources(db, { ...own, channels: [channel.account] });
  const source = await findFreeSource(db, world.horizon, [payer.account, channel.account]);
  assert.equal(source?.account, channel.account);
  const envelope = await buildEnvelope({
    order: { kind: "payment", destination: user.publicKey(), asset: world.asset, amount: 5n },
    memo: null,
    payer,
    source: channel,
    ledgerSequence: source.sequence,
    fee: 200n,
    validUntil: (await world.horizon.latestLedger()).closedAt + 300,
    passphrase: PASSPHRASE,
  });
  assert.equal((await settle(world.horizon, envelope)).judgement.kind, "succeeded");
  const paid = await world.horizon.operations(user.publicKey(), { limit: 1, order: "desc" });
  assert.ok(paid.kind === "found" && JSON.stringify(paid.records).includes(`"from":"${payer.account}"`));
});
