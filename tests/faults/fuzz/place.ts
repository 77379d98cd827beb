/**
 * The gateway that is shot at: everything switched on, with people and records of which some must never be told to others.
 * @module
 */
import { Keypair } from "@stellar/stellar-sdk";
import { webhookSecret } from "../../../core/outgoing/webhook-address.ts";
import { createApp } from "../../../routes/app.ts";
import { addressOf, arrive } from "../../support/customer.ts";
import { startGateway, type TestGateway } from "../../support/gateway.ts";
import type { Hono } from "hono";
import type { HttpEnv } from "../../../routes/http/mod.ts";
import type { TokenShown } from "./shot.ts";
import { type Hosted, openHosted } from "./hosted.ts";
import { drawTokens, type Tokens } from "./tokens.ts";
import { watchWrites, type Writes } from "./written.ts";

/** Secrets of the place; they open what they are for and nothing else. */
const JOBS_SECRET = "a-secret-for-jobs-0123456789-ABCDEFGH";
/** The key of an operator who may do everything. */
export const OPERATOR_KEY = "a-key-of-an-operator-0123456789-ABCDEFGH";

/** Where callbacks and client domains may be, in place of the internet: refused at once. */
export const NOBODY_LISTENS = "127.0.0.1:1";

/** Customers that may be deleted. */
const LEAVERS = 40;

/** Customers who have given nothing yet, so that a page asks them. */
const OWERS = 3;

