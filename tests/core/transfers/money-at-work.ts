/**
 * Transfers at work over a real database: a scripted bank, customers that are accepted or not by the tables that KYC
 * writes, and the steps that most tests begin with.
 * @module
 */
import assert from "node:assert/strict";
import { chosenLanguage } from "../../../core/customers/chosen-language.ts";
import { acceptedCondition } from "../../../core/customers/accepted.ts";
import type { Service } from "../../../core/config/anchor-runtime.ts";
import { instruct } from "../../../core/bank/instructions.ts";
import type { BankPaying } from "../../../core/bank/payouts.ts";
import type { BankRefunding } from "../../../core/bank/refunds.ts";
import { receive, type Receiving, type Taken } from "../../../core/bank/receive.ts";
import { checkBooks, readBooks } from "../../../core/money/equation.ts";
import { type Database, openDatabase, repeatable } from "../../../core/records/database.ts";
import { migrate } from "../../../core/records/migrate.ts";
import { migrations } from "../../../core/records/migrations/mod.ts";
import { createOutbox } from "../../../core/records/outbox.ts";
import type { Vault } from "../../../core/records/vault.ts";
import { createTexts } from "../../../core/i18n/mod.ts";
import { createSep6Teller } from "../../../core/seps/sep6-callback.ts";
import { createSep6View, type Sep6View } from "../../../core/seps/sep6-view.ts";
import { findTransfer } from "../../../core/transfers/find.ts";
import { openTransfer } from "../../../core/transfers/open.ts";
import { type DraftRequest, openDraft } from "../../../core/transfers/open-draft.ts";
import type { OpenRequest } from "../../../core/transfers/open-request.ts";
import type { Opening } from "../../../core/transfers/opening.ts";
import { apply, type Books } from "../../../core/transfers/record.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import { inbound, type ScriptedRail, scriptedRail } from "../bank/scripted-rail.ts";
import { judged, testVault } from "../records/memory.ts";

/** One whole token or dollar. */
export const ONE = 10_000_000n;
/** The distribution account of tests without a ledger. */
export const OURS = "GCEZWKCA5VLDNRLN3RPRJMRZOX3Z6G5CHCGSNFHEYVXM3XOJMDS674JZ";
const ISSUER = "GBUQWP3BOUZX34TOND2QV7QQ7K7VJTG6VSE7WMLBTMDJLLAW7YKGU6EP";
/** The asset of tests without a ledger. */
export const ASSET = `USDX:${ISSUER}`;

/** Everything that a test of money needs. */
export interface MoneyAtWork extends Disposable {
  readonly db: Database;
  readonly vault: Vault;
  readonly books: Books;
  /** What GET `/transaction` answers from. */
  readonly view: Sep6View;
  readonly bank: ScriptedRail;
  readonly receiving: Receiving;
  readonly paying: BankPaying;
  readonly refunding: BankRefunding;
  readonly opening: Opening;
  readonly services: Service[];
  /** Customers by identity number. */
  readonly identities: Map<string, string[]>;
  /** Makes the owner's customer accepted, rejected or unknown again. */
  setKyc(owner: string, state: "accepted" | "rejected" | null): Promise<string>;
  open(request?: Partial<OpenRequest>): Promise<Transfer>;
  /** A transfer of SEP-24 of which nobody has chosen yet what it is to be. */
  draft(request?: Partial<DraftRequest>): Promise<Transfer>;
  /** A deposit that waits for money. */
  deposit(request?: Partial<OpenRequest>): Promise<Transfer>;
  /** A withdrawal whose money has come. */
  fundedWithdrawal(amount: bigint, request?: Partial<OpenRequest>): Promise<Transfer>;
  /** Money for a deposit, by its reference. */
  pay(transfer: Transfer, units: bigint, id?: string, more?: Parameters<typeof inbound>[2]): Promise<Taken>;
  /** The transfer as it stands. */
  now(transfer: Pick<Transfer, "id">): Promise<Transfer>;
  /** Fails the test unless the books are right; gives the balances of the asset. */
  balances(asset?: string): Promise<Readonly<Record<string, bigint>>>;
  alarms(): Promise<string[]>;
  /** Rows of a table. */
  count(table: string): Promise<number>;
}

