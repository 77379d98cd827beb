/**
 * Customers at work: a migrated database in memory, the sandbox bureau behind its module, everything real but the wire.
 */
import { Account, MuxedAccount } from "@stellar/stellar-sdk";
import { createCustomers } from "../../../core/customers/mod.ts";
import type { Customers, Holder, KycPolicy, TransferNeed } from "../../../core/customers/mod.ts";
import { openDatabase } from "../../../core/records/database.ts";
import type { Database } from "../../../core/records/database.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { createOutbox } from "../../../core/records/outbox.ts";
import type { Outbox } from "../../../core/records/outbox.ts";
import { createVault } from "../../../core/records/vault.ts";
import type { Vault } from "../../../core/records/vault.ts";
import { sandboxBank } from "../../../bank-rails/sandbox/mod.ts";
import { sandboxKyc } from "../../../kyc-providers/sandbox/mod.ts";
import type { SandboxKycOptions } from "../../../kyc-providers/sandbox/mod.ts";
import type { KycProvider } from "../../../plugins/kyc-provider.ts";
import type { PortRequest, Ports } from "../../../plugins/ports.ts";
import type { WebhookRequest } from "../../../plugins/webhook.ts";
import { openKyc } from "../../../sandbox/kyc/mod.ts";
import { openStore } from "../../../sandbox/store.ts";

/** Account of the tests; any well-formed address does, since only SEP-10 looks at signatures. */
export const ACCOUNT = "GBRPYHIL2CI3FNQ4BXLFMNDLFJUNPU2HY3ZMFSHONUCEOASW7QC7OX2H";
export const OTHER = "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ";
/** The same account, muxed with {@link MUXED_ID}. */
export const MUXED_ID = "9223372036854775808";
export const MUXED = new MuxedAccount(new Account(ACCOUNT, "0"), MUXED_ID).accountId();

/** A holder of a token for this subject. */
export function holder(account = ACCOUNT, memo: string | null = null): Holder {
  return { sub: memo === null ? account : `${account}:${memo}`, account, memo, muxedId: null };
}

export const BASIC = { first_name: "Ada", last_name: "Lovelace", email_address: "ada@example.com" };
export const FULL = {
  birth_date: "1990-12-31",
  address: "12 St James's Square",
  city: "London",
  postal_code: "SW1Y",
  address_country_code: "GBR",
};

/** A photo that is one: PNG, 1 × 1. */
export const PNG = Uint8Array.fromBase64(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
);

export interface AtWork {
  readonly db: Database;
  readonly vault: Vault;
  readonly outbox: Outbox;
  readonly customers: Customers;
  readonly policy: KycPolicy;
  /** `customer:type`, in the order in which standings were told. */
  readonly told: string[];
  readonly transfers: Map<string, TransferNeed & { owner: string; customerId: string }>;
  /** Webhooks that the bureau sent and nobody has read yet. */
  readonly webhooks: WebhookRequest[];
  /** Calls that the module made: `METHOD path`. */
  readonly calls: string[];
  /** What the next calls of the wire come to instead, in order. */
  readonly cuts: ("not_sent" | "answer_lost" | null)[];
  /** Run once, between the reading of a customer and what follows from it. */
  meanwhile: (() => Promise<unknown>) | null;
  /** The same customers as another process has them, on a connection of its own; only over a file. */
  another(): Promise<{ readonly customers: Customers; close(): void }>;
  /** Steers the bureau: `POST /decide` and the like. */
  bureau(path: string, body: unknown): Promise<void>;
  /** Lets the bureau's time work. */
  work(): Promise<void>;
  /** Performs effects as the request does, one try each; those that fail are due again. */
  performNow(ids: readonly string[]): Promise<void>;
  put(who: Holder, fields: Record<string, unknown>, request?: Record<string, string>): Promise<string>;
  moveBureauClock(ms: number): void;
  close(): Promise<void>;
}

