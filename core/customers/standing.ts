/**
 * How a customer stands for one purpose: a pure function of what is asked, what was given, and the reviews.
 *
 * This is the one place where a review's state becomes a status of SEP-12.
 * @module
 */
import type { ReasonCode } from "../../plugins/outcome.ts";
import type { CaseRecord, CaseState } from "./kyc-case.ts";
import type { Need, ProviderPage } from "./need.ts";
import { codesOf, isUnsent } from "./to-verify.ts";
import type { Verifiable } from "./verifications.ts";

/** Customer statuses of SEP-12. */
export type CustomerStatus = "ACCEPTED" | "PROCESSING" | "NEEDS_INFO" | "REJECTED";

/** Field statuses of SEP-12. */
export type FieldStatus = "ACCEPTED" | "PROCESSING" | "REJECTED" | "VERIFICATION_REQUIRED";

/** A value that was given. */
export interface Given extends Verifiable {
  readonly givenMs: number;
}

/** How a customer stands. */
export interface Standing {
  readonly status: CustomerStatus;
  /** Required names that are not there, or have to be given again. */
  readonly missing: readonly string[];
  /** Optional names that are not there. */
  readonly optional: readonly string[];
  /** Names that wait for the code which was sent to their values (R-12-51, R-12-69). */
  readonly toVerify: readonly string[];
  /** Of these, those to which no code was sent yet. */
  readonly unsent: readonly string[];
  /** Whether one of {@link toVerify} holds the status up. */
  readonly waits: boolean;
  /** Names that were given; `status` is left out where nobody has looked at the value (R-12-50). */
  readonly provided: Readonly<
    Record<string, { readonly status?: FieldStatus; readonly reason?: ReasonCode }>
  >;
  /** Why, in a rejection or a refusal that may be mended; safe to show. */
  readonly reason: ReasonCode | null;
  /** True when all is given and a review has to be begun for the status to move. */
  readonly begin: boolean;
  /**
   * The instance whose own page is open to the customer, to give there what the review wants; null where there is none, or
   * nothing to be given.
   */
  readonly page: string | null;
  /** The review that the status rests on. */
  readonly current: CaseRecord | null;
}

/** A review's state → the customer's status, where nothing is missing. */
const STATUS: Readonly<Record<CaseState, CustomerStatus>> = {
  new: "PROCESSING",
  collecting: "NEEDS_INFO",
  processing: "PROCESSING",
  accepted: "ACCEPTED",
  retry: "NEEDS_INFO",
  rejected: "REJECTED",
  expired: "NEEDS_INFO",
  superseded: "NEEDS_INFO",
};

/** Codes whose telling would warn a wrongdoer: the person reads a neutral text instead. */
const NEVER_TOLD: ReadonlySet<ReasonCode> = new Set<ReasonCode>(["fraud", "watchlist", "duplicate"]);

/**
 * The standing.
 * @param cases all reviews of this customer for the need's type, in any order
 * @param nowMs the database's time
 */
export function standing(
  need: Need,
  given: ReadonlyMap<string, Given>,
  cases: readonly CaseRecord[],
  nowMs: number,
): Standing {
  const live = cases.filter(({ state }) => state !== "superseded").sort((a, b) => a.attempt - b.attempt);
  const enough = live.filter((kyc) => covers(need, kyc));
  const isAccepted = (kyc: CaseRecord) => kyc.state === "accepted" && !hasLapsed(kyc, nowMs);
  const last = live.at(-1) ?? null;
  // A rejection is final for the type, also of a heavier review than the one that was accepted before.
  const rejected = last?.state === "rejected" ? last : null;
  const current = rejected ?? enough.find(isAccepted) ?? enough.at(-1) ?? null;
  const accepted = current !== null && isAccepted(current);

  const pending = current === null || ["collecting", "retry", "expired"].includes(current.state) ||
    (current.state === "accepted" && !accepted);
  const codes = codesOf(need, given, pending ? null : current);

  // Where the review goes on, or the next one begins.
  const isUnderWay = current !== null && ["new", "collecting", "retry"].includes(current.state);
  const next = isUnderWay ? current : need;
  const page = pageAt(need, next);
  const isAsked = page?.alone !== true;

  const wanted = current === null || accepted || !isAsked ? [] : askedAgain(need, current, given, nowMs);
  // What waits for its code was handed to nobody yet: the code is asked, not the value once more (P6).
  const again = new Set(wanted.filter((name) => !codes.open.includes(name)));
  for (const name of codes.refused) if (need.required.includes(name)) again.add(name);
  const outdated = outdatedNames(need, given);
  for (const name of outdated) if (need.required.includes(name)) again.add(name);
  // What the provider's own page has asked already is not asked here (P6).
  const collected = accepted || current?.state === "processing" ? pageAt(need, current)?.collects ?? [] : [];
  const missing = [...new Set([...need.required, ...again])].filter((name) =>
    again.has(name) || !(given.has(name) || collected.includes(name))
  );

  const renewed = current !== null &&
    [...given.values()].some(({ version }) => version > current.valuesVersion);
  const toVerify = rejected === null ? codes.open : [];
  // What may be left out holds nothing up (R-12-42): it is handed to a review once it is verified.
  const waits = toVerify.some((name) => need.required.includes(name) || wanted.includes(name));
  const complete = missing.length === 0 && !waits;
  const begin = rejected === null && complete && pending && isAsked && (current === null || renewed);
  const isWaiting = current !== null && isUnderWay && current.state !== "new";
  const isWanted = !isAsked || isWaiting || missing.some((name) => !need.payout.includes(name));
  const isOpen = page !== null && rejected === null && !begin && (pending || isUnderWay) && isWanted;

  return {
    status: statusOf({ rejected: rejected !== null, missing: !complete || isOpen, accepted, begin, current }),
    missing: rejected === null ? missing : [],
    toVerify,
    unsent: toVerify.filter((name) => isUnsent(given.get(name))),
    waits,
    optional: rejected === null
      ? need.optional.filter((name) =>
        !given.has(name) || outdated.includes(name) ||
        (codes.refused.includes(name) && !missing.includes(name))
      )
      : [],
    provided: Object.fromEntries(
      [...given].map(([name, value]) => {
        if (toVerify.includes(name)) return [name, { status: "VERIFICATION_REQUIRED" }];
        if (codes.refused.includes(name)) return [name, { status: "REJECTED", reason: "invalid_format" }];
        const field = fieldOf(name, value, need, current, accepted);
        const verified = value.verification === "verified" && field.status === undefined;
        return [name, verified ? { status: "ACCEPTED" } : field];
      }),
    ),
    reason: reasonOf(current),
    begin,
    page: isOpen ? next.instance : null,
    current,
  };
}

