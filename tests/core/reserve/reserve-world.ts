/**
 * The reserve over the sandbox's ledger and a scripted bank that tells what it holds.
 * @module
 */
import assert from "node:assert/strict";
import { z } from "zod";
import { importSeed, type Signer } from "../../../core/auth/ed25519.ts";
import { encodeSeed } from "../../../core/auth/seeds.ts";
import type { RailInstance } from "../../../core/bank/rails.ts";
import type { ReserveRule } from "../../../core/config/reserve.ts";
import type { Job } from "../../../core/jobs/job.ts";
import { ledgerJob } from "../../../core/jobs/ledger.ts";
import { railJobs } from "../../../core/jobs/rails.ts";
import { reserveJob } from "../../../core/jobs/reserve.ts";
import { openAlarms } from "../../../core/records/alarms.ts";
import { moveClock } from "../../../core/records/clock.ts";
import type { Database } from "../../../core/records/database.ts";
import { lastPublished } from "../../../core/reserve/readings.ts";
import type { ReserveOptions } from "../../../core/reserve/take.ts";
import { ownership, payingAccounts } from "../../../core/stellar/accounts.ts";
import type { Transfer } from "../../../core/transfers/transfer.ts";
import type { RailBalance } from "../../../plugins/bank-rail.ts";
import { done, failed } from "../../../plugins/outcome.ts";
import { inbound } from "../bank/scripted-rail.ts";
import type { LedgerWorld } from "../stellar/ledger-world.ts";
import { type MoneyWorld, moneyWorld, type MoneyWorldOptions } from "../stellar/money-world.ts";
import { PASSPHRASE } from "../stellar/scripted-horizon.ts";

const place = z.object({
  told: z.string(),
  booked: z.string(),
  sent_not_booked: z.string(),
  between: z.object({ at_least: z.string(), at_most: z.string() }),
  unexplained: z.string(),
});

/** What is published. */
export const statementShape = z.object({
  iss: z.string(),
  iat: z.number(),
  number: z.number(),
  notice: z.string(),
  explanation: z.string(),
  network_passphrase: z.string(),
  auditor: z.string().optional(),
  audit: z.array(z.object({ chain: z.string(), sequence: z.number(), hash: z.string() })),
  assets: z.array(z.object({
    code: z.string(),
    issuer: z.string(),
    currency: z.string(),
    outstanding: place.extend({
      ledger: z.number(),
      closed_at: z.string(),
      supply: z.string(),
      held_by_anchor: z.string(),
    }),
    bank: z.array(
      z.union([
        place.extend({ rail: z.string(), as_of: z.string() }),
        z.object({
          rail: z.string(),
          as_of: z.null(),
          told: z.null(),
          sent_not_booked: z.string(),
          unexplained: z.null(),
        }),
      ]),
    ),
    books: z.record(z.string(), z.string()),
    surplus: z.string(),
    unexplained: z.string(),
  })),
});

/** One of a test's statements: its only asset, and the parts that most tests look at. */
export interface Read {
  readonly number: number;
  readonly asset: z.output<typeof statementShape>["assets"][number];
  readonly ledger: string;
  readonly bank: string | null | undefined;
}

/** See {@link reserveWorld}. */
export interface ReserveWorld extends MoneyWorld {
  /** What customers and thieves do at the bank; what payouts took is counted by itself. */
  readonly vaultDoor: { in: bigint; out: bigint; tells: "now" | "nothing" | "later" };
  /** Money of a customer at the bank, with its line in the statement. */
  readonly payIn: (transfer: Transfer, units: bigint) => void;
  readonly instance: RailInstance;
  readonly options: ReserveOptions;
  readonly signer: Signer;
  readonly job: Job;
  /** The bank's own balance. */
  readonly balance: () => RailBalance;
  /** Another job over the same records, with what is to be different. */
  readonly jobWith: (horizon: LedgerWorld["horizon"]) => Job;
  /** Closes a ledger, takes a reading and gives what is published. */
  readonly read: () => Promise<Read>;
  /** What is published. */
  readonly published: () => Promise<Read>;
}

