/**
 * Performs the effect that hands a review in: open, values, documents, start, read. What is not complete is started by the
 * provider's own page instead, where it has one. Every step can be done again by the case's key, so two processes at it end
 * in one review, and one that died in the middle is taken up by the next.
 * @module
 */
import type { KycDocument } from "../../plugins/kyc-provider.ts";
import type { Outcome, ProviderError } from "../../plugins/outcome.ts";
import { canonicalName } from "../../plugins/sep9/mod.ts";
import { repeatable } from "../records/database.ts";
import { findCustomer, openValue } from "./customer.ts";
import type { CustomerView } from "./customer.ts";
import { eraseAnew } from "./erase-at-provider.ts";
import { fileFacts } from "./files.ts";
import type { Files } from "./files.ts";
import type { CaseRecord } from "./kyc-case.ts";
import { handedIn, moduleOf } from "./need.ts";
import { askProvider, failureOf, findCase, recordAnswer } from "./read-case.ts";
import type { ReviewFailure, ReviewPorts } from "./read-case.ts";
import { isProven } from "./to-verify.ts";

/** How the effect ended; a failure leaves the review where it was, and the effect is tried again. */
export type ReviewEnd = { readonly kind: "done" } | ReviewFailure;

/** What the performer needs. */
export interface PerformReviewPorts extends ReviewPorts {
  readonly files: Pick<Files, "read">;
}

/** How often a review that changed under our hands is handed in anew before the effect is tried later. */
const ROUNDS = 4;

/**
 * Hands a review in and records what the provider says at once.
 * @param caseId the effect's subject
 */
export async function performReview(review: PerformReviewPorts, caseId: string): Promise<ReviewEnd> {
  for (let round = 0; round < ROUNDS; round++) {
    const kyc = await findCase(review, caseId);
    if (kyc === null || ["accepted", "rejected", "expired", "superseded"].includes(kyc.state)) {
      return { kind: "done" };
    }
    const view = await findCustomer(review, { id: kyc.customerId });
    if (view === null) return { kind: "done" };
    const handed = await guarded(() => handIn(review, kyc, view));
    if (await isErased(review, kyc)) return { kind: "done" };
    if (handed.kind === "failed") return handed;
    if (handed.kind === "refused") {
      const ended = await recordRefusal(review, kyc, handed.error);
      if (ended.kind !== "overtaken") return ended;
      continue;
    }
    const asked = await askProvider(review, kyc, handed.ref);
    if (asked.kind === "failed") return asked;
    // A webhook may have moved the row meanwhile; other values, handed in since, need another round.
    const fresh = await findCase(review, caseId);
    if (fresh === null || fresh.valuesVersion !== kyc.valuesVersion) continue;
    const recorded = await recordAnswer(review, fresh, asked.answer, "hand_in");
    if (recorded.kind === "recorded") return { kind: "done" };
    if (recorded.kind === "failed") return recorded;
  }
  return { kind: "failed", error: "kyc.overtaken" };
}

type HandedIn =
  | { readonly kind: "handed"; readonly ref: string }
  | { readonly kind: "refused"; readonly error: ProviderError }
  | ReviewFailure;

async function handIn(review: PerformReviewPorts, kyc: CaseRecord, view: CustomerView): Promise<HandedIn> {
  const provider = moduleOf(review.policy, kyc.instance);
  const ports = review.ports(kyc.instance);
  const { takes } = provider.declares;
  const wanted = new Set([...handedIn(review.policy, kyc.instance, kyc.level), ...kyc.answer?.missing ?? []]);
  const { language } = view.customer;
  // What came after the version that is handed in waits for a review of its own.
  const fields = takes.fields ? textsOf(review, view, wanted, kyc.valuesVersion) : {};

  let ref = kyc.ref;
  if (ref === null) {
    const opened = await provider.openCase({
      caseKey: kyc.id,
      level: kyc.level,
      fields,
      ...(language === null ? {} : { language }),
    }, ports);
    if (!opened.ok) return refusedOr(opened.error);
    ref = opened.value.ref;
    await keepRef(review, kyc, ref);
  }
  const steps: (() => Promise<Outcome<unknown>>)[] = [];
  const opened = ref;
  if (takes.fields) steps.push(() => provider.submitFields(opened, fields, ports));
  if (takes.documents && provider.submitDocument !== undefined) {
    for (const [name, value] of view.values) {
      if (value.fileId === null || !wanted.has(name) || value.version > kyc.valuesVersion) continue;
      steps.push(async () =>
        await provider.submitDocument?.(opened, await documentOf(review, view, name), ports) ??
          { ok: true, value: null }
      );
    }
  }
  for (const step of steps) {
    const outcome = await step();
    if (!outcome.ok) return refusedOr(outcome.error);
  }
  const isLeft = await isLeftToPage(review, kyc, opened);
  if (isLeft === true) return { kind: "handed", ref };
  if (isLeft !== false) return isLeft;
  const started = await provider.startReview(opened, ports);
  return started.ok ? { kind: "handed", ref } : refusedOr(started.error);
}

