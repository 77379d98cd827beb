/**
 * Asks a provider how a review stands and records what it says. Only this writes a provider's word into the records.
 * @module
 */
import type { Database, Statement } from "../records/database.ts";
import { raiseAlarm } from "../records/alarms.ts";
import { NOW_MS } from "../records/clock.ts";
import { expectChanged } from "../records/expect-changed.ts";
import type { Vault } from "../records/vault.ts";
import { withCases } from "./begin.ts";
import type { CallbackStatements } from "./callback-statements.ts";
import { findCustomer } from "./customer.ts";
import type { KycCase } from "../../plugins/kyc-provider.ts";
import type { ProviderError } from "../../plugins/outcome.ts";
import type { Ports } from "../../plugins/ports.ts";
import { canonicalName } from "../../plugins/sep9/mod.ts";
import { newId } from "../transfers/id.ts";
import { CASE_COLUMNS, caseOf, kycCaseShape, sealedAnswer } from "./kyc-case.ts";
import type { CaseRecord } from "./kyc-case.ts";
import { moduleOf } from "./need.ts";
import type { KycPolicy } from "./need.ts";

/** What reviews need of their surroundings. */
export interface ReviewPorts {
  readonly db: Database;
  readonly vault: Vault;
  readonly policy: KycPolicy;
  /** The outside, as the module of an instance gets it. */
  readonly ports: (instance: string) => Ports;
  /** What a batch that moves a review tells of it. */
  readonly callbackStatements: CallbackStatements;
  /** Called after a review was accepted or rejected, or stopped being accepted; must be idempotent. */
  readonly onStanding: (customerId: string, type: string) => Promise<void>;
}

/** Why it did not work; `error` is a code for records and logs, never a value. */
export interface ReviewFailure {
  readonly kind: "failed";
  readonly error: string;
  readonly retryAfterMs?: number;
}

/** The provider's word is recorded, or there was nothing new in it. */
export type Recorded = { readonly kind: "recorded"; readonly kyc: CaseRecord } | {
  readonly kind: "overtaken";
} | ReviewFailure;

/** A review by its key. */
export async function findCase(
  { db, vault }: Pick<ReviewPorts, "db" | "vault">,
  id: string,
): Promise<CaseRecord | null> {
  const [row] = await db.query({ sql: `select ${CASE_COLUMNS} from kyc_cases where id = ?`, args: [id] });
  return row === undefined ? null : caseOf(vault, row);
}

/** Whether no answer changes a review any more. */
export function isOver({ state }: CaseRecord): boolean {
  return state === "superseded" || state === "expired";
}

/** Asks the provider; a throw and an unknown value are failures that change nothing. */
export async function askProvider(
  { policy, ports }: ReviewPorts,
  kyc: CaseRecord,
  ref: string,
): Promise<{ readonly kind: "answered"; readonly answer: KycCase } | ReviewFailure> {
  const outcome = await moduleOf(policy, kyc.instance).readCase(ref, ports(kyc.instance))
    .catch(() => null);
  if (outcome === null) return { kind: "failed", error: "kyc.unknown_outcome" };
  if (!outcome.ok) return failureOf(outcome.error);
  if (outcome.value === null) return { kind: "failed", error: "kyc.case_not_found" };
  const parsed = kycCaseShape.safeParse(outcome.value);
  const answer = parsed.success ? withOurNames(parsed.data) : null;
  return answer === null ? { kind: "failed", error: "kyc.unknown_value" } : { kind: "answered", answer };
}

/** Fields in the one spelling that we write; null when there is one that SEP-9 does not have: nobody could be asked it. */
function withOurNames(answer: KycCase): KycCase | null {
  const names = [...answer.missing, ...Object.keys(answer.fields)];
  if (names.some((name) => canonicalName(name) === null)) return null;
  const ours = (name: string) => canonicalName(name) ?? name;
  return {
    ...answer,
    missing: answer.missing.map(ours),
    fields: Object.fromEntries(Object.entries(answer.fields).map(([name, report]) => [ours(name), report])),
  };
}

