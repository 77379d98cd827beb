/**
 * Customers for the rest of the program: what SEP-12 reads and writes, what transfers ask, what jobs do.
 * @module
 */
import type { Statement } from "../records/database.ts";
import type { WebhookRequest } from "../../plugins/webhook.ts";
import { acceptedCondition, customersToSettle } from "./accepted.ts";
import type { ToSettle } from "./accepted.ts";
import { answerOf, standingIn } from "./answer.ts";
import type { Answer } from "./answer.ts";
import { beginAlone } from "./begin-alone.ts";
import { createCallbackStatements } from "./callback-statements.ts";
import { setCallback, tellOverdue } from "./callbacks.ts";
import { chooseLanguage, chosenLanguage } from "./chosen-language.ts";
import { countryGiven, ensureCustomer, findCustomer, textOf } from "./customer.ts";
import type { CustomerView } from "./customer.ts";
import { eraseCustomer } from "./erase.ts";
import type { EraseRequest } from "./erase.ts";
import { eraseAtProvider } from "./erase-at-provider.ts";
import type { EraseEnd } from "./erase-at-provider.ts";
import { createFiles } from "./files.ts";
import { formOf } from "./form.ts";
import type { CustomerForm, FormTransfer } from "./form.ts";
import { createHostedPages, type HostedPages } from "./hosted-page.ts";
import { needOfTransfer, requirementFor } from "./need.ts";
import type { Need, TransferNeed } from "./need.ts";
import { pollCases, readKycWebhook, sweepCases } from "./news.ts";
import type { NewsEnd } from "./news.ts";
import { mayReach, ownerOf } from "./owner.ts";
import type { Holder } from "./owner.ts";
import { putOnce } from "./put.ts";
import { createRequests, givenCountry } from "./requests.ts";
import type { CustomerRequest } from "./requests.ts";
import { readCodes } from "./check-codes.ts";
import { performReview } from "./review.ts";
import type { ReviewEnd } from "./review.ts";
import { forgetSendings, performCode, sendUnsent } from "./send-codes.ts";
import type { Standing } from "./standing.ts";
import type { CustomersOptions } from "./options.ts";
import { readSubmission } from "./submission.ts";
import type { Entries } from "./submission.ts";
import { askForCode, submitForm } from "./submit.ts";
import type { CodeAsked, FormSubmission, Submitted } from "./submit.ts";
import { untilStored } from "./until-stored.ts";
import { valuesOfMover } from "./values-of-mover.ts";
import { createUploads } from "./uploads.ts";
import type { KnownFile, Uploads } from "./uploads.ts";

/** What GET answers. */
export interface CustomerAnswer extends Answer {
  /** Keys of effects that this request decided; performing them may move the standing. */
  readonly effects: readonly string[];
}

/** The room's face. */
export interface Customers {
  /**
   * How a customer stands. Where all is known already, for another type or a heavier tier, the review is begun here:
   * nobody is asked twice (P6).
   * @throws {Refusal} 400 and 404 of SEP-12
   */
  read(holder: Holder, request: CustomerRequest): Promise<CustomerAnswer>;
  /**
   * Stores what is given, all of it or nothing, and begins the reviews that it completes.
   * @param language of the request, BCP 47; kept for messages
   * @throws {Refusal} 400, 404 and 413 of SEP-12
   */
  put(
    holder: Holder,
    request: CustomerRequest & { readonly entries: Entries; readonly language: string },
  ): Promise<{ readonly id: string; readonly effects: readonly string[] }>;

  /**
   * Sets where changes of the customer's status are posted; a request that names a transaction is read without it.
   * @param request.url judged by the caller: it is posted to
   * @throws {Refusal} 400 and 404 of SEP-12
   */
  setCallback(holder: Holder, request: CustomerRequest & { readonly url: string }): Promise<void>;
  /** Tells of changes that no write caused, for a page of the customers whose callbacks go on. */
  tellOverdue(page: Parameters<typeof tellOverdue>[1]): ReturnType<typeof tellOverdue>;
  /**
   * Erases all that is known of a customer (R-12-78).
   * @returns keys of effects
   * @throws {Refusal} 400, 401 and 404 of SEP-12
   */
  erase(holder: Holder, request: EraseRequest): Promise<readonly string[]>;

  /** What a page asks for a transfer; null once its customer was erased. */
  form(transfer: FormTransfer): Promise<CustomerForm | null>;
  /** See {@link submitForm}. */
  submit(transfer: FormTransfer, submission: FormSubmission): Promise<Submitted>;
  /** See {@link askForCode}. */
  askForCode(transfer: FormTransfer, name: string): Promise<CodeAsked>;

  /** See {@link Uploads.upload}. */
  upload(holder: Holder, bytes: Uint8Array): Promise<KnownFile>;
  /** See {@link Uploads.list}. */
  readonly files: Uploads["list"];