/** No second reading of a test shares its time with the first. */
const APART_MS = 1_000;

/** Sets it up over a world in which nobody holds anything of the asset but us. */
export async function reserveWorld(
  world: LedgerWorld,
  { rule = { tolerance: 0n, stopsPayouts: true }, hasStatement = true, ...options }: MoneyWorldOptions & {
    readonly rule?: ReserveRule;
    /** False for a bank that tells of money by webhooks alone. */
    readonly hasStatement?: boolean;
  } = {},
): Promise<ReserveWorld> {
  const work = await moneyWorld(world, options);
  const vaultDoor: ReserveWorld["vaultDoor"] = { in: 0n, out: 0n, tells: "now" };
  const { instance: scripted } = work.bank;
  const balance = (): RailBalance => {
    const left = [...work.bank.left.values()].reduce((sum, units) => sum + units, 0n);
    return {
      booked: { units: vaultDoor.in - vaultDoor.out - left, currency: "USD" },
      asOf: scripted.ports.now(),
    };
  };
  const instance: RailInstance = {
    ...scripted,
    rail: {
      ...scripted.rail,
      declares: { ...scripted.rail.declares, balance: "now" },
      readBalance: () =>
        Promise.resolve(
          vaultDoor.tells === "now"
            ? done(balance())
            : vaultDoor.tells === "later"
            ? done("later")
            : failed("unavailable"),
        ),
    },
  };
  const signer = importSeed(encodeSeed(new Uint8Array(32).fill(9)));
  const reserve: ReserveOptions = {
    db: work.db,
    assets: work.services.slice(0, 1).map(({ asset }) => asset),
    rails: [{ name: instance.name, currency: "USD" }],
    choices: { auditor: "https://auditor.example/kedge", of: () => rule },
    signer,
    publicUrl: "https://anchor.example",
    passphrase: PASSPHRASE,
    now: () => 1_800_000_123,
  };
  const onMoved = () => Promise.resolve();
  const jobWith: ReserveWorld["jobWith"] = (horizon) =>
    reserveJob({
      reserve,
      rails: () => [instance],
      horizon,
      accounts: payingAccounts(work.own),
      reading: [
        ...(hasStatement ? railJobs(work.receiving, [instance], onMoved) : []),
        ledgerJob({
          db: work.db,
          horizon: world.horizon,
          accounts: payingAccounts(work.own),
          isOurs: ownership(work.own),
          receiving: work.ledgerReceiving,
          onMoved,
        }),
      ],
    });
  const job = jobWith(world.horizon);

  async function published(): Promise<Read> {
    const found = await lastPublished(work.db);
    assert.ok(found, "a statement has been made");
    const { number, assets: [asset] } = statementShape.parse(JSON.parse(found.statement));
    assert.ok(asset);
    return {
      number,
      asset,
      ledger: asset.outstanding.unexplained,
      bank: asset.bank.find(({ rail }) => rail === instance.name)?.unexplained,
    };
  }

  return {
    ...work,
    vaultDoor,
    payIn({ id, reference }, units) {
      vaultDoor.in += units;
      work.bank.pages.push({
        inbound: [inbound(`in-${id}`, units, { match: { reference: reference ?? "" } })],
        payouts: [],
        otherDebits: [],
        next: `v1:${work.bank.pages.length + 1}`,
        more: false,
      });
    },
    instance,
    options: reserve,
    signer,
    job,
    balance,
    jobWith,
    published,
    async read() {
      await world.pass(5);
      await moveClock(work.db, APART_MS);
      await job.run({ isSpent: () => false });
      return await published();
    },
    [Symbol.dispose]: () => work[Symbol.dispose](),
  };
}

/** Reserve alarms that are open, by their places. */
export async function reserveAlarms(db: Database): Promise<string[]> {
  const open = await openAlarms(db, 100);
  return open.filter(({ kind }) => kind === "reserve_difference").map(({ subject }) =>
    subject.split(":")[2] ?? ""
  );
}
