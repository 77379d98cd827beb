/**
 * The sandbox's ledger over loopback HTTP, with an asset, its issuer and a distribution account.
 * @module
 */
import { Account, Asset, Keypair, Operation, TransactionBuilder } from "@stellar/stellar-sdk";
import type { xdr } from "@stellar/stellar-sdk";
import assert from "node:assert/strict";
import { Hono } from "hono";
import { createHorizon } from "../../../core/stellar/horizon.ts";
import type { Horizon } from "../../../core/stellar/horizon.ts";
import type { LedgerMemo } from "../../../core/stellar/memo.ts";
import { memoOf } from "../../../core/stellar/memo.ts";
import { createLedger, friendbotRoutes, horizonRoutes, seedAsset } from "../../../sandbox/ledger/mod.ts";
import type { Ledger } from "../../../sandbox/ledger/mod.ts";
import { openStore } from "../../../sandbox/store.ts";
import { keysOf } from "./horizon-records.ts";
import { PASSPHRASE } from "./scripted-horizon.ts";

/** A network with an asset on it; ledgers close as soon as a transaction waits. */
export interface LedgerWorld extends AsyncDisposable {
  readonly ledger: Ledger;
  readonly url: string;
  readonly horizon: Horizon;
  readonly issuer: Keypair;
  readonly distribution: Keypair;
  /** `CODE:ISSUER` */
  readonly asset: string;
  /** A new account with 10,000 XLM and, if asked for, a trustline. */
  account(name: string, options?: { readonly trusts?: boolean }): Promise<Keypair>;
  /** Gives an account that nobody has made yet 10,000 XLM. */
  fund(account: string): Promise<void>;
  /** Puts a transaction of others into a ledger and gives its hash; fails the test when it is refused. */
  put(keys: Keypair, operations: readonly xdr.Operation[], options?: PutOptions): Promise<string>;
  /** Makes issuer, distribution account and asset again, on a network that began anew. */
  seed(): Promise<void>;
  /** Closes one ledger so many seconds after the last one. */
  pass(seconds: number): Promise<void>;
}

/** How {@link LedgerWorld.put} builds. */
export interface PutOptions {
  readonly memo?: LedgerMemo;
  readonly signers?: readonly Keypair[];
  /** Wraps it into a fee bump paid by these keys. */
  readonly bumpedBy?: Keypair;
}

/** Starts one. Disposing ends it. */
export async function ledgerWorld(): Promise<LedgerWorld> {
  const store = await openStore(":memory:");
  const ledger = await createLedger({
    store,
    passphrase: PASSPHRASE,
    closeEvery: "on submit",
    clock: () => 1_800_000_000_000,
  });
  const app = new Hono();
  app.route("/horizon", horizonRoutes(ledger));
  app.route("/friendbot", friendbotRoutes(ledger, (url) => `${url.origin}/horizon`));
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, app.fetch);
  const origin = `http://127.0.0.1:${server.addr.port}`;
  const url = `${origin}/horizon`;
  const horizon = createHorizon({ url, passphrase: PASSPHRASE, timeoutMs: 5000 });
  const [issuer, distribution] = [keysOf("issuer"), keysOf("distribution")];
  const asset = new Asset("USDX", issuer.publicKey());
  const seed = () =>
    seedAsset({
      horizonUrl: url,
      passphrase: PASSPHRASE,
      issuer,
      distribution,
      code: "USDX",
      amount: "1000000",
      homeDomain: "anchor.example",
    });
  await seed();

  async function put(keys: Keypair, operations: readonly xdr.Operation[], options: PutOptions = {}) {
    const found = await horizon.account(keys.publicKey());
    assert.ok(found.kind === "found");
    const source = new Account(keys.publicKey(), found.sequence.toString());
    const builder = new TransactionBuilder(source, {
      fee: "100",
      networkPassphrase: PASSPHRASE,
      memo: memoOf(options.memo ?? null),
    });
    for (const operation of operations) builder.addOperation(operation);
    const transaction = builder.setTimeout(0).build();
    transaction.sign(keys, ...options.signers ?? []);
    const bumper = options.bumpedBy;
    const sent = bumper === undefined
      ? transaction
      : TransactionBuilder.buildFeeBumpTransaction(bumper, "200", transaction, PASSPHRASE);
    if (bumper !== undefined) sent.sign(bumper);
    const answer = await horizon.submit(sent.toXdr());
    assert.ok(answer.kind === "included", JSON.stringify(answer));
    return answer.hash;
  }

  async function fund(account: string): Promise<void> {
    const answer = await fetch(`${origin}/friendbot?addr=${account}`);
    await answer.body?.cancel();
    assert.equal(answer.status, 200);
  }

  return {
    ledger,
    fund,
    url,
    horizon,
    issuer,
    distribution,
    asset: `USDX:${issuer.publicKey()}`,
    put,
    seed,
    account: async (name, { trusts = false } = {}) => {
      const keys = keysOf(name);
      await fund(keys.publicKey());
      if (trusts) await put(keys, [Operation.changeTrust({ asset })]);
      return keys;
    },
    pass: async (seconds) => {
      const { closedAt } = await horizon.latestLedger();
      await ledger.close(1, closedAt + seconds);
    },
    [Symbol.asyncDispose]: async () => {
      await ledger.stop();
      await server.shutdown();
      store.close();
    },
  };
}