/** How it is set up. */
export interface AtWorkOptions {
  /** A database that others share; in memory when absent. */
  readonly db?: Database;
  readonly bank?: ScriptedRail;
  readonly asset?: string;
  readonly service?: Partial<Service>;
  readonly opening?: Partial<Opening>;
  /** How what came stands to tiers and limits; there are none when absent. */
  readonly judge?: Receiving["judge"];
}

/** Nothing is too much, and the tier stays as it was. */
const unlimited: Receiving["judge"] = ({ tier }) =>
  Promise.resolve({
    clearance: { kind: "cleared", tier },
    moved: { "day": 0n, "30 days": 0n },
    unchanged: [],
  });

/** What is asked for unless a test says otherwise. */
const usual: Omit<OpenRequest, "protocol"> = {
  kind: "deposit",
  owner: { sub: "alice", account: "alice", memo: null, muxedId: null, clientDomain: null },
  assetCode: "USDX",
  amount: 100n * ONE,
  language: "en",
  destination: ISSUER,
};

/** Sets it up. */
export async function moneyAtWork(options: AtWorkOptions = {}): Promise<MoneyAtWork> {
  const opened = options.db ?? await openDatabase({ url: ":memory:", onDeploy: false });
  await migrate(opened, migrations);
  const db = await judged(opened);
  const vault = testVault();
  const outbox = createOutbox({ db, vault });
  const view = createSep6View({ db, vault, receivingAccount: OURS });
  const books: Books = { db, outbox, tell: createSep6Teller({ view, vault, outbox, texts: createTexts() }) };
  const bank = options.bank ?? scriptedRail();
  const railOf = () => bank.instance;
  const asset = options.asset ?? ASSET;
  const identities = new Map<string, string[]>();
  const services = (["deposit", "withdrawal"] as const).map((kind): Service => ({
    kind,
    asset: {
      id: asset,
      code: "USDX",
      issuer: asset.slice("USDX:".length),
      currency: "USD",
      name: "",
      description: "",
      status: "test",
      displayDecimals: 2,
      supply: { kind: "unlimited" },
    },
    method: "bank_account",
    countries: "*",
    rail: bank.instance.name,
    kyc: "bureau",
    min: ONE,
    max: 1_000n * ONE,
    fee: { fixed: ONE, percent: 0n },
    amountRule: { kind: "exact" },
    refundFee: 0n,
    onPayoutFailure: "hold",
    payWithin: 3600,
    eta: null,
    ...options.service,
  }));

  const accepted = ({ customerId }: Pick<Transfer, "customerId">) =>
    Promise.resolve(
      acceptedCondition(customerId, { type: "sep6", accepts: [{ instance: "bureau", level: "basic" }] }),
    );
  const kycOf = async (customerId: string) => {
    const [row] = await db.query({
      sql: "select state from kyc_cases where customer_id = ?",
      args: [customerId],
    });
    return row?.state ?? null;
  };
  const isAccepted = async ({ customerId }: Pick<Transfer, "customerId">) =>
    await kycOf(customerId) === "accepted";

  async function ensure(sub: string): Promise<string> {
    const id = `customer-${sub}`;
    await db.write([{
      sql: `insert or ignore into customers (id, owner, account, version, write_id, created_ms)
        values (?, ?, ?, 1, ?, 0)`,
      args: [id, sub, sub, id],
    }], repeatable);
    return id;
  }

  const opening: Opening = {
    ...books,
    vault,
    services,
    railOf,
    customers: {
      customerOf: async ({ sub }) => ({ id: await ensure(sub), owner: sub }),
      chosenLanguage: (customerId) => chosenLanguage(db, customerId),
      tierFor: () => Promise.resolve({ tier: "light", upTo: null, unchanged: [] }),
      readiness: async ({ customerId }) => {
        const state = await kycOf(customerId);
        return state === "accepted" ? "ready" : state === "rejected" ? "rejected" : "needs_info";
      },
      beneficiary: () => Promise.resolve(null),
    },
    checkDestination: () => Promise.resolve(),
    ...options.opening,
  };

  const work: MoneyAtWork = {
    db,
    vault,
    books,
    view,
    bank,
    services,
    opening,
    identities,
    receiving: {
      books,
      judge: options.judge ?? unlimited,
      vault,
      matching: { db, customersByIdentity: (identity) => Promise.resolve(identities.get(identity) ?? []) },
      assetOf: (currency) => currency === "USD" ? asset : null,
    },
    paying: {
      books,
      railOf,
      beneficiaryOf: () => Promise.resolve({ bank_account_number: "123" }),
      accepted,
      isAccepted,
    },
    refunding: { books, railOf, vault, accepted, isAccepted },
    async setKyc(owner, state) {
      const id = await ensure(owner);
      await db.write([
        { sql: "delete from kyc_cases where customer_id = ?", args: [id] },
        ...state === null ? [] : [{
          sql: `insert into kyc_cases (id, customer_id, type, attempt, level, instance, state, revision,
            values_version, version, write_id, changed_ms) values (?, ?, 'sep6', 1, 'basic', 'bureau', ?, 1, 1, 1, ?, 0)`,
          args: [`${id}:sep6:1`, id, state, id],
        }],
      ], repeatable);
      return id;
    },
    open: (request = {}) => openTransfer(opening, { ...usual, protocol: "sep6", ...request }),
    draft: (request = {}) => openDraft(opening, { ...usual, protocol: "sep24", ...request }),
    async deposit(request = {}) {
      await work.setKyc(request.owner?.sub ?? "alice", "accepted");
      const transfer = await work.open(request);
      const performed = await instruct(
        { books, vault, railOf, payerOf: () => Promise.resolve({}) },
        transfer.id,
      );
      assert.deepEqual(performed, { kind: "done" });
      const effect = await books.outbox.markSending(`deposit_instructions:${transfer.id}:1`);
      if (effect) await books.outbox.markDone(effect);
      return await work.now(transfer);
    },
    async fundedWithdrawal(amount, request = {}) {
      await work.setKyc(request.owner?.sub ?? "alice", "accepted");
      const transfer = await work.open({ kind: "withdrawal", amount, ...request });
      const applied = await apply(books, transfer.id, {
        type: "money_received",
        amount,
        kept: 0n,
        place: OURS,
        stellarTransactionId: "ab".repeat(32),
        paidFrom: "G",
      }, () => [{
        sql: `insert into receipts (id, side, place, external_id, state, asset, gross, fee, net, transfer_id,
          revision, version, at_ms) values (?, 'ledger', ?, ?, 'matched', ?, ?, 0, ?, ?, 1, 1, 0)`,
        args: [`r-${transfer.id}`, OURS, transfer.id, asset, amount, amount, transfer.id],
      }]);
      assert.equal(applied.kind, "recorded");
      return await work.now(transfer);
    },
    pay: (transfer, units, id = `in-${transfer.id}`, more = {}) =>
      receive(
        work.receiving,
        bank.instance,
        inbound(id, units, { match: { reference: transfer.reference ?? "" }, ...more }),
      ),
    async now({ id }) {
      const found = await findTransfer(db, id);
      assert.ok(found);
      return found;
    },
    async balances(of = asset) {
      assert.deepEqual(await checkBooks(db), []);
      return (await readBooks(db))[of] ?? {};
    },
    async alarms() {
      const rows = await db.query({ sql: "select kind, detail from alarms order by rowid" });
      return rows.map(({ kind, detail }) => `${kind}:${detail}`);
    },
    async count(table) {
      const [row] = await db.query({ sql: `select count(*) as rows from ${table}` });
      return Number(row?.rows);
    },
    [Symbol.dispose]: () => {
      if (options.db === undefined) db.close();
    },
  };
  return work;
}
