/**
 * A customer's whole way at the edge: logs in, gives data, deposits, withdraws, while nothing but `POST /jobs/run` drives
 * the jobs; books, bank and ledger agree at its end.
 * @module
 */
import assert from "node:assert/strict";
import { Networks } from "@stellar/stellar-sdk";
import { z } from "zod";
import { moveClock } from "../../core/records/clock.ts";
import { openWallet } from "../../sandbox/wallet/mod.ts";
import type { Ask } from "../../tasks/load/ask.ts";
import { openLoadWallet } from "../../tasks/load/wallet.ts";
import { booksAgree } from "./books-agree.ts";
import type { Receiver } from "./callback-receiver.ts";
import { type Edge, PUBLIC_URL } from "./edge.ts";
import { openWorld } from "./world.ts";

const PERSON = {
  first_name: "Ada",
  last_name: "Lovelace",
  email_address: "ada@example.com",
  bank_account_number: "5544332211",
};
/** Ticks after which a transfer that has not moved never will. */
const MOST_TICKS = 20;
/** How far the database's clock moves with a tick: past the waits between two steps. */
const TICK_MS = 5_000;

const ticked = z.object({ done: z.record(z.string(), z.number()), failed: z.array(z.string()) });
const opened = z.object({ id: z.string() });

/** Goes the whole way. @param serve answers every request, webhooks among them */
export async function goAtEdge(
  edge: Edge,
  serve: (request: Request) => Promise<Response>,
  receiver: Receiver,
): Promise<void> {
  const { asset, db, variables } = edge;
  edge.serveBy(serve);
  const ask: Ask = async ({ kind, path, method = "GET", body, token, expected = 200 }) => {
    const answer = await serve(
      new Request(`${PUBLIC_URL}${path}`, {
        method,
        headers: {
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    const text = await answer.text();
    assert.equal(answer.status, expected, `${kind}: ${text}`);
    return text;
  };
  async function tick(): Promise<void> {
    const token = variables["JOBS_SECRET"] ?? "";
    const { failed } = ticked.parse(
      JSON.parse(await ask({ kind: "tick", path: "/jobs/run", method: "POST", token })),
    );
    assert.deepEqual(failed, []);
    await moveClock(db, TICK_MS);
  }

  const wallet = openLoadWallet({ ask, passphrase: Networks.TESTNET, code: asset.code });
  const world = openWorld({
    ...asset,
    publicUrl: PUBLIC_URL,
    sandboxUrl: edge.sandboxUrl,
    horizonUrl: edge.horizonUrl,
    passphrase: Networks.TESTNET,
    advance: tick,
    rounds: MOST_TICKS,
  });
  const purse = openWallet({
    homeDomain: "anchor.example",
    plainHttp: false,
    horizonUrl: edge.horizonUrl,
    passphrase: Networks.TESTNET,
    secret: wallet.seed,
  });
  const reached = (id: string, status: string) =>
    world.until(`${id} to be ${status}`, async () => {
      const transaction = await wallet.transaction(id);
      return transaction.status === status ? transaction : null;
    });

  await world.fund(wallet.account);
  await purse.trust(asset.code, asset.issuer);
  await tick();
  const challenge = await wallet.challenge();
  const token = await wallet.answer(challenge);
  // Good once, whichever instance sees it.
  await assert.rejects(wallet.answer(challenge), assert.AssertionError);
  const query = new URLSearchParams({
    asset_code: asset.code,
    account: wallet.account,
    type: "bank_account",
    amount: "100",
    on_change_callback: receiver.url("/deposit"),
  });
  const { id: deposit } = opened.parse(
    JSON.parse(await ask({ kind: "deposit", path: `/sep6/deposit?${query}`, token })),
  );
  await wallet.register(PERSON);
  const { instructions = {} } = await reached(deposit, "pending_user_transfer_start");
  const reference = Object.entries(instructions).find(([name]) => name.endsWith("external_transfer_memo"));
  await world.bank.payIn({ reference: reference?.[1].value ?? "", amount: "100" });
  await reached(deposit, "completed");
  assert.equal(Number(await purse.balance(asset.code, asset.issuer)), 99);

  const withdrawal = await wallet.withdraw("40");
  const told = await reached(withdrawal, "pending_user_transfer_start");
  await purse.pay({
    ...asset,
    to: told.withdraw_anchor_account ?? "",
    amount: "40",
    ...(told.withdraw_memo === undefined ? {} : { memo: told.withdraw_memo }),
  });
  await reached(withdrawal, "completed");
  assert.equal(Number(await purse.balance(asset.code, asset.issuer)), 59);
  const [paid, ...others] = await world.bank.statement("out");
  assert.deepEqual([Number(paid?.amount), others.length], [39.3, 0]);
  await tick();
  const last = z.object({ transaction: z.object({ status: z.string() }) }).array()
    .parse(receiver.bodiesOf("/deposit")).at(-1);
  assert.equal(last?.transaction.status, "completed");
  await booksAgree(world, db, edge.distribution, [{ id: `${asset.code}:${asset.issuer}`, ...asset }]);
}

/** Runs a test with a wallet's server, and what an instance needs to post to it. */
export async function withCallbacks(
  receiver: Receiver,
  test: (
    place: { readonly trusts: string; readonly more: Readonly<Record<string, string>> },
  ) => Promise<void>,
): Promise<void> {
  const trusts = await Deno.makeTempFile({ prefix: "kedge-", suffix: ".pem" });
  try {
    await Deno.writeTextFile(trusts, receiver.authority);
    await test({ trusts, more: { OUTGOING_ALLOW: receiver.host } });
  } finally {
    await Deno.remove(trusts);
    await receiver.stop();
  }
}
