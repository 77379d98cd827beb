/**
 * Sends codes: decided in the batch that stores the value, performed as an effect, and never too many of them.
 * @module
 */
import type { Database, Statement } from "../records/database.ts";
import { repeatable } from "../records/database.ts";
import { NOW_MS } from "../records/clock.ts";
import { expect } from "../records/expect-changed.ts";
import type { Outbox } from "../records/outbox.ts";
import { rowsOfTable } from "../records/rows.ts";
import type { Vault } from "../records/vault.ts";
import { newId } from "../transfers/id.ts";
import { findCustomer, openValue, textOf } from "./customer.ts";
import type { CustomerView } from "./customer.ts";
import { formsOf } from "./index-hashes.ts";
import { moduleOf } from "./need.ts";
import { failureOf } from "./read-case.ts";
import type { ReviewFailure, ReviewPorts } from "./read-case.ts";
import { CODE_LIMITS, sealedCodeRef, VERIFICATION_COLUMNS, verificationOf } from "./verifications.ts";
import type { Verification } from "./verifications.ts";

/** Kind of the effect that sends a code; its subject is the sending. */
export const CODE_EFFECT = "kyc_code";

/** A code that is to be sent. */
export interface CodeToSend {
  readonly customerId: string;
  readonly name: string;
  /** Where it goes. */
  readonly value: string;
  /** The customer's version that brought the value. */
  readonly givenVersion: number;
  readonly instance: string;
  /** The sending that this one takes the place of; null where the value has had none. */
  readonly replaces: string | null;
}

/** A sending in a batch. */
export interface Sending {
  readonly statements: readonly Statement[];
  /** Key of the effect. */
  readonly effectId: string;
}

/**
 * Decides to send a code. The batch is stale when another one was decided since, or when too many were: two requests
 * at once never send more than are allowed.
 */
export function sendCode(
  { vault, outbox }: { readonly vault: Vault; readonly outbox: Outbox },
  code: CodeToSend,
  writeId: string,
): Sending {
  const { customerId, name, givenVersion, instance, replaces } = code;
  const sendId = newId();
  const effectId = `${CODE_EFFECT}:${sendId}`;
  const own = `select 1 from customer_verifications where customer_id = ? and name = ?`;
  return {
    statements: [
      replaces === null
        ? expect(`not exists (${own} and given_version = ?)`, [customerId, name, givenVersion])
        : expect(`exists (${own} and send_id = ?)`, [customerId, name, replaces]),
      ...counted(vault, code).flatMap(({ hash, hashes }) => [
        expect(`(select count(*) from code_sendings where ${among(hashes)} and at_ms > ${NOW_MS} - ?) < ?`, [
          ...hashes,
          CODE_LIMITS.sendsPerMs,
          CODE_LIMITS.sends,
        ]),
        { sql: `insert into code_sendings (counted, at_ms) values (?, ${NOW_MS})`, args: [hash] },
      ]),
      {
        sql: `insert into customer_verifications
            (customer_id, name, given_version, instance, state, send_id, code_ref, tries, expires_ms, write_id)
          values (:customer, :name, :version, :instance, 'to_send', :send, null, 0, null, :write)
          on conflict (customer_id, name) do update set given_version = :version, instance = :instance,
            state = 'to_send', send_id = :send, code_ref = null, tries = 0, expires_ms = null, write_id = :write`,
        args: { customer: customerId, name, version: givenVersion, instance, send: sendId, write: writeId },
      },
      outbox.insert({
        id: effectId,
        kind: CODE_EFFECT,
        subject: sendId,
        delivery: "at_least_once",
        body: undefined,
      }),
    ],
    effectId,
  };
}

/** Milliseconds until a code may be sent; 0 when one may be now. */
export async function waitForCode(
  { db, vault }: { readonly db: Database; readonly vault: Vault },
  code: Pick<CodeToSend, "customerId" | "name" | "value">,
): Promise<number> {
  const lists = await db.read(
    counted(vault, code).map(({ hashes }) => ({
      sql: `select at_ms + ? - ${NOW_MS} as wait_ms from code_sendings where ${
        among(hashes)
      } and at_ms > ${NOW_MS} - ?
      order by at_ms desc limit 1 offset ?`,
      args: [CODE_LIMITS.sendsPerMs, ...hashes, CODE_LIMITS.sendsPerMs, CODE_LIMITS.sends - 1],
    })),
  );
  const sendings = rowsOfTable("code_sendings");
  return Math.max(0, ...lists.flat().map((row) => sendings.count(row, "wait_ms")));
}

/**
 * Sends codes to values that were given before anybody asked for one, in batches of their own; too many wait.
 * @param unsent names, each with the instance that sends
 * @returns keys of effects
 */
