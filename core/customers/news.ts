/**
 * How news of a review reaches us: by webhook, by asking again, by a sweep of what changed. None of them is believed;
 * each only makes us ask the provider.
 * @module
 */
import { NOW_MS } from "../records/clock.ts";
import type { Row, Statement } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import type { WebhookRequest } from "../../plugins/webhook.ts";
import { CASE_COLUMNS, caseOf } from "./kyc-case.ts";
import type { CaseRecord } from "./kyc-case.ts";
import { moduleOf } from "./need.ts";
import { askProvider, findCase, recordAnswer } from "./read-case.ts";
import type { ReviewFailure, ReviewPorts } from "./read-case.ts";

/** What became of a webhook; only a failure is worth reading the webhook again. */
export type NewsEnd =
  | { readonly kind: "done"; readonly cases: number }
  | { readonly kind: "refused"; readonly verdict: "bad_signature" | "stale" | "malformed" | "ignored" }
  | ReviewFailure;

/** States that may still change by themselves. `new` has its effect, which asks. */
const WORKED_ON = ["processing"];
const WAITING = ["collecting", "retry"];
const OPEN = [...WORKED_ON, ...WAITING];
/** A review that waits for the customer is asked about this many times more rarely than one that is worked on. */
const PATIENCE = 10;

/** Reads a raw webhook out of the inbox: the module verifies and names cases, the provider is asked about each. */
export async function readKycWebhook(
  review: ReviewPorts,
  instance: string,
  request: WebhookRequest,
): Promise<NewsEnd> {
  const provider = moduleOf(review.policy, instance);
  if (provider.readWebhook === undefined) return { kind: "refused", verdict: "ignored" };
  const reading = await provider.readWebhook(request, review.ports(instance)).catch(() => null);
  if (reading === null) return { kind: "failed", error: "kyc.webhook_unreadable" };
  if (reading.verdict !== "accepted") return { kind: "refused", verdict: reading.verdict };
  let cases = 0;
  for (const { ref, caseKey } of reading.events) {
    const kyc = await findByNews(review, instance, ref ?? null, caseKey ?? null);
    if (kyc === null) continue; // erased since, or not ours
    const asked = await refreshCase(review, kyc);
    if (asked !== null) return asked;
    cases++;
  }
  return { kind: "done", cases };
}

/** Asks again about a review; null when what the provider says is recorded. */
export async function refreshCase(review: ReviewPorts, kyc: CaseRecord): Promise<ReviewFailure | null> {
  if (kyc.ref === null) return null;
  for (let round = 0; round < 4; round++) {
    const fresh = await findCase(review, kyc.id);
    if (fresh === null) return null;
    const asked = await askProvider(review, fresh, kyc.ref);
    if (asked.kind === "failed") return asked;
    const recorded = await recordAnswer(review, fresh, asked.answer, "news");
    if (recorded.kind === "failed") return recorded;
    if (recorded.kind === "recorded") return null;
  }
  return { kind: "failed", error: "kyc.overtaken" };
}

/**
 * The job that asks again about reviews without news, each after the seconds that its provider declares.
 * @returns how many were asked about, and the codes of failures
 */
export async function pollCases(
  review: ReviewPorts,
  { limit }: { limit: number },
): Promise<{ asked: number; failures: readonly { readonly caseId: string; readonly error: string }[] }> {
  const failures: { caseId: string; error: string }[] = [];
  let asked = 0;
  for (const [instance, { module }] of Object.entries(review.policy.kyc)) {
    for (const kyc of await takeDue(review, instance, module.declares.news.pollEverySeconds, limit - asked)) {
      asked++;
      const failure = await refreshCase(review, kyc);
      if (failure !== null) failures.push({ caseId: kyc.id, error: failure.error });
    }
  }
  return { asked, failures };
}

const listed = (states: readonly string[]) => states.map((state) => `'${state}'`).join(", ");
const cases = rowsOfTable("kyc_cases");

/** Marks reviews as asked before asking, so that another process takes others. */
async function takeDue(
  { db, vault }: ReviewPorts,
  instance: string,
  everySeconds: number,
  limit: number,
): Promise<CaseRecord[]> {
  if (limit <= 0) return [];
  const asked = "coalesce(asked_ms, changed_ms)";
  const dueIn = (states: readonly string[], patience: number) =>
    `select id, ${asked} as at_ms from kyc_cases indexed by kyc_cases_to_ask
      where instance = :instance and ref is not null and state in (${listed(OPEN)})
        and state in (${listed(states)}) and ${asked} <= ${NOW_MS} - ${patience} * :every`;
  const due = `${dueIn(WORKED_ON, 1)} union all ${dueIn(WAITING, PATIENCE)}`;
  const waits = { instance, every: everySeconds * 1000 };
  // Nearly always there is nothing, and a look takes no lock.
  const found = await db.query({
    sql: `select id from (${due}) order by at_ms limit :limit`,
    args: { ...waits, limit },
  });
  if (found.length === 0) return [];
  // After a lost answer this call finds by its mark what it has taken.
  const taking = {
    ids: JSON.stringify(found.map((row) => cases.text(row, "id"))),
    mark: crypto.randomUUID(),
  };
  const those = "id in (select value from json_each(:ids))";
  const taken: Statement = {
    sql: `select ${CASE_COLUMNS} from kyc_cases where ${those} and asked_by = :mark`,
    args: taking,
  };
  const result = await db.write([{
    sql: `update kyc_cases set asked_ms = ${NOW_MS}, asked_by = :mark
      where ${those} and id in (select id from (${due})) returning ${CASE_COLUMNS}`,
    args: { ...waits, ...taking },
  }], { committed: taken });
  const rows: readonly Row[] = result.kind === "written" ? result.rows[0] ?? await db.query(taken) : [];
  return rows.map((row) => caseOf(vault, row));
}

/**
 * The job that asks a provider which reviews changed, for webhooks that were lost. An acceptance that was withdrawn shows
 * only here, since accepted reviews are not asked about one by one.
 * @param cursor where the last sweep ended, or null
 */
export async function sweepCases(
  review: ReviewPorts,
  instance: string,
  cursor: string | null,
): Promise<{ readonly kind: "done"; readonly next: string | null; readonly more: boolean } | ReviewFailure> {
  const provider = moduleOf(review.policy, instance);
  if (provider.listChanged === undefined) return { kind: "done", next: cursor, more: false };
  const page = await provider.listChanged(cursor, review.ports(instance)).catch(() => null);
  if (page === null) return { kind: "failed", error: "kyc.unknown_outcome" };
  if (!page.ok) return { kind: "failed", error: `kyc.${page.error.kind}` };
  let failed: ReviewFailure | null = null;
  for (const ref of page.value.refs) {
    const kyc = await findByNews(review, instance, ref, null);
    // The whole page is asked for again after a failure; what else it tells is heard now.
    failed = (kyc && await refreshCase(review, kyc)) ?? failed;
  }
  return failed ?? { kind: "done", next: page.value.next, more: page.value.more };
}

/** A review by the provider's reference or our key; news of one instance never touches another's. */
async function findByNews(
  { db, vault }: ReviewPorts,
  instance: string,
  ref: string | null,
  caseKey: string | null,
): Promise<CaseRecord | null> {
  const [row] = await db.query({
    sql: `select ${CASE_COLUMNS} from kyc_cases where instance = :instance and ref = :ref
      union all select ${CASE_COLUMNS} from kyc_cases where instance = :instance and id = :key limit 1`,
    args: { instance, ref, key: caseKey },
  });
  if (row === undefined) return null;
  return caseOf(vault, row);
}
