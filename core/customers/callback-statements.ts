/**
 * Tells a wallet of each change of a customer's status (R-12-91): the part of the batch that causes the change.
 *
 * Whatever writes something on which a customer's standing rests, puts these statements into its batch. So a change is
 * told exactly when it is committed, with the body that `GET /customer` answers at that moment (R-12-92).
 * @module
 */
import type { Statement } from "../records/database.ts";
import { compareAndSet, expect } from "../records/expect-changed.ts";
import type { Outbox } from "../records/outbox.ts";
import type { Vault } from "../records/vault.ts";
import { answerOf, needsOf } from "./answer.ts";
import type { Answer, CustomerState, NeedSources } from "./answer.ts";
import { textOf } from "./customer.ts";
import type { CustomerView } from "./customer.ts";
import { sealedUrl } from "./registration.ts";
import type { Registration } from "./registration.ts";
import type { CustomerStatus } from "./standing.ts";

/** Kind of the effect that posts a customer's status; its subject is the customer. */
export const CUSTOMER_CALLBACK_EFFECT = "customer_callback";

/** What a batch changes of a customer; what is absent stays as it was read. */
export interface CustomerChanges extends Partial<Omit<CustomerState, "callback" | "nowMs">> {
  /** The country given in this batch. */
  readonly country?: string;
}

/**
 * The statements for a batch that makes these changes. The batch is stale when the registration is no longer as it was
 * read: read the customer again, decide again.
 * @param before the customer as it was read, or null when the batch makes it
 */
export type CallbackStatements = (
  before: CustomerView | null,
  changes: CustomerChanges,
) => Promise<readonly Statement[]>;

/** What telling needs of its surroundings. */
export interface CallbackPorts extends NeedSources {
  readonly vault: Vault;
  readonly outbox: Pick<Outbox, "insert">;
  /** The body of `GET /customer`, in the customer's language. */
  readonly writeCustomer: (answer: Answer, language: string | null) => string;
}

/** Statuses after which callbacks end (R-12-96). */
const FINAL: ReadonlySet<CustomerStatus> = new Set<CustomerStatus>(["ACCEPTED", "REJECTED"]);

/** Creates {@link CallbackStatements}. */
export function createCallbackStatements(ports: CallbackPorts): CallbackStatements {
  return async (before, changes) => {
    if (before === null) return [];
    const { callback, customer: { id } } = before;
    if (callback === null || callback.ended) {
      // One that is set meanwhile was set upon another standing than this batch leaves.
      const version = "coalesce((select version from customer_callbacks where customer_id = ?), 0)";
      return [expect(`${version} = ?`, [id, callback?.version ?? 0])];
    }
    const { country, ...changed } = changes;
    const after: CustomerState = { ...before, ...changed };
    const answer = await answerFor(ports, before, callback.type, { after, ...(country ? { country } : {}) });
    // Moved by every batch, so that of two at once the later decides upon what the earlier wrote.
    return answer.standing.status === callback.status
      ? moved(id, callback, callback.status)
      : told(ports, callback, answer, after);
  };
}

/**
 * Statements of a batch of its own, for a status that changed without any write: time made an acceptance lapse, or a
 * transfer asks for more. None when the last one that was told still holds.
 */
export async function overdueStatements(
  ports: CallbackPorts,
  view: CustomerView,
): Promise<readonly Statement[]> {
  const { callback } = view;
  if (callback === null || callback.ended) return [];
  const answer = await answerFor(ports, view, callback.type);
  return answer.standing.status === callback.status ? [] : told(ports, callback, answer, view);
}

/** What `GET /customer?type=…` without a transaction answers. */
export async function answerFor(
  ports: Pick<CallbackPorts, "vault" | "policy" | "transfersWaiting">,
  view: CustomerView,
  type: string,
  { after = view, country }: { after?: CustomerState; country?: string } = {},
): Promise<Answer> {
  const needs = await needsOf(ports, {
    customerId: view.customer.id,
    type,
    country: country ?? textOf(ports.vault, view, "address_country_code"),
  });
  return answerOf(after, needs);
}

function told(
  { vault, outbox, writeCustomer }: CallbackPorts,
  callback: Registration,
  answer: Answer,
  { customer: { id, language } }: Pick<CustomerState, "customer">,
): Statement[] {
  return [
    ...moved(id, callback, answer.standing.status),
    outbox.insert({
      id: `${CUSTOMER_CALLBACK_EFFECT}:${callback.id}:${callback.version + 1}`,
      kind: CUSTOMER_CALLBACK_EFFECT,
      subject: id,
      delivery: "at_least_once",
      lane: "post",
      body: {
        registration: callback.id,
        url: vault.openText(sealedUrl.place(id), callback.url),
        text: writeCustomer(answer, language),
      },
    }),
  ];
}

/** A final status that is told ends the registration; its row stays, so that what is queued is still sent. */
function moved(customerId: string, { status: before, version }: Registration, status: CustomerStatus) {
  const ended = status !== before && FINAL.has(status);
  return compareAndSet({
    sql: `update customer_callbacks set status = ?, ended = ?, version = version + 1
      where customer_id = ? and version = ?`,
    args: [status, ended ? 1 : 0, customerId, version],
  });
}