export async function sendUnsent(
  ports: { readonly db: Database; readonly vault: Vault; readonly outbox: Outbox },
  view: CustomerView,
  unsent: ReadonlyMap<string, string>,
): Promise<string[]> {
  const { id: customerId, version } = view.customer;
  const unchanged = expect("(select version from customers where id = ?) = ?", [customerId, version]);
  const effects: string[] = [];
  for (const [name, instance] of unsent) {
    const value = view.values.get(name);
    const text = textOf(ports.vault, view, name);
    if (value === undefined || text === null) continue;
    const code = { customerId, name, value: text, givenVersion: value.version, instance, replaces: null };
    if (await waitForCode(ports, code) > 0) continue;
    const sending = sendCode(ports, code, newId());
    const result = await ports.db.write([unchanged, ...sending.statements], {
      committed: { sql: "select 1 from outbox where id = ?", args: [sending.effectId] },
    });
    // Somebody else has decided it: their effect is under way.
    if (result.kind === "written") effects.push(sending.effectId);
  }
  return effects;
}

/** Forgets sendings that count no more. */
export async function forgetSendings(db: Database): Promise<void> {
  const old = { where: `at_ms <= ${NOW_MS} - ?`, args: [CODE_LIMITS.sendsPerMs] };
  // Nearly always there is nothing, and a look takes no lock.
  const [one] = await db.query({
    sql: `select 1 from code_sendings where ${old.where} limit 1`,
    args: old.args,
  });
  if (one === undefined) return;
  await db.write([{ sql: `delete from code_sendings where ${old.where}`, args: old.args }], repeatable);
}

/**
 * Performs the effect: has the provider send the code. The sending is the provider's key, so a second performance sends
 * nothing more.
 * @param sendId the effect's subject
 */
export async function performCode(
  review: Pick<ReviewPorts, "db" | "vault" | "policy" | "ports">,
  sendId: string,
): Promise<{ kind: "done" } | ReviewFailure> {
  const { db, vault, policy, ports } = review;
  const row = await findSending(db, sendId);
  // Sent already, or another value or another code has taken its place.
  if (row === null || row.state !== "to_send") return { kind: "done" };
  const { customerId, name, instance } = row;
  const view = await findCustomer(review, { id: customerId });
  const value = view?.values.get(name);
  if (view === null || value === undefined || value.version !== row.givenVersion) return { kind: "done" };
  const { language } = view.customer;
  const outcome = await guarded(async () =>
    await moduleOf(policy, instance).sendCode?.({
      key: `${customerId}:${name}:${sendId}`,
      field: name,
      value: openValue(vault, customerId, name, value),
      ...(language === null ? {} : { language }),
    }, ports(instance))
  );
  if (outcome === null) return { kind: "failed", error: "kyc.unknown_outcome" };
  if (outcome === undefined) return { kind: "failed", error: "kyc.not_supported" };
  if (!outcome.ok) {
    if (outcome.error.kind !== "invalid_input") return failureOf(outcome.error);
    await move(db, sendId, { sql: "state = 'refused'", args: [] });
    return { kind: "done" };
  }
  await move(db, sendId, {
    sql: `state = 'sent', code_ref = ?, expires_ms = ${NOW_MS} + ?`,
    args: [vault.seal(sealedCodeRef.place(customerId, name), outcome.value.codeRef), CODE_LIMITS.livesMs],
  });
  return { kind: "done" };
}

async function findSending(db: Database, sendId: string): Promise<Verification | null> {
  const [row] = await db.query({
    sql: `select ${VERIFICATION_COLUMNS} from customer_verifications where send_id = ?`,
    args: [sendId],
  });
  return row === undefined ? null : verificationOf(row);
}

/** Whoever performs it second finds it moved, and changes nothing. */
async function move(
  db: Database,
  sendId: string,
  { sql, args }: { sql: string; args: (string | number | Uint8Array)[] },
): Promise<void> {
  await db.write([{
    sql: `update customer_verifications set ${sql} where send_id = ? and state = 'to_send'`,
    args: [...args, sendId],
  }], repeatable);
}

/**
 * What sendings are counted by: the field of the customer, and where the code goes. `hashes` are by all index keys: what
 * was counted under a key before this one still counts.
 */
function counted(
  vault: Vault,
  { customerId, name, value }: Pick<CodeToSend, "customerId" | "name" | "value">,
): { readonly hash: string; readonly hashes: readonly string[] }[] {
  const [place] = formsOf(name, value);
  return [
    { kind: "code_field", form: `${customerId}/${name}` },
    place ?? { kind: "code_value", form: value.toLowerCase() },
  ].map(({ kind, form }) => ({ hash: vault.index(kind, form), hashes: vault.indexes(kind, form) }));
}

function among(hashes: readonly string[]): string {
  return `counted in (${hashes.map(() => "?").join(", ")})`;
}

/** A module throws only for what nobody expected, and that may have happened (DESIGN §4.4). */
async function guarded<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch {
    return null;
  }
}
