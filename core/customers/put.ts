/**
 * Takes what a customer gives: all of it or nothing, in one batch that also begins the reviews which it completes.
 * @module
 */
import type { Database, Statement } from "../records/database.ts";
import { NOW_MS } from "../records/clock.ts";
import { expectChanged } from "../records/expect-changed.ts";
import type { Outbox } from "../records/outbox.ts";
import type { Vault } from "../records/vault.ts";
import { newId } from "../transfers/id.ts";
import { beginReview, supersede, withCases } from "./begin.ts";
import type { CallbackStatements } from "./callback-statements.ts";
import { placeOfValue } from "./customer.ts";
import type { CustomerView } from "./customer.ts";
import { differences } from "./differences.ts";
import type { Difference } from "./differences.ts";
import type { Files } from "./files.ts";
import { hashesOf } from "./index-hashes.ts";
import type { CaseRecord } from "./kyc-case.ts";
import { handedIn, needOfLevel } from "./need.ts";
import type { KycPolicy, Need } from "./need.ts";
import { covers, standing } from "./standing.ts";
import type { Given, Standing } from "./standing.ts";
import type { Submission } from "./submission.ts";

/** What the write needs of its surroundings. */
export interface PutPorts {
  readonly db: Database;
  readonly vault: Vault;
  readonly outbox: Outbox;
  readonly files: Files;
  readonly policy: KycPolicy;
  readonly callbackStatements: CallbackStatements;
}

/** One try to store a submission. */
export interface PutRequest {
  /** What was read before, or null when there is no such customer yet. */
  readonly view: CustomerView | null;
  readonly owner: string;
  readonly account: string;
  readonly language: string;
  readonly submission: Submission;
  /** What the customer is asked for now; reviews that it completes are begun. */
  readonly needs: readonly Need[];
  /** Ids of files that an earlier try has stored already, by name. */
  readonly storedFiles: Map<string, string>;
}

/** What became of it. */
export type PutResult =
  | { readonly kind: "stored"; readonly id: string; readonly effects: readonly string[] }
  /** Somebody else was faster: read again, try again. */
  | { readonly kind: "overtaken" };

/** Stores a submission against the state that was read. */
export async function putOnce(ports: PutPorts, request: PutRequest): Promise<PutResult> {
  const { view, submission } = request;
  const id = view?.customer.id ?? newId();
  const version = (view?.customer.version ?? 0) + 1;
  const writeId = newId();
  const changes = differences(ports.vault, view, submission, wantedAgain(request));
  const superseded = supersededBy(ports.policy, view, changes);
  const given: Map<string, Given> = new Map(view?.values);
  for (const { name } of changes) given.set(name, { version, givenMs: view?.nowMs ?? 0 });
  const begun = toBegin(ports.policy, request, { given, superseded }).map((review) =>
    beginReview(ports.outbox, { ...review, customerId: id, version, writeId, cases: view?.cases ?? [] })
  );
  if (view !== null && view.customer.version > 0 && changes.length === 0 && begun.length === 0) {
    return { kind: "stored", id, effects: [] };
  }
  const country = submission.get("address_country_code");
  const statements = [
    ...customerStatements(request, { id, version, writeId }),
    ...await valueStatements(ports, request, { id, version, changes }),
    ...supersede(superseded, writeId),
    ...begun.flatMap((beginning) => beginning.statements),
    ...await ports.callbackStatements(view, {
      customer: { id, owner: request.owner, language: request.language, version },
      values: given,
      cases: withCases(view?.cases ?? [], [
        ...superseded.map((kyc): CaseRecord => ({ ...kyc, state: "superseded" })),
        ...begun.map(({ kyc }) => kyc),
      ]),
      ...(typeof country === "string" ? { country } : {}),
    }),
  ];
  const result = await ports.db.write(statements, {
    committed: { sql: "select 1 from customers where id = ? and write_id = ?", args: [id, writeId] },
  });
  if (result.kind !== "written") return { kind: "overtaken" };
  return { kind: "stored", id, effects: begun.map(({ effectId }) => effectId) };
}

