/**
 * Reviews as they are recorded: one row for one attempt of one customer for one type.
 * @module
 */
import { z } from "zod";
import type { KycCase } from "../../plugins/kyc-provider.ts";
import type { Row } from "../records/database.ts";
import { rowsOfTable } from "../records/rows.ts";
import { sealedColumn } from "../records/sealed-column.ts";
import type { Vault } from "../records/vault.ts";

/**
 * States of a review: those of the provider (`plugins/kyc-provider.ts`), `new` while it is to be handed in, and
 * `superseded` once the customer gave other values than those that it rests on.
 */
export const CASE_STATES = [
  "new",
  "collecting",
  "processing",
  "accepted",
  "retry",
  "rejected",
  "expired",
  "superseded",
] as const;

/** One of {@link CASE_STATES}. */
export type CaseState = typeof CASE_STATES[number];

const REASONS = [
  "blurred",
  "cropped",
  "missing_side",
  "expired",
  "wrong_type",
  "screenshot",
  "damaged",
  "selfie_mismatch",
  "liveness_failed",
  "data_mismatch",
  "id_not_found",
  "address_unproven",
  "underage",
  "region",
  "duplicate",
  "fraud",
  "watchlist",
  "invalid_format",
  "account_closed",
  "name_mismatch",
  "unavailable",
  "other",
] as const;

/** A provider's answer as it must be: whatever is not listed here is an alarm, never taken for `processing`. */
export const kycCaseShape: z.ZodType<KycCase> = z.object({
  state: z.enum(["collecting", "processing", "accepted", "retry", "rejected", "expired"]),
  revision: z.int().nonnegative(),
  missing: z.array(z.string()),
  fields: z.record(
    z.string(),
    z.object({
      status: z.enum(["accepted", "processing", "rejected"]),
      reason: z.enum(REASONS).exactOptional(),
    }),
  ),
  validUntil: z.int().exactOptional(),
  reasons: z.array(z.object({ code: z.enum(REASONS), providerCode: z.string().exactOptional() })),
  verified: z.record(z.string(), z.string()).exactOptional(),
  risk: z.object({
    politicallyExposed: z.boolean().exactOptional(),
    sanctions: z.boolean().exactOptional(),
    adverseMedia: z.boolean().exactOptional(),
  }).exactOptional(),
});

/** A review as its row holds it. */
export interface CaseRecord {
  /** The key that the provider gets: `<customer>:<type>:<attempt>`. */
  readonly id: string;
  readonly customerId: string;
  readonly type: string;
  readonly attempt: number;
  readonly level: string;
  readonly instance: string;
  /** The provider's reference once it is opened. */
  readonly ref: string | null;
  readonly state: CaseState;
  /** Revision of the provider's last answer; -1 before the first. */
  readonly revision: number;
  /** The customer's version whose values are handed in. */
  readonly valuesVersion: number;
  readonly validUntilMs: number | null;
  /** The provider's last answer. */
  readonly answer: KycCase | null;
  readonly version: number;
  /** Set while there is news of it that could not be read. */
  readonly unreadMark: string | null;
}

/** Columns that {@link caseOf} reads. */
export const CASE_COLUMNS =
  "id, customer_id, type, attempt, level, instance, ref, state, revision, values_version, valid_until_ms, answer, version, unread_mark";

const casesTable = rowsOfTable("kyc_cases");

/** A provider's answer: it may hold what was read from documents. */
export const sealedAnswer = sealedColumn("kyc_cases", "answer", "id");

/** Reads a row. */
export function caseOf(vault: Vault, row: Row): CaseRecord {
  const id = casesTable.text(row, "id");
  const answer = casesTable.bytesOrNull(row, "answer");
  return {
    id,
    customerId: casesTable.text(row, "customer_id"),
    type: casesTable.text(row, "type"),
    attempt: casesTable.count(row, "attempt"),
    level: casesTable.text(row, "level"),
    instance: casesTable.text(row, "instance"),
    ref: casesTable.textOrNull(row, "ref"),
    state: casesTable.oneOf(row, "state", CASE_STATES),
    revision: casesTable.count(row, "revision"),
    valuesVersion: casesTable.count(row, "values_version"),
    validUntilMs: casesTable.countOrNull(row, "valid_until_ms"),
    answer: answer === null ? null : kycCaseShape.parse(vault.openJson(sealedAnswer.place(id), answer)),
    version: casesTable.count(row, "version"),
    unreadMark: casesTable.textOrNull(row, "unread_mark"),
  };
}
