/**
 * Customers for the rest of the program: what SEP-12 reads and writes, what transfers ask, what jobs do.
 * @module
 */
import type { Statement } from "../records/database.ts";
import { expect } from "../records/expect-changed.ts";
import { newId } from "../transfers/id.ts";
import type { WebhookRequest } from "../../plugins/webhook.ts";
import { acceptedCondition, customersToSettle } from "./accepted.ts";
import type { Settled } from "./accepted.ts";
import { beginReview } from "./begin.ts";
import { ensureCustomer, findCustomer, textOf } from "./customer.ts";
import type { CustomerView } from "./customer.ts";
import { createFiles } from "./files.ts";
import { needOfTransfer, requirementFor } from "./need.ts";
import type { Need, TransferNeed } from "./need.ts";
import { pollCases, readKycWebhook, sweepCases } from "./news.ts";
import type { NewsEnd } from "./news.ts";
import { ownerOf } from "./owner.ts";
import type { Holder } from "./owner.ts";
import { putOnce, putUntilStored } from "./put.ts";
import { createRequests, givenCountry } from "./requests.ts";
import type { CustomerRequest } from "./requests.ts";
import { performReview } from "./review.ts";
import type { ReviewEnd } from "./review.ts";
import { standing } from "./standing.ts";
import type { CustomerStatus, Standing } from "./standing.ts";
import type { CustomersOptions } from "./options.ts";
import { readSubmission } from "./submission.ts";
import type { Entries } from "./submission.ts";

/** What GET answers. */
export interface CustomerAnswer {
  /** Null until a PUT was made. */
  readonly id: string | null;
  readonly need: Need;
  readonly standing: Standing;
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

  /** What is asked without a transfer; `amount` in units of 10⁻⁷ or null. */
  requirementFor(request: { type: string; country: string | null; amount: bigint | null }): Need;
  /** What is asked for a transfer. */
  needOfTransfer(transfer: TransferNeed): Need;
  /** The customer's id of a token's holder, made if there is none. */
  ensure(holder: Holder): Promise<string>;
  /** How a customer stands for a need; a customer without anything stands at `NEEDS_INFO`. */
  standingOf(customerId: string, need: Need): Promise<Standing>;
  /**
   * Begins the review when all that it needs is known and none is under way; for transfers that open for a known customer.
   * @returns keys of effects to perform
   */
  beginIfComplete(customerId: string, need: Need): Promise<readonly string[]>;
  /** Aborts a batch as stale unless the customer is accepted at this moment (M-22). */
  acceptedCondition(customerId: string, need: Pick<Need, "type" | "accepts">): Statement;
  /** Text values in the clear, those of the names that were given. Never to be logged. */
  valuesOf(customerId: string, names: readonly string[]): Promise<Readonly<Record<string, string>>>;
  /** Customers with transfers that may be settled, page by page. */
  customersToSettle(page: { after: string | null; limit: number }): Promise<Settled[]>;

  /** Performs the effect `kyc_review`; `caseId` is its subject. */
  performReview(caseId: string): Promise<ReviewEnd>;
  /** Reads a KYC webhook out of the inbox. */
  readWebhook(instance: string, request: WebhookRequest): Promise<NewsEnd>;
  /** Asks again about reviews without news. */
  poll(limit: number): ReturnType<typeof pollCases>;
  /** Asks an instance what changed after a cursor. */
  sweep(instance: string, cursor: string | null): ReturnType<typeof sweepCases>;
  /** Erases files that no PUT referred to. */
  eraseUnboundFiles(limit: number): Promise<number>;
}

/** From the one that stands in the way most. */
const WORST_FIRST: readonly CustomerStatus[] = ["REJECTED", "NEEDS_INFO", "PROCESSING", "ACCEPTED"];

