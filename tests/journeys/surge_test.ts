/**
 * Full ledgers: payouts whose fee has become too small by the time that they are handed in.
 * @module
 */
import { Account, Asset, Keypair, Memo, Operation, TransactionBuilder } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { z } from "zod";
import { parseUnits } from "../../plugins/money.ts";
import { channelOrders, findChannels } from "../../core/stellar/channel-funding.ts";
import { channelSigners } from "../../core/stellar/channels.ts";
import { settleErrand, storeErrand } from "../../core/stellar/errands.ts";
import { createHorizon, type Horizon } from "../../core/stellar/horizon.ts";
import { localSigner } from "../../core/stellar/signer.ts";
import { readBooks } from "../../core/money/equation.ts";
import type { Pause } from "../../core/pause.ts";
import { arrive, text } from "../support/customer.ts";
import { startGateway, type TestGateway, withGateway } from "../support/gateway.ts";
import { arriveHosted } from "../support/hosted-customer.ts";

const SEED = new Uint8Array(32).map((_, index) => index * 3 + 7);
const channels = channelSigners({ seed: SEED, count: 3 });
const fees = Keypair.random();
const WITH_CHANNELS = { CHANNEL_SEED: SEED.toBase64(), CHANNEL_COUNT: "3", FEE_SECRET: fees.secret() };

/** What one operation costs in the surge, in stroops. */
const FEE = 5_000;

const horizonOf = ({ horizonUrl, environment: { passphrase } }: TestGateway): Horizon =>
  createHorizon({ url: horizonUrl, passphrase, timeoutMs: 10_000 });

/** Ledgers are full from the first hand-in on: the envelope was built while they had room. */
function surgeAtHandIn() {
  let begin: (() => Promise<unknown>) | null = null;
  const pause: Pause = async (point) => {
    if (point !== "ledger.submit.begun") return;
    await begin?.();
    begin = null;
  };
  const arm = (gateway: TestGateway) => {
    begin = () => gateway.ledger.behave({ behaviour: "surge", fee: FEE });
  };
  return { pause, arm };
}

/** XLM of all accounts that the books count. */
async function heldXlm(gateway: TestGateway, accounts: readonly string[]): Promise<bigint> {
  let held = 0n;
  for (const id of accounts) {
    const account = await horizonOf(gateway).account(id);
    assert.ok(account.kind === "found");
    held += account.balances.find(({ asset }) => asset === "native")?.amount ?? 0n;
  }
  return held;
}

const found = z.object({ transaction: z.object({ id: z.string(), stellar_transaction_id: z.string() }) });

