/**
 * The jobs of this deployment, in the order of one tick: news first, then what follows from it.
 * @module
 */
import type { Anchor } from "../config/anchor-runtime.ts";
import type { Customers } from "../customers/mod.ts";
import type { Effects } from "../effects.ts";
import { askingJob } from "../jobs/asking.ts";
import { freezesJob } from "../jobs/freezes.ts";
import { auditJob } from "../jobs/audit.ts";
import { callbackJobs } from "../jobs/callbacks.ts";
import { clockJob } from "../jobs/clock.ts";
import { customerJobs } from "../jobs/customers.ts";
import { effectsJob } from "../jobs/effects.ts";
import { errandsJob } from "../jobs/errands.ts";
import { expireJob } from "../jobs/expire.ts";
import { inboxJob } from "../jobs/inbox.ts";
import type { Job } from "../jobs/job.ts";
import { ledgerJob } from "../jobs/ledger.ts";
import { fileJobs, prepareJob, railJobs } from "../jobs/rails.ts";
import { reserveJob, type ReserveJobOptions } from "../jobs/reserve.ts";
import { retentionJob } from "../jobs/retention.ts";
import { returnsJob } from "../jobs/returns.ts";
import type { Log } from "../log.ts";
import type { Inbox } from "../records/inbox.ts";
import { payingAccounts } from "../stellar/accounts.ts";
import type { TransferCustomers } from "../transfers/customer-desk.ts";
import type { Books } from "../transfers/record.ts";
import type { Modules } from "./modules.ts";
import type { MoneyRoom } from "./money.ts";
import type { NewsRoom } from "./news.ts";

/** What news of money is read with. */
export interface ReadingOptions {
  readonly books: Books;
  readonly modules: Modules;
  readonly money: MoneyRoom;
  readonly onMoved: (ids: readonly string[]) => Promise<void>;
}

/**
 * The jobs that read the ledger and the banks' statements. @param isReady an instance that is not yet rests; without it
 * one that cannot be read fails
 */
export function readingJobs(
  { books, modules, money, onMoved }: ReadingOptions,
  isReady?: (instance: string) => boolean,
): Job[] {
  return [
    ...railJobs(money.bankReceiving, modules.rails, onMoved, isReady),
    ledgerJob({ ...watching({ books, money, onMoved }), accounts: payingAccounts(money.ownAccounts) }),
  ];
}

/** The jobs that read channels, where hardly anything ever happens: a few accounts at a time, and seldom (M-9). */
function channelJobs(options: Pick<ReadingOptions, "books" | "money" | "onMoved">): Job[] {
  const { channels } = options.money.ownAccounts;
  const groups = Math.ceil(channels.length / CHANNELS_AT_ONCE);
  return Array.from({ length: groups }, (_, group) =>
    ledgerJob({
      ...watching(options),
      name: `ledger:channels-${group + 1}`,
      accounts: channels.slice(group * CHANNELS_AT_ONCE, (group + 1) * CHANNELS_AT_ONCE),
      everyMs: CHANNELS_EVERY_MS,
    }));
}

const CHANNELS_AT_ONCE = 10;
const CHANNELS_EVERY_MS = 60_000;

function watching({ books, money, onMoved }: Pick<ReadingOptions, "books" | "money" | "onMoved">) {
  return {
    db: books.db,
    horizon: money.horizon,
    isOurs: money.isOurs,
    receiving: money.ledgerReceiving,
    onMoved,
  };
}

/** Builds the list. */
export function jobsOf(
  { anchor, books, effects, modules, money, customers, desk, news, inbox, log, reserve, onReady }: {
    readonly anchor: Pick<Anchor, "kyc" | "retentionDays">;
    readonly books: Books;
    readonly effects: Effects;
    readonly modules: Modules;
    readonly money: MoneyRoom;
    readonly customers: Customers;
    readonly desk: TransferCustomers;
    readonly news: Pick<NewsRoom, "onMoved" | "readInbox">;
    readonly inbox: Inbox;
    readonly log: Log;
    readonly reserve: ReserveJobOptions["reserve"];
    /** Called when an instance has made itself ready. */
    readonly onReady: (instance: string) => void;
  },
): Job[] {
  const { db, outbox } = books;
  const { onMoved, readInbox } = news;
  const { isReady, rails, toPrepare } = modules;
  const { horizon } = money;
  const reading = { books, modules, money, onMoved };
  return [
    prepareJob(toPrepare, onReady),
    inboxJob(readInbox),
    ...readingJobs(reading, isReady),
    ...channelJobs(reading),
    ...fileJobs(money.bankReceiving, { books, beneficiaryOf: desk.beneficiaryOf }, rails, onMoved),
    ...customerJobs({ db, customers, desk, instances: Object.keys(anchor.kyc), onMoved, isReady }),
    returnsJob(money.returning),
    effectsJob(effects),
    errandsJob({ ...money.ledgerPaying, db }),
    ...callbackJobs({ db, effects, customers }),
    expireJob(books, readingJobs(reading)),
    askingJob(db),
    freezesJob(books, onMoved),
    retentionJob({ db, inbox, outbox, retentionDays: anchor.retentionDays }),
    clockJob({ db, horizon }),
    auditJob({ db, log }),
    reserveJob({
      reserve,
      rails: () => rails.filter(({ name }) => isReady(name)),
      horizon,
      accounts: payingAccounts(money.ownAccounts),
      reading: readingJobs(reading),
    }),
  ];
}
