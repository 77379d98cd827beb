import assert from "node:assert/strict";
import { z } from "zod";
import { onNetwork } from "./network.ts";
import { payNative } from "./steps.ts";

Deno.test(
  "friendbot funds once, and fills up an account that has less",
  onNetwork(async (network) => {
    const owner = await network.account();
    const ask = async () => await network.app.request(`/sandbox/friendbot?addr=${owner.publicKey()}`);
    const again = await ask();
    assert.equal(again.status, 400);
    assert.equal(z.object({ status: z.number() }).parse(await again.json()).status, 400);
    const other = await network.account();
    await network.send(owner, [payNative(other, "500")]);
    const filled = await ask();
    assert.equal(filled.status, 200);
    await filled.body?.cancel();
    const { body } = await network.get(`/accounts/${owner.publicKey()}`);
    assert.deepEqual(z.array(z.object({ balance: z.string() })).parse(body.balances), [{
      balance: "10000.0000000",
    }]);
    const nonsense = await network.app.request("/sandbox/friendbot?addr=GNONSENSE");
    assert.equal(nonsense.status, 400);
    await nonsense.body?.cancel();
  }),
);

Deno.test(
  "friendbot funds many accounts at once",
  onNetwork(async (network) => {
    const accounts = await Promise.all(Array.from({ length: 30 }, () => network.account()));
    const found = await Promise.all(accounts.map((one) => network.get(`/accounts/${one.publicKey()}`)));
    assert.deepEqual([...new Set(found.map(({ status }) => status))], [200]);
  }),
);