/** Whether something is still to be given on the provider's own page, which begins the review then. */
async function isLeftToPage(
  review: PerformReviewPorts,
  kyc: CaseRecord,
  ref: string,
): Promise<boolean | ReviewFailure> {
  const { takes } = moduleOf(review.policy, kyc.instance).declares;
  if (!takes.hosted) return false;
  if (!takes.fields) return true;
  const asked = await askProvider(review, kyc, ref);
  if (asked.kind === "failed") return asked;
  const { state, missing } = asked.answer;
  return (state === "collecting" || state === "retry") && missing.length > 0;
}

/** Values that are refused can be mended by the customer; every other error is nobody's fault and tried again. */
function refusedOr(error: ProviderError): HandedIn {
  const names = Object.keys(error.fields ?? {});
  if (error.kind !== "invalid_input" || names.length === 0) return failureOf(error);
  return names.every((name) => canonicalName(name) !== null)
    ? { kind: "refused", error }
    : { kind: "failed", error: "kyc.unknown_value" };
}

/** A module throws only for what nobody expected, and that may have happened (DESIGN §4.4). */
async function guarded(work: () => Promise<HandedIn>): Promise<HandedIn> {
  try {
    return await work();
  } catch {
    return { kind: "failed", error: "kyc.unknown_outcome" };
  }
}

/** Refused at the door: the customer may give those values again. The provider's revision is not known and stays. */
async function recordRefusal(
  review: PerformReviewPorts,
  kyc: CaseRecord,
  error: ProviderError,
): Promise<ReviewEnd | { kind: "overtaken" }> {
  const fresh = await findCase(review, kyc.id);
  if (fresh === null || fresh.valuesVersion !== kyc.valuesVersion) return { kind: "overtaken" };
  const fields = Object.fromEntries(
    Object.entries(error.fields ?? {}).map((
      [name, reason],
    ) => [canonicalName(name) ?? name, { status: "rejected" as const, reason }]),
  );
  const recorded = await recordAnswer(review, fresh, {
    state: "retry",
    revision: Math.max(fresh.revision, 0),
    missing: [],
    fields,
    reasons: [{ code: "invalid_format" }],
  }, "hand_in");
  return recorded.kind === "recorded" ? { kind: "done" } : recorded;
}

function textsOf(
  { vault }: PerformReviewPorts,
  view: CustomerView,
  wanted: ReadonlySet<string>,
  upTo: number,
): Record<string, string> {
  return Object.fromEntries(
    [...view.values]
      .filter(([name, value]) =>
        value.fileId === null && value.version <= upTo && wanted.has(name) && isProven(value)
      )
      .map(([name, value]) => [name, openValue(vault, view.customer.id, name, value)]),
  );
}

async function documentOf(
  review: PerformReviewPorts,
  view: CustomerView,
  name: string,
): Promise<KycDocument> {
  const value = view.values.get(name);
  if (value === undefined || value.fileId === null) {
    throw new Error(`Cannot hand in ${name}: there is no file`);
  }
  const facts = fileFacts.parse(JSON.parse(openValue(review.vault, view.customer.id, name, value)));
  return {
    field: name,
    bytes: await review.files.read(value.fileId),
    mediaType: facts.mediaType,
    sha256: facts.sha256,
  };
}

/**
 * The same key gives the same reference, so whoever is first may write it. What was opened for a customer who has been
 * erased meanwhile is erased with the others.
 */
async function keepRef({ db }: PerformReviewPorts, { id }: CaseRecord, ref: string): Promise<void> {
  await db.write([
    { sql: "update kyc_cases set ref = ? where id = ? and ref is null", args: [ref, id] },
    eraseAnew(id),
  ], repeatable);
}

/** Whether the customer was erased while values were handed in; the provider is then told (again) to erase them. */
async function isErased({ db }: PerformReviewPorts, { id, customerId }: CaseRecord): Promise<boolean> {
  const [erased] = await db.query({
    sql: "select 1 from customers where id = ? and erased_ms is not null",
    args: [customerId],
  });
  if (erased === undefined) return false;
  await db.write([eraseAnew(id)], repeatable);
  return true;
}
