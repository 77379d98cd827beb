/**
 * The gateway without its transport: builds every room of core out of the environment, the config and a database, and
 * ties them together. Nothing is decided here.
 * @module
 */
import { approvingRoom } from "./gateway/approving.ts";
import { authRoom } from "./gateway/auth.ts";
import { booksRoom } from "./gateway/books.ts";
import { REQUEST_BUDGET_MS } from "./gateway/budget.ts";
import { callbacksRoom } from "./gateway/callbacks.ts";
import { effectsRoom } from "./gateway/effects.ts";
import { jobsOf } from "./gateway/jobs.ts";
import { modulesRoom } from "./gateway/modules.ts";
import { moneyRoom } from "./gateway/money.ts";
import { newsRoom } from "./gateway/news.ts";
import { operatorsDesk } from "./gateway/operators.ts";
import type { GatewayOptions } from "./gateway/options.ts";
import { pagesRoom } from "./gateway/pages.ts";
import { inboxWithPoints, withPoints } from "./gateway/points.ts";
import { reserveRoom } from "./gateway/reserve.ts";
import type { Gateway } from "./gateway/surface.ts";
import { transfersRoom } from "./gateway/transfers.ts";
import { webhooksRoom } from "./gateway/webhooks.ts";
import type { Customers } from "./customers/mod.ts";
import type { Effects } from "./effects.ts";
import { createRunner, type Runner } from "./jobs/runner.ts";
import { tickIdleMs } from "./jobs/ticks.ts";
import { describeError } from "./log.ts";
import { createInbox } from "./records/inbox.ts";
import { sep12Customer } from "./seps/sep12-customer.ts";
import { openSessions } from "./sessions/open.ts";
import { createTransferCustomers } from "./transfers/customer-desk.ts";
import { createTransferPages } from "./transfers/hosted-pages.ts";

export { REQUEST_BUDGET_MS } from "./gateway/budget.ts";
export type { Gateway } from "./gateway/surface.ts";

/**
 * Builds the gateway. Reads nothing of the outside: checks that need it run in jobs.
 *
 * Rooms stand in the order in which they need each other. Where two do (who is accepted moves transfers, and what a
 * transfer wants is asked of customers), the earlier one is given a function, which nobody calls before all are built.
 */
export async function createGateway(given: GatewayOptions): Promise<Gateway> {
  const options = withPoints(given);
  const { environment, anchor, db, log, pause } = options;
  const { deploy, database, upstash } = environment.storage;
  const now = options.now ?? (() => Math.floor(Date.now() / 1000));
  const holder = crypto.randomUUID();
  const report = (subject: string, error: unknown) =>
    log("error", "effect.failed", { subject, ...describeError(error) });
  const base = { ...options, now, holder, report };

  const records = booksRoom(base);
  const { vault, texts, books } = records;
  const inbox = inboxWithPoints(createInbox({ db, vault, report }), pause);
  const sessions = await openSessions({ db, url: database.url, ...(upstash ? { upstash } : {}) });
  const modules = modulesRoom({ ...base, vault });
  const desk = createTransferCustomers({ books, vault, anchor, customers: () => customers });
  const money = moneyRoom({ ...base, books, vault, modules, desk });
  const { horizon, ownAccounts } = money;
  const auth = authRoom({ ...base, horizon, sessions });
  const pages = pagesRoom({
    ...base,
    ...records,
    receivingAccount: ownAccounts.distribution,
    sessions,
    tokens: auth.tokens,
  });
  const customers: Customers = money.customersWith({
    forgetWaiting: pages.forgetWaiting,
    async onStanding(customerId, type) {
      for (const id of await desk.settle(customerId, type)) await effects.performOf(id, REQUEST_BUDGET_MS);
    },
    writeCustomer: (answer, language) => JSON.stringify(sep12Customer(answer, texts.translatorOf(language))),
  });
  const news = newsRoom({ ...base, books, modules, money, inbox, customers, effects: () => effects });
  const approving = approvingRoom({ anchor, db, vault, desk, railOf: modules.railOf });
  const callbacks = callbacksRoom(base);
  const effects: Effects = effectsRoom({
    ...base,
    ...records,
    modules,
    money,
    desk,
    customers,
    pages,
    callbacks,
    news,
    approving,
  });
  const reserve = reserveRoom(base);
  const runner: Runner = createRunner({
    jobs: jobsOf({
      ...base,
      books,
      effects,
      modules,
      money,
      customers,
      desk,
      news,
      inbox,
      reserve: reserve.options,
      // Jobs that rested until an instance was ready are run at once.
      onReady: (name) => [`rail:${name}`, `kyc:${name}`, `files:${name}`].forEach((job) => runner.wake(job)),
    }),
    db,
    log,
    holder,
  });
  const budgetMs = REQUEST_BUDGET_MS;
  return {
    ...transfersRoom({ ...base, outbox: records.outbox, money, desk, customers, effects }),
    ...webhooksRoom({ ...base, modules, money }),
    db,
    sessions,
    texts,
    horizon,
    ownAccounts,
    signingKey: auth.signingKey,
    webAuth: auth.webAuth,
    caller: auth.caller,
    customers,
    checkCallback: callbacks.check,
    effects,
    sep6: records.sep6,
    sep24: records.sep24,
    hosted: createTransferPages({
      db,
      publicUrl: environment.publicUrl,
      customers,
      needOf: desk.needOf,
      effects,
      budgetMs,
      report,
    }),
    pages,
    operators: operatorsDesk({
      ...base,
      books,
      vault,
      desk,
      effects,
      approving,
      railOf: modules.railOf,
      returning: money.returning,
      budgetMs,
      settling: money.ledgerPaying,
      clawing: money.clawingBack,
    }),
    inbox,
    readInbox: news.readInbox,
    runner,
    publishedReserve: reserve.published,
    followLedger: () => money.follow(() => runner.wake("ledger")),
    jobsIdleMs: deploy === null
      ? () => Promise.resolve(runner.idleMs())
      : deploy.runsJobs
      ? () => tickIdleMs(db)
      : null,
    close() {
      auth.close();
      callbacks.close();
      sessions.close();
    },
  };
}
