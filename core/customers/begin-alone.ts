/**
 * Begins a review in a batch of its own: nothing is given with it, all that it needs was known before.
 * @module
 */
import { expect } from "../records/expect-changed.ts";
import type { Outbox } from "../records/outbox.ts";
import { newId } from "../transfers/id.ts";
import { beginReview, withCases } from "./begin.ts";
import type { CustomerView } from "./customer.ts";
import type { Need } from "./need.ts";
import type { ReviewPorts } from "./read-case.ts";
import type { Standing } from "./standing.ts";

/**
 * Begins it.
 * @returns the key of its effect; none where somebody else has begun it and their effect is under way, or the customer has
 * changed, and then whoever asks next begins
 */
export async function beginAlone(
  { db, outbox, callbackStatements }: Pick<ReviewPorts, "db" | "callbackStatements"> & {
    readonly outbox: Outbox;
  },
  view: CustomerView,
  need: Need,
  standing: Standing,
): Promise<readonly string[]> {
  const { id, version } = view.customer;
  const writeId = newId();
  const beginning = beginReview(outbox, {
    customerId: id,
    version,
    writeId,
    need,
    standing,
    cases: view.cases,
  });
  // Values that came since would be handed in under a version that does not have them.
  const unchanged = expect("(select version from customers where id = ?) = ?", [id, version]);
  const telling = await callbackStatements(view, { cases: withCases(view.cases, [beginning.kyc]) });
  const result = await db.write([unchanged, ...beginning.statements, ...telling], {
    committed: { sql: "select 1 from outbox where id = ?", args: [beginning.effectId] },
  });
  return result.kind === "written" ? [beginning.effectId] : [];
}
