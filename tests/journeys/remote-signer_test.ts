/**
 * Signers that stand elsewhere, put in the place of the local keys by the gateway's options alone.
 * @module
 */
import { Keypair } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { encodeSeed } from "../../core/auth/seeds.ts";
import { seedKey } from "../../core/auth/strkey.ts";
import { openAlarms } from "../../core/records/alarms.ts";
import { createVault } from "../../core/records/vault.ts";
import { channelKeys, channelSigners } from "../../core/stellar/channels.ts";
import { arrive } from "../support/customer.ts";
import { databaseText } from "../support/database-text.ts";
import { type TestGateway, withGateway } from "../support/gateway.ts";
import { type Mood, startSigningService } from "../support/remote-signer.ts";

const distribution = Keypair.random();
const fees = Keypair.random();
const SEED = crypto.getRandomValues(new Uint8Array(32));
const variables = {
  DISTRIBUTION_SECRET: distribution.secret(),
  FEE_SECRET: fees.secret(),
  CHANNEL_SEED: SEED.toBase64(),
  CHANNEL_COUNT: "2",
};

const attempts = ({ db }: TestGateway) =>
  db.query({ sql: "select place, state from attempts where side = 'ledger' order by stored_ms" });

const alarms = async ({ db }: TestGateway) =>
  (await openAlarms(db, 99)).filter(({ kind }) => kind === "signer_unavailable").map(({ subject, detail }) =>
    `${subject} ${detail}`
  );

/** What gives no signature, and how it is told. */
const TROUBLES: readonly (readonly [Mood, string])[] = [
  ["refuses", "signer_failed"],
  ["talks nonsense", "signer_failed"],
  ["dead", "signer_failed"],
  ["signs another hash", "signer_wrong"],
  ["signs by another key", "signer_wrong"],
];

Deno.test("M-1 M-5 a signer elsewhere stands in the place of the local key; while it gives no signature nothing is stored, and somebody is told", async () => {
  await using service = startSigningService(distribution.secret(), fees.secret());
  const signers = { distribution: service.signer };
  await withGateway({ variables, signers }, async (gateway) => {
    await gateway.fund(fees.publicKey());
    const ada = await arrive(gateway);
    let held = 0;
    for (const [mood, detail] of TROUBLES) {
      service.mood = mood;
      const asked = service.asked();
      const id = await ada.askDeposit("100");
      await ada.payIn(id, "100");
      await gateway.until(
        `the alarm of one that ${mood}`,
        async () => (await alarms(gateway)).includes(`${distribution.publicKey()} ${detail}`) ? true : null,
      );
      for (let round = 0; round < 3; round++) await gateway.advance();
      assert.equal((await ada.wallet.transaction(id)).status, "pending_anchor", mood);
      assert.equal((await attempts(gateway)).length, held, "nothing is stored without a signature");
      assert.equal(mood === "dead", service.asked() === asked, mood);
      service.mood = held % 2 === 0 ? "signs" : "slow";
      await ada.until(id, "completed");
      held++;
      await ada.holds(String(held * 99));
      assert.deepEqual(await alarms(gateway), [], "it signs again");
    }
    await ada.withdraw("40");
    // A refund is signed there as well.
    const back = await ada.askWithdrawal("40");
    await ada.send(back, "7");
    await ada.until(back, "on_hold", "pending_anchor", "refunded");
    await gateway.booksAgree();
    const places = new Set((await attempts(gateway)).map(({ place }) => place));
    assert.deepEqual([...places], [distribution.publicKey()], "no channel was made");
  });
});

Deno.test("M-1 no secret of any signer is in logs, errors or the database, whatever signs and however it fails", async () => {
  await using service = startSigningService(distribution.secret(), fees.secret());
  await withGateway({ variables, signers: { distribution: service.signer } }, async (gateway) => {
    const { environment, db } = gateway;
    for (
      const account of [
        fees.publicKey(),
        ...channelSigners({ seed: SEED, count: 2 }).map(({ account }) => account),
      ]
    ) {
      await gateway.fund(account);
    }
    const ada = await arrive(gateway);
    for (const mood of ["refuses", "talks nonsense", "signs"] as const) {
      service.mood = mood;
      const id = await ada.askDeposit("100");
      await ada.payIn(id, "100");
      for (let round = 0; round < 4; round++) await gateway.advance();
    }
    await gateway.ledger.behave({ behaviour: "surge", fee: 5_000 });
    await ada.deposit("50");
    await gateway.ledger.behave({ behaviour: "clear" });
    await ada.withdraw("40");

    const { seeds } = environment;
    const strkeys = [
      seeds.signing,
      seeds.distribution,
      seeds.fee,
      seeds.authorizer ?? "",
      seeds.sandboxIssuer ?? "",
      ...channelKeys({ seed: SEED, count: 2 }).map(encodeSeed),
    ].filter((text) => text !== "");
    const raw = [SEED, ...strkeys.map((text) => seedKey(text) ?? assert.fail("a seed"))];
    const secrets = [...strkeys, ...raw.flatMap((bytes) => [bytes.toHex(), bytes.toBase64()])];
    const { lines, faults } = await gateway.readLog();
    const seen = [...lines, ...faults, await databaseText(db, createVault(environment))].join("\n");
    assert.ok(seen.includes(distribution.publicKey()), "the look is at the right place");
    assert.deepEqual(secrets.filter((secret) => seen.includes(secret)), []);
  });
});