/** Everything that generators and judge know of the gateway. */
export interface Place {
  readonly gateway: TestGateway;
  readonly app: Hono<HttpEnv>;
  readonly publicUrl: string;
  readonly code: string;
  readonly passphrase: string;
  readonly signingSeed: string;
  /** A wallet's key that logs in. */
  readonly key: Keypair;
  /** Accounts that deposits may be paid to. */
  readonly accounts: readonly string[];
  /** The anchor's own. */
  readonly ownAccounts: readonly string[];
  readonly tokens: Tokens;
  /** A customer who gives data; without transfers, which would all be looked at again. */
  readonly giver: { readonly token: TokenShown; readonly account: string; readonly customer: string };
  /** An account below which there is a customer for each memo, to be deleted. */
  readonly leaver: {
    readonly token: TokenShown;
    readonly account: string;
    readonly memos: readonly string[];
  };
  /** Ids of the attackers' own records. */
  readonly own: {
    readonly transfers: readonly string[];
    /** Of SEP-24. */
    readonly hosted: readonly string[];
    readonly customers: readonly string[];
  };
  readonly hosted: Hosted;
  /** Origin of the bureau's own page. */
  readonly bureau: string;
  /** Ids of a victim's records, and what nobody else may ever read. */
  readonly foreign: {
    readonly transfers: readonly string[];
    readonly customers: readonly string[];
    readonly secrets: readonly string[];
  };
  readonly webhooks: readonly { readonly instance: string; readonly secret: string }[];
  readonly writes: Writes;
  /** What the application logged as an error since the last time somebody asked. */
  readonly faults: () => string[];
  /** Lets what earlier requests brought about come to its end. */
  readonly settle: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Builds the place. */
export async function openPlace(): Promise<Place> {
  const dataDir = await memoryFolder();
  const gateway = await startGateway({
    dataDir,
    variables: {
      JOBS_SECRET,
      OPERATOR_API_KEYS: `judge:admin:${OPERATOR_KEY}`,
      TRUSTED_PROXIES: "10.0.0.0/8",
      OUTGOING_ALLOW: NOBODY_LISTENS,
    },
    // A bureau with a page of its own beside the form.
    kyc: { hosted: true },
    // A fee that only `/fee` can say.
    config: (config) => ({
      ...config,
      // Who holds nothing may withdraw, too.
      pages: { ...config.pages, balanceCheck: "warn" },
      services: config.services.map((service) => ({
        ...service,
        fee: { fixed: "0.50", percent: "0.5", minimum: "0.6", maximum: "400" },
      })),
    }),
  });
  const { running, code } = gateway;
  const { environment, anchor, sandbox } = running;
  const ada = await arrive(gateway);
  const bob = await arrive(gateway, { lastName: "Victimsson" });
  const eve = await arrive(gateway, { lastName: "Giver" });
  const giver = await eve.wallet.give(eve.person);
  const mia = await arrive(gateway, { lastName: "Leaver" });
  const memos = Array.from({ length: LEAVERS }, (_, memo) => String(memo));
  for (const memo of memos) {
    await running.gateway.customers.put(
      { sub: mia.wallet.account, account: mia.wallet.account, memo: null, muxedId: null },
      { memo, entries: [["first_name", "Mia"]], language: "en" },
    );
  }
  const deposit = await ada.deposit("40");
  const withdrawal = await ada.askWithdrawal("5");
  const paid = await bob.deposit("50");
  const waiting = await bob.askWithdrawal("5");
  const owed = await bob.wallet.transaction(waiting);
  const open = await bob.askDeposit("20");
  const owers = [];
  for (let at = 0; at < OWERS; at++) owers.push(await arrive(gateway, { lastName: "Owing" }));
  const hosted = await openHosted(gateway, ada, bob, owers);
  const customerOf = async (who: typeof ada) => String((await who.wallet.customer()).id);
  const logged: string[] = [];
  const { app } = await createApp({
    gateway: running.gateway,
    environment,
    anchor,
    log: (level, event, fields) => {
      if (level === "error" || level === "alarm") logged.push(`${event} ${JSON.stringify(fields ?? {})}`);
    },
    ...(sandbox
      ? { sandbox: { handle: (request: Request) => sandbox.app.fetch(request), keys: [OPERATOR_KEY] } }
      : {}),
  });
  const { distribution, all } = { ...running.gateway.ownAccounts, all: [anchor.assets[0]?.issuer ?? ""] };
  const tokens = await drawTokens({
    environment,
    good: ada.token,
    foreign: bob.token,
    subs: { good: ada.wallet.name, foreign: bob.wallet.name },
    others: [OPERATOR_KEY, JOBS_SECRET, environment.webhookSecret, ...environment.jwtSecrets],
  });
  const writes = await watchWrites(running.gateway.db);
  return {
    gateway,
    app,
    publicUrl: environment.publicUrl,
    code,
    passphrase: environment.passphrase,
    signingSeed: environment.seeds.signing,
    key: ada.wallet.key,
    accounts: [ada.wallet.account, bob.wallet.account],
    ownAccounts: [distribution, ...all],
    tokens,
    giver: {
      token: { name: "a token of who gives", header: `Bearer ${eve.token}`, sub: eve.wallet.name },
      account: eve.wallet.account,
      customer: giver,
    },
    leaver: {
      token: { name: "a token of who leaves", header: `Bearer ${mia.token}`, sub: mia.wallet.name },
      account: mia.wallet.account,
      memos,
    },
    hosted,
    bureau: new URL(sandbox?.url ?? "").origin,
    own: {
      transfers: [deposit.id, withdrawal],
      hosted: hosted.transfers,
      customers: [await customerOf(ada)],
    },
    foreign: {
      transfers: [paid.id, waiting, open, ...hosted.foreign.transfers],
      customers: [await customerOf(bob)],
      secrets: [
        "Victimsson",
        String(owed["withdraw_memo"]),
        await addressOf(bob.wallet, open),
        String(paid["stellar_transaction_id"]),
        ...hosted.foreign.secrets,
      ],
    },
    webhooks: ["bank", "bureau"].map((instance) => ({
      instance,
      secret: webhookSecret(environment.webhookSecret, instance),
    })),
    writes,
    faults: () => [...logged.splice(0), ...gateway.faults.splice(0)],
    async settle() {
      await sandbox?.work();
      await writes.since();
    },
    async stop() {
      await gateway.stop();
      await Deno.remove(dataDir, { recursive: true });
    },
  };
}

/** In memory where the machine has such a place: what is looked for here is not what a disk forgets. */
async function memoryFolder(): Promise<string> {
  try {
    return await Deno.makeTempDir({ dir: "/dev/shm", prefix: "kedge-" });
  } catch {
    return await Deno.makeTempDir({ prefix: "kedge-" });
  }
}
