/**
 * The gateway without its transport: builds every room of core out of the environment, the config and a database, and
 * ties them together. Nothing is decided here.
 * @module
 */
import { authRoom } from "./gateway/auth.ts";
import { booksRoom } from "./gateway/books.ts";
import { callbacksRoom } from "./gateway/callbacks.ts";
import { modulesRoom } from "./gateway/modules.ts";
import { moneyRoom } from "./gateway/money.ts";
import { type ChoosingRoom, choosingRoom } from "./gateway/choosing.ts";
import { approvingBy, type OperatorsDesk, operatorsDesk } from "./gateway/operators.ts";
import { type Pages, pagesRoom } from "./gateway/pages.ts";
import { reserveRoom } from "./gateway/reserve.ts";
import { performedWithin } from "./gateway/performed.ts";
import { choosingWithPoints, inboxWithPoints, performersWithPoints, withPoints } from "./gateway/points.ts";
import type { Caller } from "./auth/session.ts";
import type { WebAuth } from "./auth/mod.ts";
import type { Customers, EraseEnd, ReviewEnd } from "./customers/mod.ts";
import { createEffects, type Effects, type Performance } from "./effects.ts";
import type { WebhookReply } from "../plugins/webhook.ts";
import { answerDecision } from "./bank/decisions.ts";
import { payAtBank } from "./bank/payouts.ts";
import { webhookRequest } from "./bank/webhooks.ts";
import { instruct } from "./bank/instructions.ts";
import { refundAtBank } from "./bank/refunds.ts";
import type { Language, Texts } from "./i18n/mod.ts";
import { createInboxReader, type ReadInbox } from "./inbox.ts";
import { createRunner, type Runner } from "./jobs/runner.ts";
import { jobsOf, readingJobs } from "./gateway/jobs.ts";
import { createReadUp } from "./jobs/read-up.ts";
import { tickIdleMs } from "./jobs/ticks.ts";
import { describeError } from "./log.ts";
import type { GatewayOptions } from "./gateway/options.ts";
import type { Database } from "./records/database.ts";
import { createInbox, type Inbox, type RawRequest } from "./records/inbox.ts";
import { sep12Customer } from "./seps/sep12-customer.ts";
import type { Published } from "./reserve/readings.ts";
import type { Sep6View } from "./seps/sep6-view.ts";
import type { TransactionView } from "./seps/transaction-view.ts";
import { openSessions } from "./sessions/open.ts";
import type { Sessions } from "./sessions/sessions.ts";
import { isHistoryInDoubt } from "./stellar/history-alarm.ts";
import type { Horizon } from "./stellar/horizon.ts";
import { payOnLedger } from "./stellar/payouts.ts";
import { refundOnLedger } from "./stellar/refunds.ts";
import type { OwnAccounts } from "./stellar/accounts.ts";
import type { LedgerStream } from "./stellar/stream.ts";
import { feeFor } from "./transfers/conditions.ts";
import { endErased } from "./transfers/erased.ts";
import { createTransferCustomers } from "./transfers/customer-desk.ts";
import { findTransfer } from "./transfers/find.ts";
import { createTransferPages, type TransferPages } from "./transfers/hosted-pages.ts";
import { setLanguage } from "./transfers/language.ts";
import { openTransfer } from "./transfers/open.ts";
import { type DraftRequest, openDraft } from "./transfers/open-draft.ts";
import type { OpenRequest } from "./transfers/open-request.ts";
import type { ServiceQuery } from "./transfers/services.ts";
import type { Transfer } from "./transfers/transfer.ts";

