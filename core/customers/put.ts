/**
 * Takes what a customer gives: all of it or nothing, in one batch that also begins the reviews which it completes.
 * @module
 */
import type { Statement } from "../records/database.ts";
import { NOW_MS } from "../records/clock.ts";
import { expectChanged } from "../records/expect-changed.ts";
import type { Vault } from "../records/vault.ts";
import { newId } from "../transfers/id.ts";
import { beginReview, supersede, withCases } from "./begin.ts";
import type { CallbackStatements } from "./callback-statements.ts";
import { checkCodes } from "./check-codes.ts";
import type { CheckPorts, Codes } from "./check-codes.ts";
import { codesToSend } from "./codes-to-send.ts";
import { consequences, givenAfter, isCarriedOver, supersededBy, wantedAgain } from "./consequences.ts";
import { sealedValue } from "./customer.ts";
import type { CustomerView } from "./customer.ts";
import { differences } from "./differences.ts";
import type { Difference } from "./differences.ts";
import { factsOf } from "./files.ts";
import type { Files } from "./files.ts";
import { hashesOf } from "./index-hashes.ts";
import type { CaseRecord } from "./kyc-case.ts";
import type { Need } from "./need.ts";
import type { Submission } from "./submission.ts";
import { carriedOver, verified } from "./verifications.ts";

/** What the write needs of its surroundings. */
export interface PutPorts extends CheckPorts {
  readonly files: Files;
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
  /** Codes that came with the values. */
  readonly codes: Codes;
  /** Ids of files that an earlier try has stored already, by name. */
  readonly storedFiles: Map<string, string>;
  /** Sendings whose code an earlier try found right. */
  readonly rightCodes: Set<string>;
}

/** What became of it. */
export type PutResult =
  | {
    readonly kind: "stored";
    readonly id: string;
    readonly effects: readonly string[];
    /** Whether a review was begun. */
    readonly begun: boolean;
  }
  /** Somebody else was faster: read again, try again. */
  | { readonly kind: "overtaken" };

/** Stores a submission against the state that was read. */
export async function putOnce(ports: PutPorts, request: PutRequest): Promise<PutResult> {
  const { view, needs } = request;
  const { vault, policy } = ports;
  const id = view?.customer.id ?? newId();
  const version = (view?.customer.version ?? 0) + 1;
  const writeId = newId();
  const changes = differences(vault, view, request.submission, wantedAgain(view, needs));
  const right = await checkCodes(ports, {
    view,
    needs,
    codes: request.codes,
    right: request.rightCodes,
    replaced: new Set(changes.filter(({ before }) => before?.differs !== false).map(({ name }) => name)),
  });
  if (right === null) return { kind: "overtaken" };
  const superseded = supersededBy(policy, view, changes);
  const given = givenAfter(view, { version, changes, verified: right.map(({ name }) => name) });
  const { reviews, codes } = consequences(policy, view, needs, { given, superseded });
  const begun = reviews.map((review) =>
    beginReview(ports.outbox, { ...review, customerId: id, version, writeId, cases: view?.cases ?? [] })
  );
  const sent = await codesToSend(ports, { view, id, version, writeId, changes }, codes);
  const isNothing = [changes, right, begun, sent].every(({ length }) => length === 0);
  if (view !== null && view.customer.version > 0 && isNothing) {
    return { kind: "stored", id, effects: [], begun: false };
  }
  const country = request.submission.get("address_country_code");
  const statements = [
    ...customerStatements(request, { id, version, writeId }),
    ...await valueStatements(ports, request, { id, version, changes }),
    ...supersede(superseded, writeId),
    ...right.flatMap((verification) => verified(verification, { version, writeId })),
    ...changes.flatMap((change) =>
      isCarriedOver(view, change) && change.before !== null
        ? [carriedOver(id, change.name, { from: change.before.version, to: version })]
        : []
    ),
    ...[...begun, ...sent].flatMap((beginning) => beginning.statements),
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
  const effects = [...begun, ...sent].map(({ effectId }) => effectId);
  return { kind: "stored", id, effects, begun: begun.length > 0 };
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
    let fileId: string | null = null;
    if (typeof value !== "string") {
      if ("fileId" in value) {
        fileId = value.fileId;
      } else {
        fileId = storedFiles.get(name) ?? await files.store(id, value);
        storedFiles.set(name, fileId);
      }
    }
    const replaced = before === null || before.fileId === fileId ? null : before.fileId;
    if (fileId !== null && fileId !== before?.fileId) statements.push(...files.bind(fileId, id));
    const plain = typeof value === "string" ? value : JSON.stringify(factsOf(value));
    statements.push({
      sql: `insert into customer_values (customer_id, name, value, file_id, given_version, given_ms)
        values (:id, :name, :value, :file, :version, ${NOW_MS})
        on conflict (customer_id, name) do update set value = excluded.value, file_id = excluded.file_id,
          given_version = excluded.given_version, given_ms = excluded.given_ms`,
      args: { id, name, value: vault.seal(sealedValue.place(id, name), plain), file: fileId, version },
    });
    if (replaced !== null) statements.push(files.erase(replaced));
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
