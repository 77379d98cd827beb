/**
 * Bank, bureau, ledger and a wallet's server of a campaign, in this process: none of them dies, so that what they say can be
 * compared.
 * @module
 */
import { z } from "zod";
import { importSeed } from "../../core/auth/mod.ts";
import { type Environment, loadEnvironment } from "../../core/config/environment.ts";
import { channelSigners } from "../../core/stellar/channels.ts";
import { sandboxKey } from "../../core/gateway/stamp.ts";
import { startSandbox } from "../../sandbox/mod.ts";
import { type LoadLedger, openLoadLedger } from "../load/ledger.ts";
import { looked } from "./customer.ts";
import { type Receiver, startReceiver } from "./receiver.ts";
import { type Tell, tellTo } from "./tell.ts";
import { type Webhooks, webhooksTo } from "./webhooks.ts";

/** Milliseconds between two ledgers. */
const CLOSE_MS = 100;

/** A payment of a customer's. */
export interface PayIn {
  readonly reference: string;
  readonly amount: string;
  readonly payer: { readonly name: string; readonly account: string };
  /** Which of our accounts, where the reference alone does not tell. */
  readonly account?: string;
  /** `pending`: told now, booked later. */
  readonly state?: "pending";
}

/** Where money and people are moved outside. */
export interface Outside {
  readonly ledger: LoadLedger;
  readonly bank: {
    /** The customer pays. @returns what the bank calls it */
    readonly payIn: (payment: PayIn) => Promise<string>;
    /** Changes what has become of a payment, as the world would. */
    readonly become: (id: string, state: string, reason?: string) => Promise<void>;
    /** What it tells everybody. @param path from `/sandbox/bank` */
    readonly get: (path: string) => Promise<unknown>;
  };
  readonly bureau: {
    /** A person there decides the review by which the customer's wallet deposits and withdraws. */
    readonly decide: (customerId: string, decision: string, fields: readonly string[]) => Promise<void>;
    /** The code that was sent to a customer last. */
    readonly codeFor: (customerId: string) => Promise<string>;
  };
  readonly receiver: Receiver;
}

/** The outside, with where it answers. */
export interface ChaosOutside extends Outside {
  readonly environment: Environment;
  /** Whose envelopes ours are: the channels, or without any our account that pays. */
  readonly accounts: readonly string[];
  readonly tell: Tell;
  /** `…/sandbox` */
  readonly sandboxUrl: string;
  readonly horizonUrl: string;
  /** What bank and bureau told, and which of it was taken. */
  readonly webhooks: Webhooks;
  readonly stop: () => Promise<void>;
}

const paid = z.object({ id: z.string() });
const codes = z.object({ codes: z.array(z.object({ code: z.string() })) });

/**
 * Starts it with the secrets of a folder, which the gateways share.
 * @param urls of the gateways: news go to whichever is alive
 * @param now milliseconds since 1970 as the gateways' database tells them: bank and bureau live in the same time
 */
export async function startChaosOutside(
  dataDir: string,
  variables: Readonly<Record<string, string>>,
  urls: readonly string[],
  now: () => number,
): Promise<ChaosOutside> {
  const loaded = await loadEnvironment({ DATA_DIR: dataDir, ...variables });
  if (!loaded.ok) throw new Error(`Cannot load the environment: ${JSON.stringify(loaded.mistakes)}`);
  const environment = loaded.value;
  const { passphrase, seeds, asset, homeDomains } = environment;
  const webhooks = webhooksTo(urls);
  const sandbox = await startSandbox({
    databaseUrl: `file:${dataDir}/outside.db`,
    ledger: { passphrase, closeEvery: CLOSE_MS },
    key: sandboxKey(environment.webhookSecret),
    fetch: webhooks.send,
    now,
  });
  const issuerSeed = seeds.sandboxIssuer ?? "";
  const horizonUrl = sandbox.horizonUrl ?? "";
  await sandbox.seed({
    issuerSecret: issuerSeed,
    distributionSecret: seeds.distribution,
    code: asset.code,
    homeDomain: homeDomains[0],
  });
  const ledger = openLoadLedger({
    horizonUrl,
    friendbotUrl: `${sandbox.url}/friendbot`,
    passphrase,
    code: asset.code,
    issuerSeed,
  });
  if (seeds.authorizer !== null) await ledger.allowClawbacks(importSeed(seeds.authorizer).account);
  // Before the gateways' first look at the ledger, as accounts that were there already.
  const channels = channelSigners(seeds.channels).map(({ account }) => account);
  await Promise.all(channels.map((account) => give(`${sandbox.url}/friendbot`, account)));
  const receiver = await startReceiver(dataDir);
  const tell = tellTo(sandbox.url);
  const ours = importSeed(seeds.distribution).account;
  return {
    environment,
    accounts: channels.length === 0 ? [ours] : channels,
    tell,
    sandboxUrl: sandbox.url,
    horizonUrl,
    webhooks,
    receiver,
    ledger,
    bank: {
      payIn: async (payment) => paid.parse(await tell("/bank/transfers", { ...payment, currency: "USD" })).id,
      async become(id, state, reason) {
        await tell(`/bank/transfers/${id}/state`, { state, ...(reason === undefined ? {} : { reason }) });
      },
      get: (path) => tell(`/bank${path}`),
    },
    bureau: {
      async decide(customerId, decision, fields) {
        // Whoever has been on the pages has a review of theirs as well.
        await tell("/kyc/decide", { customer_id: customerId, type: "sep6", decision, fields });
      },
      codeFor: (customerId) =>
        looked(async () => {
          const told = await tell(`/kyc/codes?customer_id=${customerId}`);
          return codes.parse(told).codes[0]?.code ?? null;
        }, () => `${customerId} was sent no code`),
    },
    async stop() {
      webhooks.stop();
      await sandbox.close();
      await receiver.stop();
    },
  };
}

/** Lets the friendbot make an account. */
async function give(friendbot: string, account: string): Promise<void> {
  const answer = await fetch(`${friendbot}?addr=${account}`);
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`Cannot make a channel: the friendbot answers ${answer.status}`);
}