/** What the wallet is shown of a transaction, asked for by its hash. */
async function byHash(gateway: TestGateway, sep: "sep6" | "sep24", token: string, hash: string) {
  const answer = await gateway.ask(`/${sep}/transaction?stellar_transaction_id=${hash}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const body: unknown = await answer.json();
  assert.equal(answer.status, 200, JSON.stringify(body));
  const { id, stellar_transaction_id } = found.parse(body).transaction;
  return { id, listed: stellar_transaction_id };
}

/** Both hashes of the transfer's payout: as it was stored, and under which the ledger lists it. */
async function hashesOf({ db }: TestGateway, id: string) {
  const [row] = await db.query({
    sql:
      "select key, external_id from attempts where transfer_id = ? and purpose = 'payout' and state = 'completed'",
    args: [id],
  });
  return { inner: String(row?.key), outer: String(row?.external_id) };
}

async function openChannels(gateway: TestGateway): Promise<void> {
  const { db, environment: { passphrase, seeds } } = gateway;
  const horizon = horizonOf(gateway);
  const payer = localSigner(seeds.distribution);
  const [orders = []] = channelOrders(await findChannels(horizon, channels));
  const on = { db, horizon, passphrase };
  const errand = await storeErrand(on, { payer, sources: [payer], orders });
  assert.ok(errand);
  assert.equal((await settleErrand(on, errand)).judgement.kind, "succeeded");
}

Deno.test("M-5 M-6 M-7 payouts that full ledgers turn away go through by bumps, from channels too, and books of XLM agree", () => {
  const surge = surgeAtHandIn();
  return withGateway({ variables: WITH_CHANNELS, pause: surge.pause }, async (gateway) => {
    await gateway.fund(fees.publicKey());
    const accounts = [gateway.distribution, fees.publicKey(), ...channels.map(({ account }) => account)];
    const before = await heldXlm(gateway, accounts.slice(0, 2));
    await openChannels(gateway);
    const people = await Promise.all([1, 2].map(() => arriveHosted(gateway)));
    const ada = await arrive(gateway);
    const hosted = await Promise.all(people.map((one) => one.ask("deposit", "100")));
    const id = await ada.askDeposit("100");
    surge.arm(gateway);
    await Promise.all(people.map((one, index) => one.payIn(hosted[index] ?? "", "100")));
    await ada.payIn(id, "100");
    await ada.until(id, "completed");
    for (const [index, one] of people.entries()) {
      await one.until(hosted[index] ?? "", "completed");
      await one.holds("99");
    }
    await ada.holds("99");

    const bumped = await gateway.db.query({ sql: "select distinct holder_id from fee_bumps" });
    assert.ok(bumped.length >= 1, "the surge held some up");
    const transfers = [
      [id, ada.token, "sep6"],
      ...people.map(({ token }, index) => [hosted[index], token, "sep24"]),
    ];
    let aliases = 0;
    for (const [transfer = "", token = "", sep = ""] of transfers) {
      const { inner, outer } = await hashesOf(gateway, transfer);
      if (inner !== outer) aliases++;
      for (const hash of [inner, outer]) {
        const shown = await byHash(gateway, sep === "sep6" ? "sep6" : "sep24", token, hash);
        assert.deepEqual(shown, { id: transfer, listed: outer });
      }
      const listed = await horizonOf(gateway).transaction(outer);
      assert.ok(listed.kind === "found" && listed.hash === outer && listed.successful);
    }
    assert.equal(aliases, bumped.length);
    const places = await gateway.db.query({ sql: "select place from attempts where purpose = 'payout'" });
    assert.ok(places.every(({ place }) => channels.some(({ account }) => account === place)));

    // All that left our accounts is what the network took, and the books say so.
    const spent = before - await heldXlm(gateway, accounts);
    const books = await readBooks(gateway.db);
    // What friendbot gave the fee account came from a stranger.
    const given = 10_000n * 10_000_000n;
    assert.deepEqual(books["native"], { "bank:stellar": given - spent, costs: spent, suspense: -given });
    await gateway.booksAgree();
    const alarms = await gateway.db.query({ sql: "select kind from alarms where closed_ms is null" });
    assert.deepEqual(alarms.map(({ kind }) => kind), ["receipt_unmatched"]);
  });
});

Deno.test("M-1 M-7 a gateway that dies between storing a bump and sending it sends that very bump when it is back", async () => {
  const dataDir = await Deno.makeTempDir({ prefix: "kedge-" });
  const surge = surgeAtHandIn();
  let isDead = false;
  const pause: Pause = async (point) => {
    await surge.pause(point);
    if (point !== "ledger.submit.begun") return;
    // The first hand-in is refused, and the bump is stored; from then on the process is as good as dead.
    if (isDead) throw new Error("the process died");
    isDead = true;
  };
  let gateway = await startGateway({ dataDir, pause });
  try {
    const ada = await arrive(gateway);
    const secret = ada.wallet.key.secret();
    const id = await ada.askDeposit("100");
    surge.arm(gateway);
    await ada.payIn(id, "100");
    const read = () => gateway.db.query({ sql: "select hash, envelope from fee_bumps order by number" });
    const stored = await gateway.until("a bump to be stored", async () => {
      const bumps = await read();
      return bumps.length > 0 ? bumps : null;
    });
    await ada.holds("0");
    await gateway.stop();
    // At the same address: another one would be set for the issuer's home domain, with the sequence that the bump is for.
    gateway = await startGateway({ dataDir, port: Number(new URL(gateway.publicUrl).port) });
    await gateway.ledger.behave({ behaviour: "surge", fee: FEE });
    const back = await arrive(gateway, { secret });
    const done = await back.until(id, "completed");
    assert.equal(text(done, "stellar_transaction_id"), stored[0]?.hash);
    assert.deepEqual(await read(), stored);
    await back.holds("99");
    await gateway.booksAgree();
  } finally {
    await gateway.stop();
    await Deno.remove(dataDir, { recursive: true });
  }
});

Deno.test("M-7 M-11 a withdrawal whose fee the wallet bumped is paid out, and found by either hash", () =>
  withGateway({}, async (gateway) => {
    const ada = await arrive(gateway);
    await ada.deposit("100");
    const id = await ada.askWithdrawal("40");
    const told = await ada.wallet.transaction(id);
    const horizon = horizonOf(gateway);
    const account = await horizon.account(ada.wallet.account);
    assert.ok(account.kind === "found");
    const { passphrase } = gateway.environment;
    const inner = new TransactionBuilder(new Account(account.id, String(account.sequence)), {
      fee: "100",
      networkPassphrase: passphrase,
      memo: Memo.id(text(told, "withdraw_memo")),
    }).addOperation(Operation.payment({
      destination: text(told, "withdraw_anchor_account"),
      asset: new Asset(gateway.code, gateway.issuer),
      amount: "40",
    })).setTimeout(0).build();
    inner.sign(ada.wallet.key);
    const sponsor = Keypair.random();
    await gateway.fund(sponsor.publicKey());
    const outer = TransactionBuilder.buildFeeBumpTransaction(sponsor, "200", inner, passphrase);
    outer.sign(sponsor);
    assert.equal((await horizon.submit(outer.toXdr())).kind, "included");
    await ada.until(id, "completed");
    for (const hash of [inner.hash().toHex(), outer.hash().toHex()]) {
      assert.deepEqual(await byHash(gateway, "sep6", ada.token, hash), { id, listed: outer.hash().toHex() });
    }
    assert.equal(parseUnits("59"), parseUnits(await ada.wallet.balance(gateway.code, gateway.issuer) ?? ""));
    await gateway.booksAgree();
  }));
