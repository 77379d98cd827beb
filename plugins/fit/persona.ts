/**
 * Persona: its own page first, links that expire, secrets that rotate in the header.
 * @module
 */
import { type KycFit, statuses } from "./fit.ts";

const inquiry = { status: "needs_review", "updated-at": "2026-01-01T00:00:00.000Z" };

/** The sketch. */
export const persona: KycFit = {
  name: "Persona",
  declares: {
    countries: ["USA"],
    takes: { fields: true, documents: false, hosted: true },
    levels: {
      itmpl_standard: {
        needs: ["first_name", "last_name", "birth_date"],
        takes: ["address", "city", "state_or_province", "postal_code", "email_address", "mobile_number"],
      },
    },
    // One-time links begin at the second and lead to the first.
    hosted: {
      shown: "frame",
      origins: ["https://inquiry.withpersona.com", "https://withpersona.com"],
      permissions: ["camera"],
    },
    news: { webhook: true, pollEverySeconds: 600 },
    verifies: [],
    erases: true,
  },
  calls: {
    "POST /inquiries (Idempotency-Key, reference-id)": "openCase",
    "PATCH /inquiries/{id}": "submitFields",
    "inquiry begins with its page": "startReview",
    "POST /inquiries/{id}/generate-one-time-link": "hostedPage",
    "GET /inquiries/{id}": "readCase",
    "DELETE /inquiries/{id}": "erase",
    "POST {webhook}": "readWebhook",
  },
  statuses: statuses([
    "created",
    "pending",
    "completed",
    "failed",
    "expired",
    "needs_review",
    "approved",
    "declined",
  ], {
    created: "collecting",
    pending: "collecting",
    completed: "processing",
    failed: "retry",
    expired: "expired",
    needs_review: "processing",
    approved: "accepted",
    declined: "rejected",
  }),
  webhook: { proof: "verifyTimestamped", trust: "body" },
  example: {
    state: "processing",
    revision: Date.parse(inquiry["updated-at"]),
    missing: [],
    fields: { first_name: { status: "processing" } },
    reasons: [],
  },
};
