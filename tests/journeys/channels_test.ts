import assert from "node:assert/strict";
import { channelOrders, findChannels } from "../../core/stellar/channel-funding.ts";
import { channelSigners } from "../../core/stellar/channels.ts";
import { settleErrand, storeErrand } from "../../core/stellar/errands.ts";
import { createHorizon } from "../../core/stellar/horizon.ts";
import { localSigner } from "../../core/stellar/signer.ts";
import { arrive } from "../support/customer.ts";
import type { GatewayUnderTest } from "../support/gateway-under-test.ts";
import { test } from "../support/layouts.ts";

const SEED = new Uint8Array(32).map((_, index) => index * 5 + 3);
const variables = { CHANNEL_SEED: SEED.toBase64(), CHANNEL_COUNT: "4" };
const channels = channelSigners({ seed: SEED, count: 4 });

/** Makes the channels as the task does. */
async function openChannels({ db, environment, horizonUrl }: GatewayUnderTest): Promise<void> {
  const { passphrase, seeds } = environment;
  const horizon = createHorizon({ url: horizonUrl, passphrase, timeoutMs: 10_000 });
  const payer = localSigner(seeds.distribution);
  const [orders] = channelOrders(await findChannels(horizon, channels));
  const on = { db, horizon, passphrase };
  const errand = await storeErrand(on, { payer, sources: [payer], orders: orders ?? [] });
  assert.ok(errand);
  while ((await settleErrand(on, errand)).judgement.kind !== "succeeded") {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test.inEveryLayout("M-5 M-25 M-30 customers are paid at once from channels, and books, bank and ledger agree", ({ withGateway }) =>
  withGateway({ variables }, async (gateway) => {
    await openChannels(gateway);
    const people = await Promise.all([1, 2, 3].map(() => arrive(gateway)));
    await Promise.all(people.map((one) => one.deposit("100")));
    for (const one of people) await one.holds("99");
    const rows = await gateway.db.query({
      sql: "select distinct place from attempts where side = 'ledger' and purpose = 'payout'",
    });
    const ours = new Set(channels.map(({ account }) => account));
    assert.ok(rows.some(({ place }) => ours.has(String(place))));
    await people[0]?.withdraw("40");
    await people[0]?.holds("59");
    await gateway.booksAgree();
    assert.deepEqual(await gateway.db.query({ sql: "select id from alarms" }), []);
  }));
