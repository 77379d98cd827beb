/**
 * A network for tests: an in-memory ledger behind its HTTP routes, and the few steps that most tests begin with.
 * @module
 */
import {
  Account,
  Asset,
  FeeBumpTransaction,
  Keypair,
  type Memo,
  Networks,
  Operation,
  Transaction,
  TransactionBuilder,
  type xdr,
} from "@stellar/stellar-sdk";
import { Hono } from "hono";
import { z } from "zod";
import {
  type Closing,
  controlRoutes,
  createLedger,
  friendbotRoutes,
  horizonRoutes,
  type Ledger,
} from "../../../sandbox/ledger/mod.ts";
import { openStore, type Store } from "../../../sandbox/store.ts";

/** The network's passphrase in tests. */
export const PASSPHRASE = Networks.TESTNET;

/** When the network of a test begins, in milliseconds. */
export const BEGINNING = Date.parse("2026-01-01T00:00:00Z");

const codesSchema = z.object({
  transaction: z.string(),
  inner_transaction: z.string().optional(),
  operations: z.array(z.string()).optional(),
});

/** An answer of the routes. */
export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
  /** The codes of a refused or failed transaction. */
  codes: z.output<typeof codesSchema> | undefined;
}

/** What a test may set of a transaction. */
export interface SendOptions {
  signers?: readonly Keypair[];
  /** Stroops per operation. */
  fee?: string;
  /** Sequence number to use in place of the next. */
  sequence?: bigint;
  memo?: Memo;
  timebounds?: { minTime: number; maxTime: number };
  configure?: (builder: TransactionBuilder) => void;
}

/** A network that a test talks to. */
export interface Network {
  ledger: Ledger;
  store: Store;
  app: Hono;
  /** The network's clock, in milliseconds; tests may move it. */
  clock: { now: number };
  /** Asks the ledger's HTTP for a path below its root. */
  get(path: string, headers?: HeadersInit): Promise<Answer>;
  /** Posts JSON to a control route: `close` or `behaviour`. */
  control(route: string, body: unknown): Promise<Answer>;
  /** A new account with 10,000 XLM. */
  account(): Promise<Keypair>;
  /** Builds and signs a transaction of an account with its next sequence number. */
  build(source: Keypair, operations: readonly xdr.Operation[], options?: SendOptions): Promise<Transaction>;
  /** Submits a transaction. */
  submit(transaction: Transaction | FeeBumpTransaction): Promise<Answer>;
  /** Builds, signs and submits. */
  send(source: Keypair, operations: readonly xdr.Operation[], options?: SendOptions): Promise<Answer>;
  /** An asset with its issuer and a holder of 1,000 of it. */
  asset(code?: string): Promise<{ asset: Asset; issuer: Keypair; holder: Keypair }>;
  /** Ends it. */
  end(): Promise<void>;
}

/** Begins a network, or goes on with the one of a store. */
export async function openNetwork(
  { closeEvery = "on submit", store }: { closeEvery?: Closing; store?: Store } = {},
): Promise<Network> {
  const kept = store ?? await openStore(":memory:");
  const clock = { now: BEGINNING };
  const ledger = await createLedger({
    store: kept,
    passphrase: PASSPHRASE,
    closeEvery,
    clock: () => clock.now,
  });
  ledger.start();
  const app = new Hono()
    .route("/sandbox/horizon", horizonRoutes(ledger))
    .route("/sandbox/friendbot", friendbotRoutes(ledger, (request) => `${request.origin}/sandbox/horizon`))
    .route("/sandbox/ledger", controlRoutes(ledger));

  const ask = async (path: string, init?: RequestInit): Promise<Answer> => {
    const answer = await app.request(path, init);
    const body = z.record(z.string(), z.unknown()).parse(await answer.json());
    const extras = z.object({ result_codes: codesSchema }).safeParse(body.extras);
    return { status: answer.status, headers: answer.headers, body, codes: extras.data?.result_codes };
  };

  const network: Network = {
    ledger,
    store: kept,
    app,
    clock,
    get: (path, headers) => ask(`/sandbox/horizon${path}`, headers === undefined ? {} : { headers }),
    control: (route, body) => ask(`/sandbox/ledger/${route}`, { method: "POST", body: JSON.stringify(body) }),
    async account() {
      const owner = Keypair.random();
      const funded = ask(`/sandbox/friendbot?addr=${owner.publicKey()}`);
      if (closeEvery === "on demand") {
        await untilWaiting(ledger, 1);
        await ledger.close();
      }
      const { status, body } = await funded;
      if (status !== 200) throw new Error(`Cannot fund: ${JSON.stringify(body)}`);
      return owner;
    },
    async build(source, operations, options = {}) {
      const { body } = await network.get(`/accounts/${source.publicKey()}`);
      const known = z.object({ sequence: z.string() }).safeParse(body).data?.sequence ?? "0";
      const sequence = options.sequence === undefined ? known : (options.sequence - 1n).toString();
      const builder = new TransactionBuilder(new Account(source.publicKey(), sequence), {
        fee: options.fee ?? "100",
        networkPassphrase: PASSPHRASE,
        ...(options.memo === undefined ? {} : { memo: options.memo }),
        ...(options.timebounds === undefined ? {} : { timebounds: options.timebounds }),
      });
      for (const operation of operations) builder.addOperation(operation);
      options.configure?.(builder);
      if (options.timebounds === undefined) builder.setTimeout(0);
      const transaction = builder.build();
      transaction.sign(...options.signers ?? [source]);
      return transaction;
    },
    submit: (transaction) => {
      const body = new URLSearchParams({ tx: transaction.toXdr() });
      return ask("/sandbox/horizon/transactions", { method: "POST", body });
    },
    async send(source, operations, options) {
      return await network.submit(await network.build(source, operations, options));
    },
    async asset(code = "USDX") {
      const [issuer, holder] = [await network.account(), await network.account()];
      const asset = new Asset(code, issuer.publicKey());
      await network.send(holder, [
        Operation.changeTrust({ asset }),
        Operation.payment({
          source: issuer.publicKey(),
          destination: holder.publicKey(),
          asset,
          amount: "1000",
        }),
      ], { signers: [holder, issuer] });
      return { asset, issuer, holder };
    },
    async end() {
      await ledger.stop();
      if (store === undefined) kept.close();
    },
  };
  return network;
}

/** Resolves when so many submissions wait for their answer. */
export async function untilWaiting(ledger: Ledger, count: number): Promise<void> {
  while (ledger.waiting() < count) await new Promise((resolve) => setTimeout(resolve, 0));
}

/** Runs a test on a network of its own. */
export function onNetwork(
  test: (network: Network) => Promise<void>,
  options?: { closeEvery?: Closing },
): () => Promise<void> {
  return async () => {
    const network = await openNetwork(options);
    try {
      await test(network);
    } finally {
      await network.end();
    }
  };
}
