/**
 * A case at the sandbox KYC bureau, and how the bureau decides: by the `last_name` that it was given.
 * @module
 */
import * as z from "zod";

/** What a bureau's account is like; `PUT /sandbox/kyc/bureaus/{name}` sets it. */
export const shapeSchema = z.strictObject({
  /** Names that each level cannot do without. */
  levels: z.record(z.string(), z.array(z.string())),
  /** Names of documents among them. */
  documents: z.array(z.string()).default([]),
  /** Seconds between the start of a review and its decision. */
  decideAfterSeconds: z.int().min(0).default(0),
  /** Seconds after which an acceptance is withdrawn again; never when `null`. */
  withdrawAfterSeconds: z.int().min(0).nullable().default(null),
  /** Seconds that an acceptance is good for; without end when `null`. */
  validSeconds: z.int().min(1).nullable().default(null),
  /** Seconds that a code is good for. */
  codeSeconds: z.int().min(1).default(600),
  webhook: z.enum(["signed", "wake_up", "none"]).default("signed"),
});

/** A complete shape. */
export type Shape = z.output<typeof shapeSchema>;

/** One review. Times are milliseconds since 1970. */
export const caseSchema = z.object({
  ref: z.string(),
  bureau: z.string(),
  /** The owner's key: `customer:type:attempt`. */
  key: z.string(),
  customer: z.string(),
  level: z.string(),
  state: z.enum(["collecting", "processing", "accepted", "retry", "rejected", "expired"]),
  fields: z.record(z.string(), z.string()),
  /** Name → SHA-256 of the bytes. */
  documents: z.record(z.string(), z.string()),
  /** Names wanted beyond those of the level. */
  wanted: z.array(z.string()),
  /** Names that were refused, each with a code. */
  refused: z.record(z.string(), z.string()),
  reasons: z.array(z.string()),
  /** When the review ends by itself; absent while a person has to decide. */
  decidesAt: z.number().optional(),
  withdrawsAt: z.number().optional(),
  validUntil: z.number().optional(),
  revision: z.int(),
});

/** See `caseSchema`. */
export type KycCase = z.output<typeof caseSchema>;

/** Names still to be given, of values and documents. */
export function missingOf(shape: Shape, kyc: KycCase): string[] {
  if (kyc.state !== "collecting" && kyc.state !== "retry") return [];
  const needed = new Set([...(shape.levels[kyc.level] ?? []), ...kyc.wanted, ...Object.keys(kyc.refused)]);
  return [...needed].filter((name) =>
    Object.hasOwn(kyc.refused, name) || !(kyc.fields[name] || kyc.documents[name])
  );
}

/** What the bureau finds at once in a value; `null` when there is nothing to say against it. */
export function faultOf(name: string, value: string): string | null {
  if (value.trim() === "") return "invalid_format";
  if (name === "email_address") return /^[^\s@]+@[^\s@]+$/.test(value) ? null : "invalid_format";
  if (name === "birth_date") return /^\d{4}-\d{2}-\d{2}$/.test(value) ? null : "invalid_format";
  return null;
}

/** The review begins: what happens next depends on the last name. */
export function reviewed(shape: Shape, kyc: KycCase, now: number): KycCase {
  const lastName = kyc.fields.last_name ?? "";
  const started: KycCase = { ...kyc, state: "processing", revision: kyc.revision + 1 };
  if (lastName === "Review") return started;
  return decided(shape, { ...started, decidesAt: now + shape.decideAfterSeconds * 1000 }, now);
}

/** What time alone does to a case: a late decision, a withdrawal, an end of validity. */
export function decided(shape: Shape, kyc: KycCase, now: number): KycCase {
  if (kyc.state === "processing" && kyc.decidesAt !== undefined && kyc.decidesAt <= now) {
    const { decidesAt: _, ...rest } = kyc;
    return decided(shape, verdict(shape, { ...rest, revision: kyc.revision + 1 }, now), now);
  }
  if (kyc.state === "accepted" && kyc.withdrawsAt !== undefined && kyc.withdrawsAt <= now) {
    const { withdrawsAt: _, validUntil: __, ...rest } = kyc;
    return { ...rest, state: "rejected", reasons: ["watchlist"], revision: kyc.revision + 1 };
  }
  return kyc;
}

function verdict(shape: Shape, kyc: KycCase, now: number): KycCase {
  const lastName = kyc.fields.last_name ?? "";
  if (lastName === "Reject") return { ...kyc, state: "rejected", reasons: ["fraud"] };
  if (lastName === "More" && !kyc.documents.photo_id_front) {
    return { ...kyc, state: "collecting", wanted: ["photo_id_front"] };
  }
  return accepted(shape, kyc, now);
}

/** The case, accepted. */
export function accepted(shape: Shape, kyc: KycCase, now: number): KycCase {
  const { validSeconds, withdrawAfterSeconds } = shape;
  return {
    ...kyc,
    state: "accepted",
    wanted: [],
    refused: {},
    reasons: [],
    ...(validSeconds !== null && { validUntil: now + validSeconds * 1000 }),
    ...(withdrawAfterSeconds !== null && { withdrawsAt: now + withdrawAfterSeconds * 1000 }),
  };
}

/** How the bureau shows a case to its owner. */
export function caseView(shape: Shape, kyc: KycCase) {
  const status = kyc.state === "processing" ? "processing" : "accepted";
  const given = [...Object.keys(kyc.fields), ...Object.keys(kyc.documents)];
  const fields = Object.fromEntries(given.map((name) => {
    const reason = kyc.refused[name];
    return [name, reason === undefined ? { status } : { status: "rejected", reason }];
  }));
  const { first_name, last_name, birth_date } = kyc.fields;
  return {
    ref: kyc.ref,
    key: kyc.key,
    level: kyc.level,
    state: kyc.state,
    missing: missingOf(shape, kyc),
    fields,
    reasons: kyc.reasons,
    valid_until: kyc.validUntil === undefined ? undefined : new Date(kyc.validUntil).toISOString(),
    verified: kyc.state === "accepted" ? { first_name, last_name, birth_date } : undefined,
    risk: riskOf(kyc),
    revision: kyc.revision,
  };
}

/** What the bureau warns of: a person whom it has found on a list, or whom it is told to warn of. */
function riskOf({ reasons, fields, state }: KycCase) {
  if (reasons.includes("watchlist")) return { sanctions: true };
  return state === "accepted" && fields.last_name === "Risk" ? { politically_exposed: true } : undefined;
}
