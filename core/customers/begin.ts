/**
 * Begins a review: the rows and the effect, as statements for the batch that found everything given.
 * @module
 */
import type { Statement } from "../records/database.ts";
import { NOW_MS } from "../records/clock.ts";
import { expectChanged } from "../records/expect-changed.ts";
import type { Outbox } from "../records/outbox.ts";
import type { CaseRecord } from "./kyc-case.ts";
import type { Need } from "./need.ts";
import type { Standing } from "./standing.ts";

/** Kind of the effect that hands a review in; its performer is `review.ts`. */
export const REVIEW_EFFECT = "kyc_review";

/** A review that is to be begun. */
export interface Beginning {
  readonly statements: readonly Statement[];
  /** Key of the effect. */
  readonly effectId: string;
  readonly caseId: string;
  /** The review as the batch leaves it. */
  readonly kyc: CaseRecord;
}

/**
 * Hands the values of a customer's version in: again to a review that waits for them, else as a new attempt. Two
 * processes that do so at once end in one: the second batch is stale, or a duplicate.
 * @param version the customer's version whose values are handed in
 * @param writeId that of the batch
 */
export function beginReview(
  outbox: Outbox,
  request: {
    readonly customerId: string;
    readonly version: number;
    readonly writeId: string;
    readonly need: Need;
    readonly standing: Standing;
    readonly cases: readonly CaseRecord[];
  },
): Beginning {
  const { customerId, version, writeId, need, standing: { current } } = request;
  const waiting = current !== null && (current.state === "collecting" || current.state === "retry");
  if (waiting) {
    return {
      statements: [
        {
          sql:
            `update kyc_cases set state = 'new', values_version = :values, version = version + 1, write_id = :write,
              changed_ms = ${NOW_MS} where id = :id and version = :version`,
          args: { id: current.id, version: current.version, values: version, write: writeId },
        },
        expectChanged,
        effect(outbox, current.id, version),
      ],
      effectId: effectId(current.id, version),
      caseId: current.id,
      kyc: { ...current, state: "new", valuesVersion: version, version: current.version + 1 },
    };
  }
  const attempt =
    Math.max(0, ...request.cases.filter(({ type }) => type === need.type).map((kyc) => kyc.attempt)) + 1;
  const id = `${customerId}:${need.type}:${attempt}`;
  return {
    statements: [
      {
        sql:
          `insert into kyc_cases (id, customer_id, type, attempt, level, instance, state, revision, values_version,
            version, write_id, changed_ms)
          values (:id, :customer, :type, :attempt, :level, :instance, 'new', -1, :values, 1, :write, ${NOW_MS})`,
        args: {
          id,
          customer: customerId,
          type: need.type,
          attempt,
          level: need.level,
          instance: need.instance,
          values: version,
          write: writeId,
        },
      },
      effect(outbox, id, version),
    ],
    effectId: effectId(id, version),
    caseId: id,
    kyc: {
      id,
      customerId,
      type: need.type,
      attempt,
      level: need.level,
      instance: need.instance,
      ref: null,
      state: "new",
      revision: -1,
      valuesVersion: version,
      validUntilMs: null,
      answer: null,
      version: 1,
      unreadMark: null,
    },
  };
}

/** Reviews with some of them changed or new. */
export function withCases(
  cases: readonly CaseRecord[],
  changed: readonly CaseRecord[],
): readonly CaseRecord[] {
  const ids = new Set(changed.map(({ id }) => id));
  return [...cases.filter(({ id }) => !ids.has(id)), ...changed];
}

/** Marks reviews as overtaken by other values; the batch is stale when one of them has moved since it was read. */
export function supersede(cases: readonly CaseRecord[], writeId: string): Statement[] {
  return cases.flatMap(({ id, version }) => [
    {
      sql:
        `update kyc_cases set state = 'superseded', version = version + 1, write_id = ?, changed_ms = ${NOW_MS}
        where id = ? and version = ?`,
      args: [writeId, id, version],
    },
    expectChanged,
  ]);
}

function effectId(caseId: string, version: number): string {
  return `${REVIEW_EFFECT}:${caseId}:${version}`;
}

function effect(outbox: Outbox, caseId: string, version: number): Statement {
  return outbox.insert({
    id: effectId(caseId, version),
    kind: REVIEW_EFFECT,
    subject: caseId,
    delivery: "at_least_once",
    body: undefined,
  });
}