  /** What is asked without a transfer; `amount` in units of 10⁻⁷ or null. */
  requirementFor(request: { type: string; country: string | null; amount: bigint | null }): Need;
  /** What is asked of a customer for a transfer. */
  needOfTransfer(customerId: string, transfer: TransferNeed): Promise<Need>;
  /** The country that a customer gave, alpha-3; it goes before whatever else names one. */
  countryOf(customerId: string): Promise<string | null>;
  /** The language that the customer has chosen, BCP 47. */
  chosenLanguage(customerId: string): Promise<string | null>;
  /** Remembers a language that the customer chose, for all that comes. */
  chooseLanguage(customerId: string, language: string): Promise<void>;
  /** The customer's id of a token's holder, made if there is none. */
  ensure(holder: Holder): Promise<string>;
  /** A customer by its SEP-12 id, or null for one that is unknown or that the holder may not speak for. */
  reachable(holder: Holder, id: string): Promise<{ readonly id: string; readonly owner: string } | null>;
  /** How a customer stands for a need; a customer without anything stands at `NEEDS_INFO`. */
  standingOf(customerId: string, need: Need): Promise<Standing>;
  /**
   * Begins the review when all that it needs is known and none is under way, or sends the codes that it waits for; for
   * transfers that open for a known customer.
   * @returns keys of effects to perform
   */
  beginIfComplete(customerId: string, need: Need): Promise<readonly string[]>;
  /** Pages of providers' own. */
  readonly hosted: HostedPages;
  /** Aborts a batch as stale unless the customer is accepted at this moment (M-22). */
  acceptedCondition(customerId: string, need: Pick<Need, "type" | "accepts">): Statement;
  /**
   * Text values in the clear, those of the names that were given. Never to be logged.
   * @param sinceMs those alone that were given after this time of the database's clock
   */
  valuesOf(
    customerId: string,
    names: readonly string[],
    sinceMs?: number,
  ): Promise<Readonly<Record<string, string>>>;
  /** Customers with transfers that may be settled, page by page. */
  customersToSettle(look: { after: string | null; limit: number }): Promise<ToSettle>;

  /** Performs the effect `kyc_review`; `caseId` is its subject. */
  performReview(caseId: string): Promise<ReviewEnd>;
  /** Performs the effect `kyc_erase`; `caseId` is its subject, `createdMs` when it was decided. */
  performErase(caseId: string, createdMs: number): Promise<EraseEnd>;
  /** Performs the effect `kyc_code`; `sendId` is its subject. */
  performCode(sendId: string): Promise<ReviewEnd>;
  /** Reads a KYC webhook out of the inbox. */
  readWebhook(instance: string, request: WebhookRequest): Promise<NewsEnd>;
  /** Asks again about reviews without news. */
  poll(limit: number): ReturnType<typeof pollCases>;
  /** Asks an instance what changed after a cursor. */
  sweep(instance: string, cursor: string | null): ReturnType<typeof sweepCases>;
  /** Erases files that no PUT referred to. */
  eraseUnboundFiles(limit: number): Promise<number>;
  /** Forgets when codes were sent, once it counts no more. */
  forgetSendings(): Promise<void>;
}

