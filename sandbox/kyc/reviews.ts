/**
 * What happens to cases at the sandbox KYC bureau: opened, filled, reviewed, decided by a person, erased.
 * @module
 */
import type { InStatement } from "@libsql/client";
import * as z from "zod";
import type { InTurn } from "../in-turn.ts";
import { newId } from "../random-id.ts";
import { Problem } from "../http/problem.ts";
import type { Webhooks } from "../webhooks/mod.ts";
import { accepted, caseView, decided, faultOf, type KycCase, missingOf, reviewed } from "./case.ts";
import type { Bureau, Records } from "./records.ts";

/** What the bureau's operations work with. */
export interface Desk {
  readonly records: Records;
  readonly webhooks: Webhooks;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The bearer of every bureau; the first bearer that a bureau sees when absent. */
  readonly key: string | null;
  readonly closed: AbortSignal;
  /** Runs one event after the other. */
  readonly inTurn: InTurn;
}

/** The body of `PUT …/cases/{key}`. */
export const openRequest = z.strictObject({
  level: z.string(),
  fields: z.record(z.string(), z.string()),
});

/** The body of `POST /sandbox/kyc/decide`. */
export const decideRequest = z.strictObject({
  customer_id: z.string(),
  decision: z.string().toLowerCase().pipe(
    z.enum(["accepted", "rejected", "retry", "more", "processing", "expired"]),
  ),
  /** For `retry` what is refused, for `more` what is wanted. */
  fields: z.array(z.string()).default([]),
  /** A code such as `blurred`, `fraud` or `watchlist`. */
  reason: z.string().optional(),
  /** The type of the case, where the customer has several. */
  type: z.string().optional(),
});

/** Opens a case; the same key answers the same case. */
export function openCase(desk: Desk, bureau: Bureau, key: string, request: z.output<typeof openRequest>) {
  return desk.inTurn(async () => {
    const known = await desk.records.caseByKey(bureau.name, key);
    if (known) {
      if (known.level === request.level) return { ref: known.ref };
      throw new Problem(409, "key_reused", "Cannot open the case: its key was used at another level");
    }
    if (!Object.hasOwn(bureau.shape.levels, request.level)) {
      throw new Problem(422, "level_unknown", `Cannot open the case: there is no level ${request.level}`);
    }
    const opened: KycCase = {
      ref: newId("case"),
      bureau: bureau.name,
      key,
      customer: key.split(":")[0] ?? key,
      level: request.level,
      state: "collecting",
      fields: {},
      documents: {},
      wanted: [],
      refused: {},
      reasons: [],
      revision: 1,
    };
    await commit(desk, bureau, withFields(opened, request.fields), null);
    return { ref: opened.ref };
  });
}

/** Adds or replaces values; answers what the bureau says of each at once. */
export function putFields(desk: Desk, bureau: Bureau, ref: string, fields: Record<string, string>) {
  return desk.inTurn(async () => {
    const kyc = await caseOf(desk, bureau, ref);
    const next = withFields(kyc, fields);
    await commit(desk, bureau, next, kyc);
    return { fields: pick(caseView(bureau.shape, next).fields, Object.keys(fields)) };
  });
}

/** Adds or replaces a document. */
export function putDocument(desk: Desk, bureau: Bureau, ref: string, name: string, sha256: string) {
  return desk.inTurn(async () => {
    const kyc = await caseOf(desk, bureau, ref);
    if (!bureau.shape.documents.includes(name)) {
      throw new Problem(422, "invalid_request", `Cannot take ${name}: it is no document of this bureau`);
    }
    const { [name]: _, ...refused } = kyc.refused;
    const next: KycCase = {
      ...kyc,
      documents: { ...kyc.documents, [name]: sha256 },
      refused,
      revision: kyc.revision + 1,
    };
    await commit(desk, bureau, next, kyc);
    return { fields: pick(caseView(bureau.shape, next).fields, [name]) };
  });
}

/** All is given: the review begins. Asked again it changes nothing. */
export function startReview(desk: Desk, bureau: Bureau, ref: string) {
  return desk.inTurn(async () => {
    const kyc = await caseOf(desk, bureau, ref);
    if (kyc.state !== "collecting" && kyc.state !== "retry") return { state: kyc.state };
    const missing = missingOf(bureau.shape, kyc);
    if (missing.length > 0) {
      const fields = Object.fromEntries(missing.map((name) => [name, kyc.refused[name] ?? "other"]));
      throw new Problem(422, "incomplete", "Cannot start the review: values are missing", fields);
    }
    const next = reviewed(bureau.shape, kyc, desk.now());
    await commit(desk, bureau, next, kyc);
    return { state: next.state };
  });
}

