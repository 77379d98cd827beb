/** Customers at work: a migrated database, the sandbox bureau behind its module, everything real but the wire. */
import { sandboxBank } from "../../../bank-rails/sandbox/mod.ts";
import type { AnchorConfig } from "../../../core/config/anchor.ts";
import { buildPacks } from "../../../core/config/build.ts";
import { createCallbackStatements } from "../../../core/customers/callback-statements.ts";
import type { CallbackPorts } from "../../../core/customers/callback-statements.ts";
import { CODE_EFFECT, createCustomers, NewCodeSent } from "../../../core/customers/mod.ts";
import type { Customers, Holder, KycPolicy, TransferNeed } from "../../../core/customers/mod.ts";
import type { ReviewPorts } from "../../../core/customers/read-case.ts";
import { openDatabase } from "../../../core/records/database.ts";
import { judged } from "../records/memory.ts";
import type { Database } from "../../../core/records/database.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { createOutbox } from "../../../core/records/outbox.ts";
import type { Outbox } from "../../../core/records/outbox.ts";
import { createVault } from "../../../core/records/vault.ts";
import { createTexts } from "../../../core/i18n/mod.ts";
import { sep12Customer } from "../../../core/seps/sep12-customer.ts";
import type { SandboxKycOptions } from "../../../kyc-providers/sandbox/mod.ts";
import type { KycProvider } from "../../../plugins/kyc-provider.ts";
import { bureauAtWork } from "./bureau.ts";
import type { Bureau } from "./bureau.ts";

export interface AtWorkOptions {
  readonly kyc?: Partial<SandboxKycOptions>;
  /** Puts something before the real module. */
  readonly provider?: (real: KycProvider) => KycProvider;
  /** Packs beside that of `*`. */
  readonly countries?: AnchorConfig["countries"];
  /** Where the records are; in memory when absent. */
  readonly url?: string;
}

export interface AtWork extends Bureau, Pick<ReviewPorts, "db" | "vault" | "policy" | "callbackStatements"> {
  readonly outbox: Outbox;
  readonly customers: Customers;
  /** `customer:type`, in the order in which standings were told. */
  readonly told: string[];
  /** Customers for whom what waits elsewhere was given up, in order. */
  readonly forgotten: string[];
  readonly forgetWaiting: (customerId: string) => Promise<void>;
  readonly transfers: Map<string, TransferNeed & { owner: string; customerId: string }>;
  /** Work that is done once, between the reading of a customer and what follows from it. */
  readonly meanwhile: (() => Promise<unknown>)[];
  /** Work that is done before the next batches of `customers` are written, in order; null lets one through. */
  readonly beforeWrites: ((() => Promise<unknown>) | null)[];
  /** The same customers as another process has them, on a connection of its own; only over a file. */
  another(): Promise<{ readonly customers: Customers; close(): void }>;
  /** Performs effects as the request does, one try each; those that fail are due again. */
  performNow(ids: readonly string[]): Promise<void>;
  put(who: Holder, fields: Record<string, unknown>, request?: Record<string, string>): Promise<string>;
}

/** Runs a test with customers of its own. */
export async function working(
  test: (at: AtWork) => Promise<void>,
  options: AtWorkOptions = {},
): Promise<void> {
  const { at, close } = await customersAtWork(options);
  try {
    await test(at);
  } finally {
    await close();
  }
}

/** The config of the tests: a light tier up to 100, a heavy one above. */
export function policyWith(module: KycProvider, countries: AnchorConfig["countries"] = {}): KycPolicy {
  return {
    kyc: { bureau: { module } },
    rails: { bank: { module: sandboxBank({ url: "http://bank.example" }) } },
    services: [{ countries: "*", kyc: "bureau" }],
    ...buildPacks({
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
      ...countries,
    }),
  };
}

export async function customersAtWork(
  options: AtWorkOptions = {},
): Promise<{ at: AtWork; close(): Promise<void> }> {
  const url = options.url ?? ":memory:";
  const opened = await openDatabase({ url, onDeploy: false });
  await migrate(opened, migrations);
  const db = await judged(opened);
  const vault = createVault({
    dataKeys: [crypto.getRandomValues(new Uint8Array(32))],
    indexKeys: [crypto.getRandomValues(new Uint8Array(32))],
  });
  const bureau = await bureauAtWork(options.kyc);
  const policy = policyWith(options.provider?.(bureau.module) ?? bureau.module, options.countries);
  const told: string[] = [];
  const texts = createTexts();
  const transfers: AtWork["transfers"] = new Map();
  const meanwhile: AtWork["meanwhile"] = [];
  const transfersWaiting = async (customerId: string, type: string) => {
    await meanwhile.shift()?.();
    return [...transfers.values()].filter((waiting) =>
      waiting.customerId === customerId && waiting.type === type
    );
  };
  const writeCustomer: CallbackPorts["writeCustomer"] = (answer, language) =>
    JSON.stringify(sep12Customer(answer, texts.translatorOf(language)));
  const forgotten: string[] = [];
  const forgetWaiting = (customerId: string) => {
    forgotten.push(customerId);
    return Promise.resolve();
  };
  const customersOn = (on: Database) =>
    createCustomers({
      db: on,
      vault,
      outbox: createOutbox({ db: on, vault }),
      policy,
      transfersWaiting,
      writeCustomer,
      ports: () => bureau.ports,
      onStanding: (customerId, type) => {
        told.push(`${customerId}:${type}`);
        return Promise.resolve();
      },
      transferForCustomer: (owner, id) => {
        const found = transfers.get(id);
        return Promise.resolve(found?.owner === owner ? found : null);
      },
      today: () => "2026-11-21",
      forgetWaiting,
    });
  const beforeWrites: AtWork["beforeWrites"] = [];
  const customers = customersOn({
    ...db,
    async write(statements, written) {
      await beforeWrites.shift()?.();
      return await db.write(statements, written);
    },
  });
  const outbox = createOutbox({ db, vault });

  async function performNow(ids: readonly string[]) {
    for (const id of ids) {
      const effect = await outbox.markSending(id);
      if (effect === null) continue;
      const end = effect.kind === "kyc_review"
        ? await customers.performReview(effect.subject)
        : effect.kind === CODE_EFFECT
        ? await customers.performCode(effect.subject)
        : effect.kind === "kyc_erase"
        ? await customers.performErase(effect.subject, effect.createdMs)
        : { kind: "done" } as const;
      if (end.kind === "done") await outbox.markDone(effect);
      else if (end.kind === "again") await outbox.markRetry(effect, end.afterMs, "continued");
      else await outbox.markRetry(effect, end.retryAfterMs ?? 0, end.error);
    }
  }
  const at: AtWork = {
    ...bureau,
    db,
    vault,
    policy,
    callbackStatements: createCallbackStatements({ policy, vault, outbox, transfersWaiting, writeCustomer }),
    outbox,
    customers,
    told,
    forgotten,
    forgetWaiting,
    transfers,
    meanwhile,
    beforeWrites,
    async another() {
      const second = await openDatabase({ url, onDeploy: false });
      return { customers: customersOn(second), close: () => second.close() };
    },
    performNow,
    async put(who, fields, request = {}) {
      const entries = Object.entries(fields);
      try {
        const { id, effects } = await customers.put(who, { ...request, entries, language: "en" });
        await performNow(effects);
        return id;
      } catch (error) {
        if (error instanceof NewCodeSent) await performNow(error.effects);
        throw error;
      }
    },
  };
  return {
    at,
    async close() {
      await bureau.closeBureau();
      db.close();
    },
  };
}
