/**
 * Whom and what a SEP-12 request speaks of: the customer, the type, and what is asked of both.
 * @module
 */
import { Refusal } from "../refusal.ts";
import { isCountry } from "../../plugins/sep9/mod.ts";
import { needsOf } from "./answer.ts";
import { findCustomer, textOf } from "./customer.ts";
import type { CustomerView } from "./customer.ts";
import type { CustomersOptions } from "./options.ts";
import { CUSTOMER_TYPES } from "../config/customer-types.ts";
import { needOfTransfer } from "./need.ts";
import type { Need } from "./need.ts";
import { mayReach, ownerOf } from "./owner.ts";
import type { Holder, NamedBy } from "./owner.ts";
import type { Entries } from "./submission.ts";

/** Whom and what a SEP-12 request speaks of. */
export interface CustomerRequest extends NamedBy {
  readonly id?: string;
  readonly type?: string;
  readonly transactionId?: string;
}

/** Reads requests against the records. */
export interface Requests {
  /**
   * The customer that a request names, or null when there is none yet.
   * @throws {Refusal} 400 for a name that is not the holder's, 404 for an id that it does not reach
   */
  find(holder: Holder, request: CustomerRequest): Promise<CustomerView | null>;
  /** @throws {Refusal} 400 for a type that is unknown, or that is missing beside a transaction */
  typeOf(request: Pick<CustomerRequest, "type" | "transactionId">): string;
  /**
   * What is asked of the customer by this request, at least one need.
   * @throws {Refusal} 404 for a transaction that is not this customer's
   */
  needsFor(
    holder: Holder,
    request: CustomerRequest,
    view: CustomerView | null,
    country: string | null,
  ): Promise<readonly [Need, ...Need[]]>;
  /** The country that a customer gave. */
  countryOf(view: CustomerView | null): string | null;
}

/** The reader of requests. */
export function createRequests(options: CustomersOptions): Requests {
  const { vault, policy } = options;

  /** The customer that a request names, or null when there is none yet. */
  async function find(holder: Holder, request: CustomerRequest): Promise<CustomerView | null> {
    const owner = ownerOf(holder, request);
    if (request.id === undefined) return await findCustomer(options, { owner });
    const view = await findCustomer(options, { id: request.id });
    // One answer for unknown and foreign ids (R-12-32); an id that no PUT has answered is unknown too.
    if (view === null || view.customer.version === 0 || !mayReach(holder, view.customer.owner)) {
      throw new Refusal("sep12.customer_not_found");
    }
    // An id and a memo of two users are a slip that would mix their data.
    if (request.memo !== undefined && view.customer.owner !== owner) {
      throw new Refusal("sep12.customer_not_found");
    }
    return view;
  }

  function typeOf({ type, transactionId }: Pick<CustomerRequest, "type" | "transactionId">): string {
    if (type === undefined && transactionId !== undefined) throw new Refusal("sep12.type_missing");
    const known: readonly string[] = CUSTOMER_TYPES;
    if (type !== undefined && !known.includes(type)) {
      throw new Refusal("sep12.type_unknown", { types: known.join(", ") });
    }
    return type ?? CUSTOMER_TYPES[0];
  }

  /** What is asked of the customer by this request. */
  async function needsFor(
    holder: Holder,
    request: CustomerRequest,
    view: CustomerView | null,
    country: string | null,
  ): Promise<readonly [Need, ...Need[]]> {
    const type = typeOf(request);
    if (request.transactionId !== undefined) {
      const transfer = await options.transferForCustomer(holder.sub, request.transactionId);
      if (transfer === null || transfer.customerId !== view?.customer.id || transfer.type !== type) {
        throw new Refusal("sep12.transaction_not_found");
      }
      return [needOfTransfer(policy, transfer, country)];
    }
    return await needsOf(options, { customerId: view?.customer.id ?? null, type, country });
  }

  return {
    find,
    typeOf,
    needsFor,
    countryOf: (view) => view === null ? null : textOf(vault, view, "address_country_code"),
  };
}

/** The country that a submission names; it decides what is asked before the whole is checked. */
export function givenCountry(entries: Entries): string | null {
  const value = entries.find(([key]) => key === "address_country_code")?.[1];
  return typeof value === "string" && isCountry(value) ? value : null;
}