/** Customers over these records. */
export function createCustomers(options: CustomersOptions): Customers {
  const { db, vault, policy } = options;
  const files = createFiles({ db, vault });
  const uploads = createUploads({ db, vault, files });
  const callbackStatements = createCallbackStatements(options);
  const reviews = { ...options, files, callbackStatements };
  const pageForms = { ...reviews, uploads };

  const { find, typeOf, needsFor, countryOf } = createRequests(options);

  /** Begins a review in a batch of its own. */
  async function begin(view: CustomerView, need: Need): Promise<readonly string[]> {
    const stands = standingIn(view, need);
    return stands.begin ? await beginAlone(reviews, view, need, stands) : [];
  }

  return {
    async read(holder, request) {
      typeOf(request);
      const view = await find(holder, request);
      const needs = await needsFor(holder, request, view, countryOf(view));
      const answer = answerOf(view, needs);
      if (view === null || answer.id === null) return { ...answer, effects: [] };
      const begun = answer.standing.begin ? await begin(view, answer.need) : [];
      return { ...answer, effects: [...begun, ...await sendUnsent(options, view, unsentOf(view, needs))] };
    },

    async put(holder, request) {
      typeOf(request);
      const storedFiles = new Map<string, string>();
      const rightCodes = new Set<string>();
      let storedFor: string | undefined;
      const stored = await untilStored(async () => {
        const view = await find(holder, request);
        // Files of an earlier try belong to the customer that was erased meanwhile.
        if (storedFor !== view?.customer.id) {
          await files.drop([...storedFiles.values()]);
          storedFiles.clear();
        }
        storedFor = view?.customer.id;
        const country = givenCountry(request.entries) ?? countryOf(view);
        const needs = await needsFor(holder, request, view, country);
        const { formats: forms } = policy.pack(country ?? undefined);
        const known = valuesOfMover(vault, view, { entries: request.entries, forms });
        const submission = readSubmission([...request.entries, ...known], {
          today: options.today(),
          idTypes: needs[0].idTypes,
          mobileFormat: view === null ? null : textOf(vault, view, "mobile_number_format"),
          forms,
          language: request.language,
          files: await uploads.referred((owner) => mayReach(holder, owner), request.entries),
          customerId: view?.customer.id ?? null,
        });
        return await putOnce(reviews, {
          view,
          owner: view?.customer.owner ?? ownerOf(holder, request),
          account: holder.account,
          language: request.language,
          submission,
          needs,
          codes: readCodes(request.entries),
          storedFiles,
          rightCodes,
        });
      });
      if (!stored.begun) await settleIfAccepted(holder, request, stored.id);
      return { id: stored.id, effects: stored.effects };
    },

    async setCallback(holder, { transactionId: _unread, ...request }) {
      await setCallback(options, () => find(holder, request), { type: typeOf(request), url: request.url });
    },
    tellOverdue: (page) => tellOverdue(options, page),
    erase: (holder, request) => eraseCustomer(options, holder, request),
    async form(transfer) {
      const view = await findCustomer(options, { id: transfer.customerId });
      return view && formOf(options, view, transfer, { given: countryOf(view) });
    },
    submit: (transfer, submission) => submitForm(pageForms, transfer, submission),
    askForCode: (transfer, name) => askForCode(pageForms, transfer, name),
    upload: (holder, bytes) => uploads.upload(holder.sub, bytes),
    files: uploads.list,

    requirementFor: (request) => requirementFor(policy, request),
    needOfTransfer: async (customerId, transfer) =>
      needOfTransfer(policy, transfer, await countryGiven(options, customerId)),
    countryOf: (customerId) => countryGiven(options, customerId),
    chosenLanguage: (customerId) => chosenLanguage(db, customerId),
    chooseLanguage: (customerId, language) => chooseLanguage(db, customerId, language),
    ensure: (holder) => ensureCustomer(db, { owner: holder.sub, account: holder.account }),
    async reachable(holder, id) {
      const customer = (await findCustomer(options, { id }))?.customer;
      // An id that no PUT has answered is unknown.
      if (!customer || customer.version === 0 || !mayReach(holder, customer.owner)) return null;
      return { id, owner: customer.owner };
    },
    standingOf: async (customerId, need) => standingIn(await findCustomer(options, { id: customerId }), need),
    async beginIfComplete(customerId, need) {
      const view = await findCustomer(options, { id: customerId });
      if (view === null) return [];
      return [...await begin(view, need), ...await sendUnsent(options, view, unsentOf(view, [need]))];
    },
    hosted: createHostedPages(reviews),
    acceptedCondition,
    async valuesOf(customerId, names, sinceMs = -1) {
      const view = await findCustomer(options, { id: customerId });
      if (view === null) return {};
      return Object.fromEntries(names.flatMap((name): [string, string][] => {
        const text = (view.values.get(name)?.givenMs ?? 0) > sinceMs ? textOf(vault, view, name) : null;
        return text === null ? [] : [[name, text]];
      }));
    },
    customersToSettle: (look) => customersToSettle(db, look),

    performReview: (caseId) => performReview(reviews, caseId),
    performErase: (caseId, createdMs) => eraseAtProvider(reviews, caseId, createdMs),
    performCode: (sendId) => performCode(options, sendId),
    readWebhook: (instance, request) => readKycWebhook(reviews, instance, request),
    poll: (limit) => pollCases(reviews, { limit }),
    sweep: (instance, cursor) => sweepCases(reviews, instance, cursor),
    eraseUnboundFiles: (limit) => files.eraseUnbound(limit),
    forgetSendings: () => forgetSendings(db),
  };

  /** What needs no review, an account to pay for example, may be all that a transfer waited for (R-12-65). */
  async function settleIfAccepted(holder: Holder, request: CustomerRequest, id: string): Promise<void> {
    const view = await findCustomer(options, { id });
    const needs = await needsFor(holder, request, view, countryOf(view));
    if (needs.some((need) => standingIn(view, need).status === "ACCEPTED")) {
      await options.onStanding(id, typeOf(request));
    }
  }
}

/** What was known before anybody asked for it to be verified, each name with the instance that sends the code. */
function unsentOf(view: CustomerView, needs: readonly Need[]): ReadonlyMap<string, string> {
  return new Map(
    needs.flatMap((need) => standingIn(view, need).unsent.map((name) => [name, need.instance] as const)),
  );
}