export async function customersAtWork(
  options: { kyc?: Partial<SandboxKycOptions>; provider?: (real: KycProvider) => KycProvider; url?: string } =
    {},
): Promise<AtWork> {
  const db = await openDatabase({ url: options.url ?? ":memory:", onDeploy: false });
  await migrate(db, migrations);
  const vault = createVault({
    dataKeys: [crypto.getRandomValues(new Uint8Array(32))],
    indexKeys: [crypto.getRandomValues(new Uint8Array(32))],
  });
  const outbox = createOutbox({ db, vault });
  const store = await openStore(":memory:");
  const webhooks: WebhookRequest[] = [];
  let offset = 0;
  const now = () => Date.now() + offset;
  const kyc = await openKyc({
    store,
    now,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      webhooks.push({
        method: request.method,
        path: "/",
        query: new URL(request.url).searchParams,
        headers: request.headers,
        body: await request.bytes(),
        receivedAt: Math.floor(now() / 1000),
      });
      return new Response(null, { status: 204 });
    },
  });
  const calls: string[] = [];
  const cuts: AtWork["cuts"] = [];
  const ports: Ports = {
    async fetch({ method, url, headers, body }: PortRequest) {
      const { pathname, search } = new URL(url);
      calls.push(`${method} ${pathname}`);
      const cut = cuts.shift();
      if (cut === "not_sent") return { kind: "not_sent" };
      const response = await kyc.routes.request(`${pathname}${search}`, {
        method,
        ...(headers === undefined ? {} : { headers: { ...headers } }),
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : new Uint8Array(body) }),
      });
      if (cut === "answer_lost") {
        await response.body?.cancel();
        return { kind: "unknown" };
      }
      return {
        kind: "answered",
        response: { status: response.status, headers: response.headers, body: await response.bytes() },
      };
    },
    store: {
      get: () => Promise.resolve(null),
      swap: () => Promise.resolve(true),
      once: async (_, __, work) => await work(),
    },
    files: {
      list: () => Promise.resolve([]),
      read: () => Promise.resolve(null),
      write: () => Promise.resolve(true),
    },
    now: () => Math.floor(now() / 1000),
    instance: "bureau",
    webhookUrl: "http://gateway.example/webhooks/bureau/secret",
  };
  const real = sandboxKyc({ url: "http://bureau.example", ...options.kyc });
  await real.prepare?.(ports);
  calls.length = 0;
  const module = options.provider?.(real) ?? real;
  const policy: KycPolicy = {
    kyc: { bureau: { module } },
    rails: { bank: { module: sandboxBank({ url: "http://bank.example" }) } },
    services: [{
      kind: "deposit",
      asset: "USDX",
      method: "bank_account",
      countries: "*",
      rail: "bank",
      kyc: "bureau",
      min: "1",
      max: "1000",
    }],
    countries: {
      "*": {
        tiers: [
          {
            name: "light",
            upTo: "100",
            fields: ["given_name", "last_name", "email_address"],
            optionalFields: ["mobile_number"],
            levels: { bureau: "basic" },
          },
          {
            name: "heavy",
            fields: ["first_name", "last_name", "birth_date", "id_type"],
            levels: { bureau: "full" },
          },
        ],
      },
    },
  };
  const told: string[] = [];
  const transfers: AtWork["transfers"] = new Map();
  const customersOn = (db: Database) =>
    createCustomers({
      db,
      vault,
      outbox: createOutbox({ db, vault }),
      policy,
      ports: () => ports,
      onStanding: (customerId, type) => {
        told.push(`${customerId}:${type}`);
        return Promise.resolve();
      },
      transferForCustomer: (owner, id) => {
        const found = transfers.get(id);
        return Promise.resolve(found?.owner === owner ? found : null);
      },
      transfersWaiting: async (customerId, type) => {
        const run = at.meanwhile;
        at.meanwhile = null;
        await run?.();
        return (
          [...transfers.values()].filter((t) => t.customerId === customerId && t.type === type),
        ),
      today: () => "2026-11-21",
    });
  const customers = customersOn(db);

  async function performNow(ids: readonly string[]) {
    for (const id of ids) {
      const effect = await outbox.markSending(id);
      if (effect === null) continue;
      const end = await customers.performReview(effect.subject);
      if (end.kind === "done") await outbox.markDone(effect);
      else await outbox.markRetry(effect, end.retryAfterMs ?? 0, end.error);
    }
  }
  return {
    db,
    vault,
    outbox,
    customers,
    policy,
    told,
    transfers,
    webhooks,
    calls,
    cuts,
    async another() {
      const second = await openDatabase({ url: options.url ?? ":memory:", onDeploy: false });
      return { customers: customersOn(second), close: () => second.close() };
    },
    async bureau(path, body) {
      const headers = { "content-type": "application/json" };
      const response = await kyc.routes.request(path, {
        method: "POST",
        headers,
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`the bureau answered ${response.status}: ${await response.text()}`);
      await response.body?.cancel();
    },
    work: kyc.work,
    performNow,
    async put(who, fields, request = {}) {
      const { id, effects } = await customers.put(who, {
        ...request,
        entries: Object.entries(fields),
        language: "en",
      });
      await performNow(effects);
      return id;
    },
    moveBureauClock(ms) {
      offset += ms;
    },
    async close() {
      await kyc.close();
      store.close();
      db.close();
    },
  };
}
