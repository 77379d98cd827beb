/**
 * Erases what a provider holds of an erased customer: one effect for each review, at least once.
 * @module
 */
import type { Statement } from "../records/database.ts";
import { databaseNow, NOW_MS } from "../records/clock.ts";
import { repeatable } from "../records/database.ts";
import { newId } from "../transfers/id.ts";
import { REVIEW_EFFECT } from "./begin.ts";
import type { CaseRecord } from "./kyc-case.ts";
import { failureOf, findCase } from "./read-case.ts";
import type { ReviewFailure, ReviewPorts } from "./read-case.ts";

/** Kind of the effect; its subject is the review. */
export const ERASE_EFFECT = "kyc_erase";

/** How the effect ended; `again` has nothing wrong with it. */
export type EraseEnd =
  | { readonly kind: "done" }
  | { readonly kind: "again"; readonly afterMs: number }
  | ReviewFailure;

/** How long whoever hands a review in may be at it before it counts as dead. */
const HAND_IN_MS = 120_000;

/** The effect's key. */
export function eraseEffectId(caseId: string): string {
  return `${ERASE_EFFECT}:${caseId}`;
}

/**
 * Performs the effect.
 * @param caseId its subject
 * @param createdMs when it was decided, by the database's clock
 */
export async function eraseAtProvider(
  review: ReviewPorts,
  caseId: string,
  createdMs: number,
): Promise<EraseEnd> {
  const kyc = await findCase(review, caseId);
  const module = kyc === null ? undefined : review.policy.kyc[kyc.instance]?.module;
  if (kyc === null || module?.erase === undefined) return { kind: "done" };
  const found = kyc.ref === null
    ? await searched(review, kyc, createdMs)
    : { kind: "found", ref: kyc.ref } as const;
  if (found.kind !== "found") return found;
  // A module throws only for what nobody expected.
  const outcome = await module.erase(found.ref, review.ports(kyc.instance)).catch(() => null);
  if (outcome === null) return { kind: "failed", error: "kyc.unknown_outcome" };
  if (!outcome.ok) return failureOf(outcome.error);
  const { erased, keptUntil } = outcome.value;
  if (!erased) {
    // The law may have the provider keep it for a time: asked again when that is over.
    if (keptUntil === undefined) return { kind: "failed", error: "kyc.not_erased" };
    const waitMs = keptUntil * 1000 - await databaseNow(review.db);
    return { kind: "again", afterMs: Math.max(waitMs, HAND_IN_MS) };
  }
  await review.db.write(
    [{ sql: "update kyc_cases set ref = null where id = ?", args: [caseId] }],
    repeatable,
  );
  return { kind: "done" };
}

/**
 * The reference of a review whose performer may have died between opening it at the provider and writing that down. Opening
 * is idempotent and the one call by which the contract tells a reference; it is opened without any value.
 */
async function searched(
  review: ReviewPorts,
  kyc: CaseRecord,
  createdMs: number,
): Promise<{ readonly kind: "found"; readonly ref: string } | EraseEnd> {
  const [begun] = await review.db.query({
    sql: "select 1 from outbox where subject = ? and kind = ? and tries > 0 limit 1",
    args: [kyc.id, REVIEW_EFFECT],
  });
  if (begun === undefined) return { kind: "done" };
  // Whoever is at it writes the reference as soon as there is one.
  if (await databaseNow(review.db) < createdMs + HAND_IN_MS) return { kind: "again", afterMs: HAND_IN_MS };
  const module = review.policy.kyc[kyc.instance]?.module;
  const opened = await module?.openCase(
    { caseKey: kyc.id, level: kyc.level, fields: {} },
    review.ports(kyc.instance),
  ).catch(() => null);
  if (!opened) return { kind: "failed", error: "kyc.unknown_outcome" };
  if (opened.ok) return { kind: "found", ref: opened.value.ref };
  // An open case would have been answered; nothing is there when none can be opened without values.
  return opened.error.kind === "invalid_input" ? { kind: "done" } : failureOf(opened.error);
}

/**
 * For whoever finds out, after something was handed in, that the customer has been erased meanwhile: another effect of the
 * same review. The first may be under way at this moment, having erased what was there before, and its end would count for
 * both. Changes nothing for a review of anybody else.
 */
export function eraseAnew(caseId: string): Statement {
  const first = eraseEffectId(caseId);
  return {
    sql: `insert or ignore into outbox (id, kind, subject, delivery, lane, state, due_ms, created_ms)
      select :id, kind, subject, delivery, lane, 'due', ${NOW_MS}, ${NOW_MS} from outbox where id = :first`,
    args: { id: `${first}:${newId()}`, first },
  };
}
