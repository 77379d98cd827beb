/**
 * How news of a review reaches us: by webhook, by asking again, by a sweep of what changed. None of them is believed;
 * each only makes us ask the provider.
 * @module
 */
import { NOW_MS } from "../records/clock.ts";
import { RecordsUnavailable, type Row, type Statement } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import type { WebhookRequest } from "../../plugins/webhook.ts";
import type { CaseRecord } from "./kyc-case.ts";
import { moduleOf } from "./need.ts";
import { askProvider, findCase, isOver, recordAnswer } from "./read-case.ts";
import type { ReviewFailure, ReviewPorts } from "./read-case.ts";
import { markRead, markUnread, unreadIsDue } from "./unread-cases.ts";

/** What became of a webhook; only a failure is worth reading the webhook again. */
export type NewsEnd =
  | { readonly kind: "done"; readonly cases: number }
  | { readonly kind: "refused"; readonly verdict: "bad_signature" | "stale" | "malformed" | "ignored" }
  | ReviewFailure;

/** States that may still change by themselves. `new` has its effect, which asks. */
const WORKED_ON = ["processing"];
const WAITING = ["collecting", "retry"];
const OPEN = [...WORKED_ON, ...WAITING];
/** Others changed the review again and again while it was read. */
const OVERTAKEN = "kyc.overtaken";
/** A fault of ours, which is told to whoever runs the job. */
const FAULT = "kyc.fault";
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
  let failed: ReviewFailure | null = null;
  for (const { ref, caseKey } of reading.events) {
    const id = await findByNews(review, instance, ref ?? null, caseKey ?? null);
    if (id === null) continue; // erased since, or not ours
    failed = await refreshCase(review, id) ?? failed;
    cases++;
  }
  return failed ?? { kind: "done", cases };
}

/**
 * Asks again about a review; null when what the provider says is recorded. What cannot be read is marked, so that
 * {@link pollCases} asks once more, whatever state the review is in.
 */
export async function refreshCase(review: ReviewPorts, caseId: string): Promise<ReviewFailure | null> {
  for (let round = 0; round < 4; round++) {
    const kyc = await findCase(review, caseId);
    if (kyc === null) return null;
    const ended = isOver(kyc) || kyc.ref === null ? null : await readAnew(review, kyc, kyc.ref);
    if (ended === "overtaken") continue;
    if (ended !== null) await markUnread(review.db, caseId, ended.error);
    else if (kyc.unreadMark !== null) await markRead(review.db, caseId, kyc.unreadMark);
    return ended;
  }
  await markUnread(review.db, caseId, OVERTAKEN);
  return { kind: "failed", error: OVERTAKEN };
}

async function readAnew(
  review: ReviewPorts,
  kyc: CaseRecord,
  ref: string,
): Promise<ReviewFailure | "overtaken" | null> {
  const asked = await askProvider(review, kyc, ref);
  if (asked.kind === "failed") return asked;
  const recorded = await recordAnswer(review, kyc, asked.answer, "news");
  if (recorded.kind === "failed") return recorded;
  return recorded.kind === "overtaken" ? "overtaken" : null;
}

/** {@link refreshCase}, where others are to be asked about whatever goes wrong with this one. */
async function refreshOne(
  review: ReviewPorts,
  caseId: string,
): Promise<{ readonly error: string; readonly fault?: unknown } | null> {
  try {
    return await refreshCase(review, caseId);
  } catch (fault) {
    if (fault instanceof RecordsUnavailable) throw fault;
    await markUnread(review.db, caseId, FAULT);
    return { error: FAULT, fault };
  }
}

/** What asking about several reviews came to. */
export interface Asked {
  readonly asked: number;
  /** By code; each is asked about again. */
  readonly failures: readonly { readonly caseId: string; readonly error: string }[];
  /** Of these, what nobody expected. */
  readonly faults: readonly unknown[];
}

async function askAbout(review: ReviewPorts, caseIds: readonly string[]): Promise<Asked> {
  const failures: { caseId: string; error: string }[] = [];
  const faults: unknown[] = [];
  for (const caseId of caseIds) {
    const failure = await refreshOne(review, caseId);
    if (failure === null) continue;
    failures.push({ caseId, error: failure.error });
    if (failure.fault !== undefined) faults.push(failure.fault);
  }
  return { asked: caseIds.length, failures, faults };
}

