/**
 * What is checked and drawn before a transfer may go on to be paid, whether it opens as a whole or the person of a draft
 * has just chosen: everything that can be refused is refused here, before anything is written (R-06-54).
 * @module
 */
import { NOW_MS } from "../records/clock.ts";
import type { Statement } from "../records/database.ts";
import { expect } from "../records/expect-changed.ts";
import { Refusal } from "../refusal.ts";
import { checkAmount, serviceOf, termsOf } from "./conditions.ts";
import { newMemo, newReference } from "./id.ts";
import { isFrozen, notFrozen } from "./freezes.ts";
import { onlyOpen } from "./open-deposit.ts";
import type { Payee } from "./open-request.ts";
import type { CustomerOf, Opening } from "./opening.ts";
import type { Service, ServiceQuery } from "./services.ts";
import type { Terms } from "./terms.ts";
import type { TierGiven } from "./tiers.ts";
import type { Transfer } from "./transfer.ts";

/** What is to go on. */
export interface Wanted extends ServiceQuery, Payee {
  readonly protocol: Transfer["protocol"];
  /** `null`: open. */
  readonly amount: bigint | null;
}

/** Who wants it: found once nothing else stands in the way, since finding may make a customer. */
export type FindCustomer = () => Promise<CustomerOf>;

/** What a transfer goes on with. */
export interface Admission {
  readonly service: Service;
  readonly terms: Terms;
  readonly customer: CustomerOf;
  readonly tier: string;
  /** Whether the customer owes nothing more. */
  readonly isReady: boolean;
  readonly beneficiary: Uint8Array | null;
  /** Given once and for ever (M-12); `null` for deposits. */
  readonly receiveMemo: bigint | null;
  /** `null` where the rail wants none of us. */
  readonly reference: string | null;
  /** For the batch: it becomes stale where any of this is no longer so, or a duplicate where what was drawn was given before. */
  readonly besides: readonly Statement[];
}

/**
 * Admits a transfer.
 * @param id whose beneficiary and memo these are
 * @throws Refusal with the SEP's 400 when it cannot be served
 */
export async function admit(
  on: Opening,
  id: string,
  wanted: Wanted,
  findCustomer: FindCustomer,
): Promise<Admission> {
  const service = serviceOf(on.services, wanted);
  const terms = termsOf(service, on.railOf);
  checkAmount(service, terms, wanted, on.railOf);
  await on.checkDestination(service, wanted);
  const customer = await findCustomer();
  const { given: { tier, upTo, unchanged }, isReady } = await standFor(on, customer, service, wanted);
  const { kind } = wanted;
  const { rail } = service;
  const placed = { id, kind, customerId: customer.id, rail };
  const { deposit } = on.railOf(rail).rail.declares;
  const receiveMemo = kind === "withdrawal" ? (on.drawMemo ?? newMemo)() : null;
  return {
    service,
    terms: upTo === null ? terms : { ...terms, upTo },
    customer,
    tier,
    isReady,
    beneficiary: isReady ? await on.customers.beneficiary(placed) : null,
    receiveMemo,
    reference: kind === "deposit" && deposit?.reference
      ? newReference(deposit.reference.alphabet, deposit.reference.length)
      : null,
    besides: [
      notErased(customer.id),
      notFrozen(customer.owner),
      ...onlyOpen(on.railOf, placed),
      ...unchanged,
      ...(receiveMemo === null ? [] : [{
        sql: `insert into memos (memo, transfer_id, given_ms) values (?, ?, ${NOW_MS})`,
        args: [receiveMemo, id],
      }]),
    ],
  };
}

/**
 * How the customer stands to what is wanted of a service.
 * @throws Refusal 400 where tiers and limits leave too little, for a customer who was refused for good, and for one who owes us
 * money
 */
export async function standFor(
  on: Pick<Opening, "customers" | "db">,
  customer: CustomerOf,
  service: Service,
  wanted: Pick<Wanted, "protocol" | "kind" | "country" | "amount">,
): Promise<{ readonly given: TierGiven; readonly isReady: boolean }> {
  if (await isFrozen(on.db, customer.owner)) throw new Refusal("transfer.customer_frozen");
  const { protocol, kind, amount, country = null } = wanted;
  const given = await on.customers.tierFor({ customer, protocol, service, country, amount });
  const readiness = await on.customers.readiness({
    customerId: customer.id,
    protocol,
    kind,
    tier: given.tier,
    kyc: service.kyc,
    rail: service.rail,
    country,
  });
  if (readiness === "rejected") throw new Refusal("transfer.customer_rejected");
  return { given, isReady: readiness === "ready" };
}

/** Whoever erases the customer ends the transfers that are there; none may come or go on after that. */
export function notErased(customerId: string): Statement {
  return expect("not exists (select 1 from customers where id = ? and erased_ms is not null)", [customerId]);
}