/** The gateway. */
export interface Gateway extends ChoosingRoom {
  readonly db: Database;
  readonly sessions: Sessions;
  readonly texts: Texts;
  readonly horizon: Horizon;
  readonly ownAccounts: OwnAccounts;
  readonly signingKey: string;
  readonly webAuth: WebAuth;
  /** The caller of a SEP-10 token, or `null`. */
  readonly caller: (token: string) => Promise<Caller | null>;
  readonly customers: Customers;
  /** Judges an address for callbacks. @throws {Refusal} 400 */
  readonly checkCallback: (url: string) => Promise<void>;
  /** What an amount would cost, in units of 10⁻⁷; throws a refusal for what is not served. */
  readonly feeFor: (request: ServiceQuery & { readonly amount: bigint }) => bigint;
  readonly open: (request: OpenRequest) => Promise<Transfer>;
  /** Opens a draft of SEP-24, of which nobody is asked anything yet. @throws {Refusal} 400 */
  readonly draft: (request: DraftRequest) => Promise<Transfer>;
  /** Speaks a language that the person of a transfer chose: in this transfer, and in all that this customer opens later. */
  readonly chooseLanguage: (transferId: string, language: Language) => Promise<void>;
  /**
   * Begins the review that a transfer waits for where all that it needs is known, has codes sent that are waited for, and
   * reads it again.
   */
  readonly reviewed: (transfer: Transfer) => Promise<Transfer>;
  /** Performs what is due for a transfer, or waits for whoever does, within two seconds, and reads it again. */
  readonly performed: (transfer: Transfer) => Promise<Transfer>;
  readonly effects: Effects;
  readonly sep6: Sep6View;
  readonly sep24: TransactionView;
  /** Pages of KYC providers' own. */
  readonly hosted: TransferPages;
  /** The pages of SEP-24. */
  readonly pages: Pages;
  readonly operators: OperatorsDesk;
  readonly inbox: Inbox;
  readonly readInbox: ReadInbox;
  /** The answer for a bank that waits for one, else `null`. */
  readonly decide: (
    instance: string,
    contract: "rail" | "kyc",
    request: RawRequest,
  ) => Promise<WebhookReply | null>;
  /** Whether webhooks of an instance are read as a rail's or a KYC provider's; `null` for unknown names. */
  readonly contractOf: (instance: string) => "rail" | "kyc" | null;
  readonly runner: Runner;
  /** Reads within a second what happens on our accounts, until it is closed (M-9): for a process that runs loops. */
  readonly followLedger: () => LedgerStream;
  /**
   * Milliseconds since jobs were last done, null before: by this process's loops, or on Deno Deploy by whichever instance.
   * Null itself where no jobs are to be done.
   */
  readonly jobsIdleMs: (() => Promise<number | null>) | null;
  /** The reserve's last statement (M-26), or `null` before the first one. */
  readonly publishedReserve: () => Promise<Published | null>;
  readonly close: () => void;
}

/** How long a request performs its own effects (DESIGN §3). */
export const REQUEST_BUDGET_MS = 2_000;

/** What a review's effect came to, in the words of all effects. */
function performanceOf(end: ReviewEnd | EraseEnd): Performance {
  if (end.kind !== "failed") return end;
  const { error, retryAfterMs } = end;
  return { kind: "retry", error, ...(retryAfterMs === undefined ? {} : { afterMs: retryAfterMs }) };
}