/** For each type the heaviest review that is complete with the changes. */
function toBegin(
  policy: KycPolicy,
  { view, needs }: PutRequest,
  after: { given: ReadonlyMap<string, Given>; superseded: CustomerView["cases"] },
): { need: Need; standing: Standing }[] {
  const nowMs = view?.nowMs ?? 0;
  const cases = (view?.cases ?? []).filter((kyc) => !after.superseded.includes(kyc));
  // What was overtaken is reviewed again at its level; what waited for values goes on, whatever type the request names.
  const waiting = cases.filter(({ state }) => state === "collecting" || state === "retry");
  const kept = [...after.superseded, ...waiting]
    .filter(({ instance }) => policy.kyc[instance]?.retired !== true)
    .map(({ type, instance, level }) => needOfLevel(policy, type, instance, level));
  const found = new Map<string, { need: Need; standing: Standing }>();
  for (const need of [...needs, ...kept]) {
    const stands = standing(need, after.given, cases.filter(({ type }) => type === need.type), nowMs);
    const before = found.get(need.type)?.need;
    const heavier = before === undefined || (!covers(need, before) && covers(before, need));
    if (stands.begin && heavier) found.set(need.type, { need, standing: stands });
  }
  return [...found.values()];
}

/** Names that are to be given again: for these even an equal value counts as given. */
function wantedAgain({ view, needs }: PutRequest): ReadonlySet<string> {
  if (view === null) return new Set();
  return new Set(
    needs.flatMap((need) =>
      standing(need, view.values, view.cases.filter(({ type }) => type === need.type), view.nowMs).missing
    ),
  );
}

/** Reviews that rest on a value which is now another one (R-12-67). */
function supersededBy(
  policy: KycPolicy,
  view: CustomerView | null,
  changes: readonly Difference[],
): CustomerView["cases"] {
  return (view?.cases ?? []).filter((kyc) => {
    if (!["new", "processing", "accepted"].includes(kyc.state)) return false;
    const seen = handedIn(policy, kyc.instance, kyc.level);
    return changes.some(({ name, before }) =>
      before !== null && before.differs && before.version <= kyc.valuesVersion && seen.includes(name)
    );
  });
}

function customerStatements(
  { view, owner, account, language }: PutRequest,
  { id, version, writeId }: { id: string; version: number; writeId: string },
): Statement[] {
  if (view === null) {
    return [{
      sql: `insert into customers (id, owner, account, language, version, write_id, created_ms)
        values (?, ?, ?, ?, ?, ?, ${NOW_MS})`,
      args: [id, owner, account, language, version, writeId],
    }];
  }
  return [
    {
      sql: "update customers set version = ?, write_id = ?, language = ? where id = ? and version = ?",
      args: [version, writeId, language, id, view.customer.version],
    },
    expectChanged,
  ];
}

async function valueStatements(
  { vault, files }: PutPorts,
  { storedFiles }: PutRequest,
  { id, version, changes }: { id: string; version: number; changes: readonly Difference[] },
): Promise<Statement[]> {
  const statements: Statement[] = [];
  for (const { name, value, before } of changes) {
    const fileId = typeof value === "string" ? null : storedFiles.get(name) ?? await files.store(id, value);
    if (fileId !== null) {
      storedFiles.set(name, fileId);
      statements.push(...files.bind(fileId, id));
    }
    const plain = typeof value === "string"
      ? value
      : JSON.stringify({ mediaType: value.mediaType, sha256: value.sha256, size: value.bytes.length });
    statements.push({
      sql: `insert into customer_values (customer_id, name, value, file_id, given_version, given_ms)
        values (:id, :name, :value, :file, :version, ${NOW_MS})
        on conflict (customer_id, name) do update set value = excluded.value, file_id = excluded.file_id,
          given_version = excluded.given_version, given_ms = excluded.given_ms`,
      args: { id, name, value: vault.seal(placeOfValue(id, name), plain), file: fileId, version },
    });
    if (before !== null && before.fileId !== null) statements.push(files.erase(before.fileId));
    if (typeof value === "string") statements.push(...indexStatements(vault, id, name, value));
  }
  return statements;
}

function indexStatements(vault: Vault, id: string, name: string, value: string): Statement[] {
  return [
    { sql: "delete from customer_indexes where customer_id = ? and name = ?", args: [id, name] },
    ...hashesOf(vault, name, value).map(({ kind, hash }) => ({
      sql: "insert or ignore into customer_indexes (customer_id, name, kind, hash) values (?, ?, ?, ?)",
      args: [id, name, kind, hash],
    })),
  ];
}