/**
 * The job that asks again about reviews without news, each after the seconds that its provider declares, and about those
 * whose news could not be read.
 */
export async function pollCases(review: ReviewPorts, { limit }: { limit: number }): Promise<Asked> {
  const ends: Asked[] = [];
  let left = limit;
  for (const [instance, { module }] of Object.entries(review.policy.kyc)) {
    const due = await takeDue(review, instance, module.declares.news.pollEverySeconds, left);
    left -= due.length;
    ends.push(await askAbout(review, due));
  }
  return {
    asked: limit - left,
    failures: ends.flatMap(({ failures }) => failures),
    faults: ends.flatMap(({ faults }) => faults),
  };
}

const listed = (states: readonly string[]) => states.map((state) => `'${state}'`).join(", ");
const cases = rowsOfTable("kyc_cases");

/** Marks reviews as asked before asking, so that another process takes others. */
async function takeDue(
  { db }: ReviewPorts,
  instance: string,
  everySeconds: number,
  limit: number,
): Promise<string[]> {
  if (limit <= 0) return [];
  const asked = "coalesce(asked_ms, changed_ms)";
  const dueIn = (states: readonly string[], patience: number) =>
    `select id, ${asked} as at_ms from kyc_cases indexed by kyc_cases_to_ask
      where instance = :instance and ref is not null and state in (${listed(OPEN)})
        and state in (${listed(states)}) and ${asked} <= ${NOW_MS} - ${patience} * :every`;
  const dueUnread = `select id, ${asked} as at_ms from kyc_cases indexed by kyc_cases_unread
    where instance = :instance and state not in (${listed(OPEN)}) and ${unreadIsDue(asked)}`;
  const due = `${dueIn(WORKED_ON, 1)} union all ${dueIn(WAITING, PATIENCE)} union all ${dueUnread}`;
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
    sql: `select id from kyc_cases where ${those} and asked_by = :mark`,
    args: taking,
  };
  const result = await db.write([{
    sql: `update kyc_cases set asked_ms = ${NOW_MS}, asked_by = :mark
      where ${those} and id in (select id from (${due})) returning id`,
    args: { ...waits, ...taking },
  }], { committed: taken });
  const rows: readonly Row[] = result.kind === "written" ? result.rows[0] ?? await db.query(taken) : [];
  return rows.map((row) => cases.text(row, "id"));
}

/** What a sweep came to; `failed` when the provider did not tell what changed. */
export type Sweep =
  | Asked & { readonly kind: "done"; readonly next: string | null; readonly more: boolean }
  | ReviewFailure;

/**
 * The job that asks a provider which reviews changed, for webhooks that were lost. An acceptance that was withdrawn shows
 * only here, since accepted reviews are not asked about one by one. The sweep goes on past what cannot be read, which
 * {@link pollCases} asks about again: one review must not hide what changed after it.
 * @param cursor where the last sweep ended, or null
 */
export async function sweepCases(
  review: ReviewPorts,
  instance: string,
  cursor: string | null,
): Promise<Sweep> {
  const provider = moduleOf(review.policy, instance);
  if (provider.listChanged === undefined) {
    return { kind: "done", next: cursor, more: false, asked: 0, failures: [], faults: [] };
  }
  const page = await provider.listChanged(cursor, review.ports(instance)).catch(() => null);
  if (page === null) return { kind: "failed", error: "kyc.unknown_outcome" };
  if (!page.ok) return { kind: "failed", error: `kyc.${page.error.kind}` };
  const known: string[] = [];
  for (const ref of page.value.refs) {
    const id = await findByNews(review, instance, ref, null);
    if (id !== null) known.push(id);
  }
  const { next, more } = page.value;
  return { kind: "done", next, more, ...await askAbout(review, known) };
}

/** A review's id by the provider's reference or our key; news of one instance never touches another's. */
async function findByNews(
  { db }: ReviewPorts,
  instance: string,
  ref: string | null,
  caseKey: string | null,
): Promise<string | null> {
  const [row] = await db.query({
    sql: `select id from kyc_cases where instance = :instance and ref = :ref
      union all select id from kyc_cases where instance = :instance and id = :key limit 1`,
    args: { instance, ref, key: caseKey },
  });
  return row === undefined ? null : cases.text(row, "id");
}