/** Customers over these records. */
export function createCustomers(options: CustomersOptions): Customers {
  const { db, vault, outbox, policy } = options;
  const files = createFiles({ db, vault });
  const reviews = { ...options, files };

  const standingIn = (view: CustomerView | null, need: Need): Standing =>
    standing(
      need,
      view?.values ?? new Map(),
      (view?.cases ?? []).filter(({ type }) => type === need.type),
      view?.nowMs ?? 0,
    );

  const { find, typeOf, needsFor, countryOf } = createRequests(options);

  /** Begins a review in a batch of its own. */
  async function begin(view: CustomerView, need: Need): Promise<readonly string[]> {
    const stands = standingIn(view, need);
    if (!stands.begin) return [];
    const { id, version } = view.customer;
    const beginning = beginReview(outbox, {
      customerId: id,
      version,
      writeId: newId(),
      need,
      standing: stands,
      cases: view.cases,
    });
    // Values that came since would be handed in under a version that does not have them.
    const unchanged = expect("(select version from customers where id = ?) = ?", [id, version]);
    const result = await db.write([unchanged, ...beginning.statements], {
      committed: { sql: "select 1 from outbox where id = ?", args: [beginning.effectId] },
    });
    // Somebody else has begun it: their effect is under way.
    return result.kind === "written" ? [beginning.effectId] : [];
  }

  return {
    async read(holder, request) {
      typeOf(request);
      const view = await find(holder, request);
      const [first, ...others] = await needsFor(holder, request, view, countryOf(view));
      let worst = { need: first, standing: standingIn(view, first) };
      for (const need of others) {
        const other = { need, standing: standingIn(view, need) };
        if (WORST_FIRST.indexOf(other.standing.status) < WORST_FIRST.indexOf(worst.standing.status)) {
          worst = other;
        }
      }
      const known = view !== null && view.customer.version > 0;
      const effects = known && worst.standing.begin ? await begin(view, worst.need) : [];
      return { id: known ? view.customer.id : null, ...worst, effects };
    },

    async put(holder, request) {
      typeOf(request);
      const storedFiles = new Map<string, string>();
      const stored = await putUntilStored(async () => {
        const view = await find(holder, request);
        const country = givenCountry(request.entries) ?? countryOf(view);
        const needs = await needsFor(holder, request, view, country);
        const formats = country === null ? undefined : options.formats?.[country];
        const submission = readSubmission(request.entries, {
          today: options.today(),
          idTypes: needs[0].idTypes,
          mobileFormat: view === null ? null : textOf(vault, view, "mobile_number_format"),
          ...(formats === undefined ? {} : { formats }),
        });
        const owner = view?.customer.owner ?? ownerOf(holder, request);
        const { account } = holder;
        const { language } = request;
        return await putOnce(reviews, { view, owner, account, language, submission, needs, storedFiles });
      });
      if (stored.effects.length === 0) await settleIfAccepted(holder, request, stored.id);
      return { id: stored.id, effects: stored.effects };
    },

    requirementFor: (request) => requirementFor(policy, request),
    needOfTransfer: (transfer) => needOfTransfer(policy, transfer),
    ensure: (holder) => ensureCustomer(db, { owner: holder.sub, account: holder.account }),
    standingOf: async (customerId, need) => standingIn(await findCustomer(options, { id: customerId }), need),
    async beginIfComplete(customerId, need) {
      const view = await findCustomer(options, { id: customerId });
      return view === null ? [] : await begin(view, need);
    },
    acceptedCondition,
    async valuesOf(customerId, names) {
      const view = await findCustomer(options, { id: customerId });
      if (view === null) return {};
      return Object.fromEntries(names.flatMap((name): [string, string][] => {
        const text = textOf(vault, view, name);
        return text === null ? [] : [[name, text]];
      }));
    },
    customersToSettle: (page) => customersToSettle(db, page),

    performReview: (caseId) => performReview(reviews, caseId),
    readWebhook: (instance, request) => readKycWebhook(reviews, instance, request),
    poll: (limit) => pollCases(reviews, { limit }),
    sweep: (instance, cursor) => sweepCases(reviews, instance, cursor),
    eraseUnboundFiles: (limit) => files.eraseUnbound(limit),
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
