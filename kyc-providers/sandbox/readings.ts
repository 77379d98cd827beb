/**
 * How the sandbox bureau's JSON reads as the contract's shapes. What it says that its documentation does not name is an
 * alarm.
 * @module
 */
import * as z from "zod";
import type { FieldReport, KycCase } from "../../plugins/kyc-provider.ts";
import { done, type Outcome, unrecognized } from "../../plugins/outcome.ts";
import { statusTable } from "../../plugins/status-table.ts";
import { reasonCode } from "./calls.ts";

const caseState = statusTable({
  collecting: "collecting",
  processing: "processing",
  accepted: "accepted",
  retry: "retry",
  rejected: "rejected",
  expired: "expired",
});

const fieldsSchema = z.record(
  z.string(),
  z.object({ status: z.enum(["accepted", "processing", "rejected"]), reason: z.string().optional() }),
);

const caseSchema = z.object({
  state: z.string(),
  revision: z.int(),
  missing: z.array(z.string()),
  fields: fieldsSchema,
  reasons: z.array(z.string()),
  valid_until: z.iso.datetime().optional(),
  verified: z.record(z.string(), z.string()).optional(),
  risk: z.object({ sanctions: z.boolean().optional(), politically_exposed: z.boolean().optional() })
    .optional(),
});

/** What the bureau says of each field. */
export function readFields(json: unknown): Outcome<FieldReport> {
  const read = z.object({ fields: fieldsSchema }).safeParse(json);
  return read.success ? done(reportOf(read.data.fields)) : unrecognized("fields_shape");
}

function reportOf(fields: z.output<typeof fieldsSchema>): FieldReport {
  return Object.fromEntries(
    Object.entries(fields).map(([name, { status, reason }]) => [
      name,
      { status, ...(reason !== undefined && { reason: reasonCode(reason) }) },
    ]),
  );
}

/** A case. */
export function readCase(json: unknown): Outcome<KycCase> {
  const parsed = caseSchema.safeParse(json);
  if (!parsed.success) return unrecognized("case_shape");
  const read = parsed.data;
  const state = caseState(read.state);
  if (state === "alarm") return unrecognized("case_state");
  return done({
    state,
    revision: read.revision,
    missing: read.missing,
    fields: reportOf(read.fields),
    reasons: read.reasons.map((code) => ({ code: reasonCode(code), providerCode: code })),
    ...(read.valid_until !== undefined && { validUntil: Math.floor(Date.parse(read.valid_until) / 1000) }),
    ...(read.verified && { verified: read.verified }),
    ...(read.risk && {
      risk: {
        ...(read.risk.sanctions !== undefined && { sanctions: read.risk.sanctions }),
        ...(read.risk.politically_exposed !== undefined && {
          politicallyExposed: read.risk.politically_exposed,
        }),
      },
    }),
  });
}