/** Names whose values were given before it was found that they do not work. */
function outdatedNames({ again }: Need, given: ReadonlyMap<string, Given>): readonly string[] {
  return (again?.names ?? []).filter((name) => (given.get(name)?.givenMs ?? 0) <= (again?.sinceMs ?? 0));
}

function pageAt(need: Need, at: Pick<CaseRecord, "instance" | "level">): ProviderPage | null {
  const found = need.accepts.find(({ instance, level }) => instance === at.instance && level === at.level);
  return found?.page ?? null;
}

/** Whether a review's acceptance is enough for a need. */
export function covers(need: Need, kyc: Pick<CaseRecord, "instance" | "level">): boolean {
  return need.accepts.some(({ instance, level }) => instance === kyc.instance && level === kyc.level);
}

function statusOf(
  facts: {
    rejected: boolean;
    missing: boolean;
    accepted: boolean;
    begin: boolean;
    current: CaseRecord | null;
  },
): CustomerStatus {
  if (facts.rejected) return "REJECTED";
  if (facts.missing) return "NEEDS_INFO";
  if (facts.accepted) return "ACCEPTED";
  if (facts.begin || facts.current === null) return "PROCESSING";
  // An acceptance that has lapsed is none.
  return facts.current.state === "accepted" ? "NEEDS_INFO" : STATUS[facts.current.state];
}

/** Names that the review wants (again) and that were not given since it was handed in. */
function askedAgain(need: Need, kyc: CaseRecord, given: ReadonlyMap<string, Given>, nowMs: number): string[] {
  const reviewed = need.required.filter((name) => !need.payout.includes(name));
  const wanted = (): readonly string[] => {
    const missing = kyc.answer?.missing ?? [];
    if (kyc.state === "collecting") return missing;
    if (kyc.state === "expired" || hasLapsed(kyc, nowMs)) return reviewed;
    if (kyc.state !== "retry") return [];
    const refused = rejectedFields(kyc);
    // Refused without a word on which value: all of them.
    return refused.length + missing.length === 0 ? reviewed : [...refused, ...missing];
  };
  return wanted().filter((name) => (given.get(name)?.version ?? -1) <= kyc.valuesVersion);
}

function rejectedFields(kyc: CaseRecord): string[] {
  return Object.entries(kyc.answer?.fields ?? {}).filter(([, { status }]) => status === "rejected").map((
    [name],
  ) => name);
}

function hasLapsed({ state, validUntilMs }: CaseRecord, nowMs: number): boolean {
  return state === "accepted" && validUntilMs !== null && validUntilMs <= nowMs;
}

function fieldOf(
  name: string,
  value: Given,
  need: Need,
  kyc: CaseRecord | null,
  accepted: boolean,
): { status?: FieldStatus; reason?: ReasonCode } {
  if (kyc === null || need.payout.includes(name) || !need.reviewed.includes(name)) return {};
  const handedInSince = value.version > kyc.valuesVersion;
  if (accepted) return handedInSince ? {} : { status: "ACCEPTED" };
  if (handedInSince) return {};
  const report = kyc.answer?.fields[name];
  const reason = report?.reason === undefined ? {} : { reason: toldReason(report.reason) };
  switch (kyc.state) {
    case "new":
    case "processing":
      return { status: report?.status === "accepted" && kyc.state !== "new" ? "ACCEPTED" : "PROCESSING" };
    case "retry":
    case "rejected":
      return report?.status === "rejected" ? { status: "REJECTED", ...reason } : {};
    case "collecting":
      return report?.status === "accepted" ? { status: "ACCEPTED" } : {};
    default:
      return {};
  }
}

function reasonOf(kyc: CaseRecord | null): ReasonCode | null {
  if (kyc === null || !["retry", "rejected"].includes(kyc.state)) return null;
  const codes = (kyc.answer?.reasons ?? []).map(({ code }) => code);
  // One secret code among others makes the whole of them secret.
  if (codes.some((code) => NEVER_TOLD.has(code))) return "other";
  return codes[0] ?? null;
}

function toldReason(code: ReasonCode): ReasonCode {
  return NEVER_TOLD.has(code) ? "other" : code;
}