/** A case, with what time has done to it meanwhile. */
export async function caseOf(desk: Desk, bureau: Bureau, ref: string): Promise<KycCase> {
  const kyc = await desk.records.caseByRef(ref);
  if (kyc?.bureau !== bureau.name) throw new Problem(404, "case_unknown", "Cannot find the case");
  return kyc;
}

/** Lets time do its work on all cases. */
export function decideDue(desk: Desk): Promise<void> {
  return desk.inTurn(async () => {
    for (const kyc of await desk.records.dueCases(desk.now())) {
      const bureau = await desk.records.bureau(kyc.bureau);
      if (bureau) await commit(desk, bureau, decided(bureau.shape, kyc, desk.now()), kyc);
    }
  });
}

/** A person at the bureau decides the customer's newest case. */
export function decide(desk: Desk, request: z.output<typeof decideRequest>) {
  return desk.inTurn(async () => {
    const cases = await desk.records.casesOf(request.customer_id);
    const kyc = cases.find(({ key }) => request.type === undefined || key.split(":")[1] === request.type);
    const bureau = kyc && await desk.records.bureau(kyc.bureau);
    if (!bureau) throw new Problem(404, "case_unknown", "Cannot decide: the customer has no case here");
    const { decidesAt: _, withdrawsAt: __, validUntil: ___, ...rest } = kyc;
    const base: KycCase = { ...rest, wanted: [], refused: {}, reasons: [], revision: kyc.revision + 1 };
    const next = decision(desk, bureau, base, request);
    await commit(desk, bureau, next, kyc);
    return { customer_id: kyc.customer, case: kyc.key, state: next.state };
  });
}

function decision(
  desk: Desk,
  bureau: Bureau,
  kyc: KycCase,
  { decision, fields, reason }: z.output<typeof decideRequest>,
): KycCase {
  const reasons = reason === undefined ? [] : [reason];
  switch (decision) {
    case "accepted":
      return accepted(bureau.shape, kyc, desk.now());
    case "retry": {
      const refused = Object.fromEntries(fields.map((name) => [name, reason ?? "other"]));
      return { ...kyc, state: "retry", refused, reasons };
    }
    case "more":
      return { ...kyc, state: "collecting", wanted: fields };
    default:
      return { ...kyc, state: decision, reasons };
  }
}

/** Writes a case with its news, then lets the news go out. */
export async function commit(
  desk: Desk,
  bureau: Bureau,
  kyc: KycCase,
  before: KycCase | null,
  more: InStatement[] = [],
): Promise<void> {
  const { webhook, shape } = bureau;
  const news: InStatement[] = [];
  if (webhook !== null && shape.webhook !== "none" && before !== null && isNews(kyc, before)) {
    const data = { key: kyc.key, state: kyc.state, revision: kyc.revision };
    const subscription = { ...webhook, kind: shape.webhook };
    news.push(desk.webhooks.keep(bureau.name, subscription, { type: "case", id: kyc.ref, data }));
  }
  await desk.records.write([...desk.records.keepCase(kyc), ...news, ...more]);
  void desk.webhooks.flush();
}

/** Values that somebody gave are no news to the one who sent them; what the bureau makes of them is. */
function isNews(next: KycCase, before: KycCase): boolean {
  return next.state !== before.state || next.wanted.length !== before.wanted.length ||
    next.reasons.length !== before.reasons.length || next.state === "retry";
}

function withFields(kyc: KycCase, fields: Readonly<Record<string, string>>): KycCase {
  const names = Object.keys(fields);
  const refused = Object.fromEntries(Object.entries(kyc.refused).filter(([name]) => !names.includes(name)));
  for (const [name, value] of Object.entries(fields)) {
    const fault = faultOf(name, value);
    if (fault !== null) refused[name] = fault;
  }
  return { ...kyc, fields: { ...kyc.fields, ...fields }, refused, revision: kyc.revision + 1 };
}

function pick<T>(from: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));
}