/** A provider's error as a failure of ours. */
export function failureOf({ kind, alarm, retryAfterMs }: ProviderError): ReviewFailure {
  const error = alarm === true ? "kyc.unknown_value" : `kyc.${kind}`;
  return { kind: "failed", error, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/**
 * Records an answer by compare-and-set on the row's version. An older revision changes nothing, and neither does the
 * same one, save when whoever handed values in reads it. While a review is `new` others' word counts only where it does not
 * rest on values from before; see {@link isFromBefore}.
 * @param from who asked: the performer that has just handed values in, or somebody who heard news
 */
export async function recordAnswer(
  review: ReviewPorts,
  kyc: CaseRecord,
  answer: KycCase,
  from: "hand_in" | "news",
): Promise<Recorded> {
  const isNew = kyc.state === "new";
  const isNews = from === "hand_in"
    ? answer.revision > kyc.revision || (isNew && answer.revision === kyc.revision)
    : answer.revision > kyc.revision &&
      !(isNew && isFromBefore(kyc, answer));
  if (isOver(kyc) || !isNews) return { kind: "recorded", kyc };
  const writeId = newId();
  const validUntilMs = answer.validUntil === undefined ? null : answer.validUntil * 1000;
  const telling = await tell(review, {
    ...kyc,
    state: answer.state,
    revision: answer.revision,
    validUntilMs,
    answer,
  });
  const result = await review.db.write([
    {
      sql:
        `update kyc_cases set state = :state, revision = :revision, valid_until_ms = :until, answer = :answer,
          version = version + 1, write_id = :write, asked_ms = ${NOW_MS}, changed_ms = ${NOW_MS}
        where id = :id and version = :version`,
      args: {
        id: kyc.id,
        version: kyc.version,
        state: answer.state,
        revision: answer.revision,
        until: validUntilMs,
        answer: review.vault.sealJson(sealedAnswer.place(kyc.id), answer),
        write: writeId,
      },
    },
    expectChanged,
    ...riskAlarm(kyc, answer),
    ...telling,
  ], {
    committed: { sql: "select 1 from kyc_cases where id = ? and write_id = ?", args: [kyc.id, writeId] },
  });
  if (result.kind !== "written") return { kind: "overtaken" };
  const decided = ["accepted", "rejected"].includes(answer.state) || kyc.state === "accepted";
  if (decided && answer.state !== kyc.state) await review.onStanding(kyc.customerId, kyc.type);
  const after = await findCase(review, kyc.id);
  return after === null ? { kind: "overtaken" } : { kind: "recorded", kyc: after };
}

/**
 * Whether news of a review whose values are still to be handed in may be of other values. That it waits for some is from
 * before, or from between two steps; and where others were handed in earlier, an acceptance may be theirs: whoever hands
 * the new ones in asks after that (R-12-67).
 */
function isFromBefore({ answer: earlier }: CaseRecord, { state }: KycCase): boolean {
  if (state === "collecting" || state === "retry") return true;
  return earlier !== null && (state === "accepted" || state === "processing");
}

/** What is told of a review's new word. */
async function tell(review: ReviewPorts, after: CaseRecord): Promise<readonly Statement[]> {
  const before = await findCustomer(review, { id: after.customerId });
  if (before === null) return [];
  return await review.callbackStatements(before, {
    cases: withCases(before.cases, [after]),
  });
}

/** Flags that ask for an operator (P14); codes only. Others of the same review are told again. */
function riskAlarm(kyc: CaseRecord, { risk }: KycCase): Statement[] {
  const flags = Object.entries(risk ?? {}).filter(([, raised]) => raised).map(([flag]) => flag);
  if (flags.length === 0) return [];
  return [raiseAlarm("kyc_risk", kyc.id, flags.toSorted().join(","))];
}
