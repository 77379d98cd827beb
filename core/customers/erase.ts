/**
 * Erases a customer (DESIGN §4.6): in one batch everything that was given goes, files and uploads included, and what is
 * left is a row without owner and account. It keeps the id from being given again and holds, as codes, how providers
 * decided (R-12-86). Whoever writes at the same moment, a PUT or another DELETE, comes before or after, never in between:
 * all of them compare the customer's version.
 * @module
 */
import { NOW_MS } from "../records/clock.ts";
import { repeatable } from "../records/database.ts";
import type { Statement } from "../records/database.ts";
import { expect, expectChanged } from "../records/expect-changed.ts";
import { Refusal } from "../refusal.ts";
import { newId } from "../transfers/id.ts";
import { forgetChosenLanguage } from "./chosen-language.ts";
import { findCustomer } from "./customer.ts";
import type { CustomerView } from "./customer.ts";
import { ERASE_EFFECT, eraseEffectId } from "./erase-at-provider.ts";
import type { CustomersOptions } from "./options.ts";
import { ownerOf } from "./owner.ts";
import type { Holder, NamedBy } from "./owner.ts";
import { forgetCallback } from "./registration.ts";
import { untilStored } from "./until-stored.ts";

/** Kind of the effect that ends what waits for an erased customer; its performer is with the transfers. */
export const ERASED_EFFECT = "customer_erased";

/** Whom a DELETE names. */
export interface EraseRequest extends NamedBy {
  readonly account: string;
}

/** What the erasure needs of its surroundings. */
export type ErasePorts = Pick<CustomersOptions, "db" | "vault" | "outbox" | "policy" | "forgetWaiting">;

/** What became of one try. */
type EraseResult = { readonly kind: "stored"; readonly effects: readonly string[] } | {
  readonly kind: "overtaken";
};

/**
 * Erases the customer that a request names.
 * @returns keys of effects: what follows for transfers and at providers
 * @throws {Refusal} 401 for an account that is not the holder's (SEP-12 has this endpoint "authenticated as coming from
 * the owner of the account"), 400 for a memo that is not, 404 when nothing is stored
 */
export async function eraseCustomer(
  ports: ErasePorts,
  holder: Holder,
  request: EraseRequest,
): Promise<readonly string[]> {
  if (request.account !== holder.account && request.account !== holder.sub) {
    throw new Refusal("sep12.not_the_owner");
  }
  const owner = ownerOf(holder, request);
  const { effects } = await untilStored(() => eraseOnce(ports, owner));
  return effects;
}

async function eraseOnce(ports: ErasePorts, owner: string): Promise<EraseResult> {
  const view = await findCustomer(ports, { owner });
  // Who has opened a transfer and given nothing is not known to SEP-12 yet, and no transfer ends; but what a wallet has
  // sent for its pages waits, and is not wanted any more. Nor is a language that was chosen there.
  if (view?.customer.version === 0) {
    await ports.forgetWaiting(view.customer.id);
    await forgetChosenLanguage(ports.db, view.customer.id);
  }
  if (view === null || view.customer.version === 0) return await eraseUploads(ports, owner);
  const { customer, cases } = view;
  const writeId = newId();
  const atProvider = cases.filter(({ instance }) => ports.policy.kyc[instance]?.module.declares.erases)
    .map(({ id }) => ({ id: eraseEffectId(id), kind: ERASE_EFFECT, subject: id }));
  const effects = [
    { id: `${ERASED_EFFECT}:${customer.id}`, kind: ERASED_EFFECT, subject: customer.id },
    ...atProvider,
  ];
  const result = await ports.db.write([
    ...tombstone(view, writeId),
    ports.outbox.endOf([customer.id, ...cases.map(({ id }) => id)]),
    ...personalData(customer.id, owner),
    ...reviews(view, writeId),
    ...effects.map((effect) =>
      ports.outbox.insert({ ...effect, delivery: "at_least_once", body: undefined })
    ),
  ], {
    committed: { sql: "select 1 from customers where id = ? and write_id = ?", args: [customer.id, writeId] },
  });
  if (result.kind !== "written") return { kind: "overtaken" };
  return { kind: "stored", effects: effects.map(({ id }) => id) };
}

/** Files may have been sent before anything else was. */
async function eraseUploads({ db }: ErasePorts, owner: string): Promise<EraseResult> {
  const [file] = await db.query({
    sql: "select 1 from customer_files where owner = ? limit 1",
    args: [owner],
  });
  if (file === undefined) throw new Refusal("sep12.nothing_stored");
  await db.write([{ sql: "delete from customer_files where owner = ?", args: [owner] }], repeatable);
  return { kind: "stored", effects: [] };
}

/** The row that stays; the reviews are still what they were when it takes their decisions down. */
function tombstone({ customer: { id, version } }: CustomerView, writeId: string): Statement[] {
  return [
    {
      sql:
        `update customers set owner = 'erased:' || id, account = '', language = null, chosen_language = null,
          version = version + 1, write_id = :write, erased_ms = ${NOW_MS}, decisions = (
            select json_group_array(json_object(
              'type', type, 'instance', instance, 'level', level, 'state', state, 'at_ms', changed_ms
            )) from kyc_cases where customer_id = :id
          )
        where id = :id and version = :version`,
      args: { id, version, write: writeId },
    },
    expectChanged,
  ];
}

function personalData(id: string, owner: string): Statement[] {
  return [
    { sql: "delete from customer_values where customer_id = ?", args: [id] },
    { sql: "delete from customer_indexes where customer_id = ?", args: [id] },
    { sql: "delete from customer_verifications where customer_id = ?", args: [id] },
    forgetCallback(id),
    { sql: "delete from customer_files where customer_id = ?", args: [id] },
    { sql: "delete from customer_files where owner = ?", args: [owner] },
  ];
}

/** No review is good for anything any more; one that was begun since this was read makes the batch stale. */
function reviews({ customer: { id }, cases }: CustomerView, writeId: string): Statement[] {
  return [
    {
      sql: `update kyc_cases set state = 'superseded', answer = null, version = version + 1, write_id = ?,
          changed_ms = ${NOW_MS} where customer_id = ?`,
      args: [writeId, id],
    },
    expect("(select count(*) from kyc_cases where customer_id = ?) = ?", [id, cases.length]),
  ];
}
