/**
 * The outside world in a box: a ledger that speaks Horizon's HTTP, a bank, a KYC bureau, a demo wallet. An application of
 * its own with storage of its own; it imports none of the gateway's rooms.
 * @module
 */
import { Hono } from "hono";
import { Keypair } from "@stellar/stellar-sdk";
import { openBank } from "./bank/mod.ts";
import { openKyc } from "./kyc/mod.ts";
import {
  type Closing,
  controlRoutes,
  createLedger,
  friendbotRoutes,
  horizonRoutes,
  type Ledger,
  seedAsset,
} from "./ledger/mod.ts";
import { openStore } from "./store.ts";
import { keepWallet } from "./wallet/keeper.ts";
import { walletRoutes } from "./wallet/routes.ts";

/** What the sandbox is made of. */
export interface SandboxOptions {
  /** Its own storage: `file:…`, `:memory:` or the address of a libSQL server. */
  readonly databaseUrl: string;
  /** `null`: no ledger, since the gateway talks to a real one. */
  readonly ledger: {
    readonly passphrase: string;
    readonly closeEvery: Closing;
    readonly clock?: () => number;
    /** Address of the gateway that the demo wallet talks to; without one there is no demo wallet. */
    readonly anchorUrl?: string;
  } | null;
  /** The bearer that the gateway's modules show to bank and bureau. */
  readonly key: string;
  /** Address to listen on; `127.0.0.1` and a free port when absent. */
  readonly hostname?: string;
  readonly port?: number;
  /** Sends webhooks; the global `fetch` when absent. */
  readonly fetch?: typeof fetch;
  /** Milliseconds since 1970, for bank and bureau; the process's clock when absent. */
  readonly now?: () => number;
}

/** A running sandbox. */
export interface Sandbox {
  /** `http://127.0.0.1:PORT/sandbox`, where bank, bureau and ledger answer. */
  readonly url: string;
  /** Horizon's address, or `null` without a ledger. */
  readonly horizonUrl: string | null;
  /** The same application, to be mounted at `/` of another: its paths begin with `/sandbox`. */
  readonly app: Hono;
  readonly ledger: Ledger | null;
  /** Makes the asset and the accounts that the gateway starts with; idempotent. Needs the ledger. */
  readonly seed: (asset: SeedRequest) => Promise<void>;
  /** Sends what is due and lets time pass, as its timers do. */
  readonly work: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What the sandbox's ledger starts with. */
export interface SeedRequest {
  /** `S…` of the issuer and of the distribution account. */
  readonly issuerSecret: string;
  readonly distributionSecret: string;
  readonly code: string;
  /** What the distribution account gets, as a decimal; a hundred million when absent. */
  readonly amount?: string;
  readonly homeDomain: string;
}

const SUPPLY = "100000000";

/** Starts the sandbox on a port of its own. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const store = await openStore(options.databaseUrl);
  const around = {
    ...(options.fetch ? { fetch: options.fetch } : {}),
    ...(options.now ? { now: options.now } : {}),
  };
  const bank = await openBank({ store, key: options.key, ...around });
  const kyc = await openKyc({ store, key: options.key, ...around });
  const ledger = options.ledger
    ? await createLedger({
      store,
      passphrase: options.ledger.passphrase,
      closeEvery: options.ledger.closeEvery,
      ...(options.ledger.clock ? { clock: options.ledger.clock } : {}),
    })
    : null;
  const app = new Hono();
  app.route("/sandbox/bank", bank.routes);
  app.route("/sandbox/kyc", kyc.routes);
  if (ledger) {
    app.route("/sandbox/horizon", horizonRoutes(ledger));
    app.route(
      "/sandbox/friendbot",
      friendbotRoutes(ledger, (request) => `${request.origin}/sandbox/horizon`),
    );
    app.route("/sandbox/ledger", controlRoutes(ledger));
    ledger.start();
  }
  const hostname = options.hostname ?? "127.0.0.1";
  const server = Deno.serve({ hostname, port: options.port ?? 0, onListen: () => {} }, app.fetch);
  const url = `http://${hostname}:${server.addr.port}/sandbox`;
  const passphrase = options.ledger?.passphrase ?? "";
  const anchorUrl = options.ledger?.anchorUrl;
  if (anchorUrl !== undefined) {
    const wallet = keepWallet({ store, anchorUrl, sandboxUrl: url, passphrase });
    app.route("/sandbox/wallet", walletRoutes(wallet, anchorUrl));
  }
  return {
    url,
    horizonUrl: ledger ? `${url}/horizon` : null,
    app,
    ledger,
    async seed({ issuerSecret, distributionSecret, code, amount = SUPPLY, homeDomain }) {
      if (!ledger) throw new Error("Cannot seed: this sandbox has no ledger");
      await seedAsset({
        horizonUrl: `${url}/horizon`,
        friendbotUrl: `${url}/friendbot`,
        passphrase,
        issuer: Keypair.fromSecret(issuerSecret),
        distribution: Keypair.fromSecret(distributionSecret),
        code,
        amount,
        homeDomain,
      });
    },
    async work() {
      await bank.work();
      await kyc.work();
    },
    async close() {
      await bank.close();
      await kyc.close();
      // Ends streams first: a server that drains waits for them.
      await ledger?.stop();
      await server.shutdown();
      store.close();
    },
  };
}