/** Builds the gateway. Reads nothing of the outside: checks that need it run in jobs. */
export async function createGateway(given: GatewayOptions): Promise<Gateway> {
  const options = withPoints(given);
  const { environment, anchor, db, log, pause } = options;
  const now = options.now ?? (() => Math.floor(Date.now() / 1000));
  const holder = crypto.randomUUID();
  const report = (subject: string, error: unknown) =>
    log("error", "effect.failed", { subject, ...describeError(error) });
  const { vault, outbox, texts, sep6, sep24, moreInfo, books } = booksRoom({ environment, anchor, db });
  const inbox = inboxWithPoints(createInbox({ db, vault, report }), pause);
  const { upstash, database } = environment.storage;
  const sessions = await openSessions({ db, url: database.url, ...(upstash ? { upstash } : {}) });
  const modules = modulesRoom({ environment, anchor, db, vault, log, holder, now });
  const desk = createTransferCustomers({ books, vault, anchor, customers: () => customers });
  const money = moneyRoom({ ...options, books, vault, modules, desk, now });
  const auth = authRoom({ environment, anchor, horizon: money.horizon, sessions, now });
  const { tokens } = auth;
  const pages = pagesRoom({
    environment,
    anchor,
    receivingAccount: money.ownAccounts.distribution,
    db,
    vault,
    sessions,
    tokens,
    moreInfo,
    log,
    now,
  });
  const customers = money.customersWith({
    forgetWaiting: pages.forgetWaiting,
    async onStanding(customerId, type) {
      for (const id of await desk.settle(customerId, type)) await effects.performOf(id, REQUEST_BUDGET_MS);
    },
    writeCustomer: (answer, language) => JSON.stringify(sep12Customer(answer, texts.translatorOf(language))),
  });
  const { railOf } = modules;
  /** A payout may be due now; it is performed by whoever took the news in, and by the job if that ends early. */
  const onMoved = async (ids: readonly string[]) => {
    await pause?.("money.written");
    await effects.performOfEach(ids, REQUEST_BUDGET_MS);
  };
  // Nothing is paid before ledger and banks have been read up to their heads once (M-14).
  const reading = createReadUp(
    readingJobs({ books, modules, money, onMoved }),
    () => isHistoryInDoubt(db),
  );
  const readUp = async () => {
    try {
      return await reading();
    } catch (error) {
      log("warning", "payouts.wait", describeError(error));
      return false;
    }
  };
  const { accepted, isAccepted, beneficiaryOf } = desk;
  const approving = approvingBy({ anchor, db, vault, desk });
  const { approval } = approving;
  const callbacks = callbacksRoom({ ...options, now });
  const effects: Effects = createEffects({
    db,
    outbox,
    report,
    workAtOnce: money.ledgerPaying.sources.signers.size,
    gaveUp: ({ kind, subject }, error) => log("warning", "effect.given_up", { kind, subject, error }),
    performers: performersWithPoints({
      ...callbacks.performers,
      deposit_instructions: ({ subject }) =>
        instruct({ books, vault, railOf, payerOf: money.payerOf }, subject),
      bank_payout: ({ subject }) =>
        payAtBank({ books, railOf, beneficiaryOf, accepted, isAccepted, approval, readUp }, subject),
      bank_refund: ({ subject }) =>
        refundAtBank({ books, railOf, vault, accepted, isAccepted, readUp }, subject),
      ledger_refund: ({ subject }) => refundOnLedger({ ...money.ledgerPaying, vault, readUp }, subject),
      ledger_payout: ({ subject }) => payOnLedger({ ...money.ledgerPaying, approval, readUp }, subject),
      async customer_review({ subject }) {
        const transfer = await findTransfer(db, subject);
        if (transfer?.state !== "asking") return { kind: "done" };
        // What the heavier tier wants may all be known already (P6); and the customer may have been accepted meanwhile.
        await effects.performNow(await desk.begin(transfer), REQUEST_BUDGET_MS);
        await desk.settle(transfer.customerId, transfer.protocol);
        return { kind: "done" };
      },
      kyc_review: async ({ subject }) => performanceOf(await customers.performReview(subject)),
      kyc_erase: async ({ subject, createdMs }) =>
        performanceOf(await customers.performErase(subject, createdMs)),
      async customer_erased({ subject }) {
        // Before they end: what ended is not looked for any more.
        await pages.forgetWaiting(subject);
        return await endErased(books, subject);
      },
      kyc_code: async ({ subject }) => performanceOf(await customers.performCode(subject)),
    }, pause),
  });
  const readInbox = createInboxReader({
    inbox,
    receiving: money.bankReceiving,
    railOf,
    onMoved,
    report,
    readKyc: async (instance, request) => {
      const end = await customers.readWebhook(instance, request);
      return end.kind === "failed" ? { error: end.error } : null;
    },
  });
  const instances = Object.keys(anchor.kyc);
  // Jobs that rested until an instance was ready are run at once.
  const onReady = (name: string) =>
    [`rail:${name}`, `kyc:${name}`, `files:${name}`].forEach((job) => runner.wake(job));
  const reserve = reserveRoom({ environment, anchor, db, now });
  const jobs = jobsOf({
    books,
    effects,
    readInbox,
    modules,
    money,
    customers,
    desk,
    instances,
    onMoved,
    onReady,
    inbox,
    retentionDays: anchor.retentionDays,
    log,
    reserve: reserve.options,
  });
  const runner: Runner = createRunner({ jobs, db, log, holder });
  const hosted = createTransferPages({
    db,
    publicUrl: environment.publicUrl,
    customers,
    needOf: desk.needOf,
    effects,
    budgetMs: REQUEST_BUDGET_MS,
    report,
  });
  const { deploy } = environment.storage;
  const budgetMs = REQUEST_BUDGET_MS;
  const ticked = deploy?.runsJobs === false ? null : () => tickIdleMs(db);
  /** A customer of whom all is known already, for another type or tier, is reviewed without being asked (P6). */
  async function reviewed(transfer: Transfer): Promise<Transfer> {
    if (transfer.state !== "kyc") return transfer;
    const begun = await desk.begin(transfer);
    await effects.performNow(begun, REQUEST_BUDGET_MS);
    // The provider's webhook may have told us first, and what follows from it be still under way.
    if (begun.length > 0) await desk.settle(transfer.customerId, transfer.protocol);
    return await findTransfer(db, transfer.id) ?? transfer;
  }
  const choosing = choosingWithPoints(
    choosingRoom({ anchor, opening: money.opening, desk, horizon: money.horizon }),
    pause,
  );
  return {
    choices: choosing.choices,
    estimate: choosing.estimate,
    payingBalance: choosing.payingBalance,
    db,
    sessions,
    texts,
    horizon: money.horizon,
    ownAccounts: money.ownAccounts,
    signingKey: auth.signingKey,
    webAuth: auth.webAuth,
    caller: auth.caller,
    customers,
    checkCallback: callbacks.check,
    feeFor: (request) => feeFor(money.opening, request),
    open: async (request) => await reviewed(await openTransfer(money.opening, request)),
    draft: (request) => openDraft(money.opening, request),
    async choose(transferId, choice) {
      const chosen = await choosing.choose(transferId, choice);
      return chosen.kind === "chosen"
        ? { kind: "chosen", transfer: await reviewed(chosen.transfer) }
        : chosen;
    },
    async chooseLanguage(transferId, language) {
      await setLanguage(db, transferId, language);
      const transfer = await findTransfer(db, transferId);
      if (transfer) await customers.chooseLanguage(transfer.customerId, language);
    },
    reviewed,
    performed: performedWithin({ db, outbox, effects, budgetMs: REQUEST_BUDGET_MS }),
    effects,
    sep6,
    sep24,
    hosted,
    pages,
    operators: operatorsDesk({ ...options, books, vault, desk, effects, approving, budgetMs }),
    inbox,
    readInbox,
    decide: async (instance, contract, request) => {
      if (contract !== "rail") return null;
      return await answerDecision(
        money.bankReceiving.matching,
        railOf(instance),
        webhookRequest(request, now() * 1000),
      );
    },
    contractOf: (name) =>
      Object.hasOwn(anchor.rails, name) ? "rail" : Object.hasOwn(anchor.kyc, name) ? "kyc" : null,
    runner,
    publishedReserve: reserve.published,
    followLedger: () => money.follow(() => runner.wake("ledger")),
    jobsIdleMs: deploy === null ? () => Promise.resolve(runner.idleMs()) : ticked,
    close() {
      auth.close();
      callbacks.close();
      sessions.close();
    },
  };
}
