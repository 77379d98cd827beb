import assert from "node:assert/strict";
import { Keypair, TransactionBuilder } from "@stellar/stellar-sdk";
import { z } from "zod";
import { rekey } from "../../core/keys/rekey.ts";
import { hashColumnsIn } from "../core/keys/real-columns.ts";
import { openAll } from "../core/keys/filled.ts";
import { walkingOver } from "../core/keys/walking.ts";
import { arrive, text } from "../support/customer.ts";
import type { GatewayUnderTest } from "../support/gateway-under-test.ts";
import { test } from "../support/layouts.ts";
import type { PlaceOptions } from "../support/place.ts";
import { type KeySet, keyVariables, keyVault, newKeys } from "../support/rotating-keys.ts";

/** Every second process is a step ahead, as while a change is rolled out. */
const rollOut = (before: readonly KeySet[], after: readonly KeySet[]): PlaceOptions => ({
  variablesOf: (index) => keyVariables(...(index % 2 === 0 ? before : after)),
});

/** A customer whom nobody has seen before does everything. */
async function wholeVisit(gateway: GatewayUnderTest): Promise<void> {
  const carl = await arrive(gateway);
  await carl.deposit("100");
  await carl.holds("99");
  assert.equal(text(await carl.withdraw("40"), "amount_out"), "39.3");
}

/** Nobody met a value that it could not open. */
async function nothingUnread({ readLog }: GatewayUnderTest): Promise<void> {
  const { lines } = await readLog();
  assert.deepEqual(lines.filter((line) => /VaultError|unreadable|unknown_key/.test(line)), []);
}

/** A challenge, signed by the wallet and not sent back yet. */
async function signedChallenge(gateway: GatewayUnderTest, key: Keypair): Promise<string> {
  const answer = await gateway.ask(`/auth?account=${key.publicKey()}`);
  const challenge = z.object({ transaction: z.string(), network_passphrase: z.string() })
    .parse(await answer.json());
  const transaction = TransactionBuilder.fromXDR(challenge.transaction, challenge.network_passphrase);
  transaction.sign(key);
  return transaction.toXDR();
}

const statusOf = async (asking: Promise<Response>): Promise<number> => {
  const answer = await asking;
  await answer.body?.cancel();
  return answer.status;
};

test.inEveryLayout("M-30 M-25 all keys rotate, rolled out process by process, and no customer notices", async (place) => {
  const [old, fresh] = [newKeys(), newKeys()];
  let gateway = await place.startGateway(rollOut([old], [old, fresh]));
  try {
    const next = async (options: PlaceOptions) => {
      await nothingUnread(gateway);
      await gateway.stop();
      gateway = await place.startGateway(options);
    };
    // Appended at some: a customer logs in, gives data, opens a deposit. Another login is begun.
    const ada = await arrive(gateway);
    const secret = ada.wallet.key.secret();
    const deposit = await ada.askDeposit("100");
    const { instructions } = await ada.wallet.transaction(deposit);
    const [ben, gus] = [Keypair.random(), Keypair.random()];
    await gateway.fund(ben.publicKey());
    const begun = await signedChallenge(gateway, ben);
    await wholeVisit(gateway);

    // Appended everywhere, at the front of some. The login ends; the deposit is paid.
    await next(rollOut([old, fresh], [fresh, old]));
    const answer = await gateway.ask("/auth", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ transaction: begun }),
    });
    const { token } = z.object({ token: z.string() }).parse(await answer.json());
    const asBen = () =>
      statusOf(gateway.ask("/sep6/transactions?asset_code=USDX", {
        headers: { authorization: `Bearer ${token}` },
      }));
    for (let n = 0; n < 4; n++) assert.equal(await asBen(), 200, "by whichever process signed it");
    let again = await arrive(gateway, { secret });
    await again.payIn(deposit, "100");
    await again.until(deposit, "completed");
    assert.deepEqual((await ada.wallet.transaction(deposit))["instructions"], instructions);
    const withdrawal = await again.askWithdrawal("40");
    await wholeVisit(gateway);

    // At the front everywhere. What is there is moved while customers come and go.
    await next(rollOut([fresh, old], [fresh, old]));
    const vault = keyVault(fresh, old);
    again = await arrive(gateway, { secret });
    const runs = [walkingOver(gateway.db, vault), walkingOver(gateway.db, vault)];
    const [, , ...ends] = await Promise.all([
      wholeVisit(gateway),
      again.send(withdrawal, "40").then(() => again.until(withdrawal, "completed")),
      ...runs.map((run) => rekey(run)),
    ]);
    assert.deepEqual(ends.map(({ kind }) => kind), ["counted", "counted"]);
    assert.deepEqual(runs.flatMap(({ faults }) => faults), []);
    assert.ok(runs.reduce((sum, run) => sum + run.moved(), 0) > 20);
    // Once more, as the task says: whatever was on its way when the first run came by.
    await rekey(walkingOver(gateway.db, vault));

    // The old keys for data are dropped; that for tokens stays as long as a token lives.
    await next({ variables: { ...keyVariables(fresh), JWT_SECRET: `${fresh.jwt},${old.jwt}` } });
    await openAll(gateway.db, keyVault(fresh));
    assert.equal(
      (await ada.wallet.transaction(withdrawal)).status,
      "completed",
      "by a token of the first hour",
    );
    assert.deepEqual((await ada.wallet.transaction(deposit))["instructions"], instructions);
    assert.equal(await asBen(), 200);
    again = await arrive(gateway, { secret });
    assert.equal(text(await again.deposit("50"), "status"), "completed");
    assert.deepEqual(await hashColumnsIn(gateway.db), ["customer_indexes.hash"]);

    // Dropped before their time, tokens have to be asked for anew: that is all.
    const late = await signedChallenge(gateway, gus);
    await next({ variables: keyVariables(fresh) });
    const headers = { authorization: `Bearer ${ada.token}` };
    assert.equal(await statusOf(gateway.ask("/sep12/customer", { headers })), 401);
    const body = JSON.stringify({ transaction: late });
    const posted = { method: "POST", headers: { "content-type": "application/json" }, body };
    assert.equal(await statusOf(gateway.ask("/auth", posted)), 200);
    await wholeVisit(gateway);
    await nothingUnread(gateway);
    await gateway.booksAgree();
  } finally {
    await gateway.stop();
  }
});
