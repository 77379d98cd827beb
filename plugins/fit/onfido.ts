/**
 * Onfido: checks over reports (classic) or workflow runs with a page of their own (Studio); no idempotency keys.
 * @module
 */
import { type KycFit, statuses } from "./fit.ts";

const run = { id: "run-1", status: "approved", completed_at_iso8601: "2026-01-01T00:00:00Z" };

/** The sketch. A run is tagged with the case key and searched by it before another one is made. */
export const onfido: KycFit = {
  name: "Onfido",
  declares: {
    countries: "*",
    takes: { fields: true, documents: true, hosted: true },
    levels: {
      standard: {
        needs: ["first_name", "last_name", "birth_date", "photo_id_front", "proof_of_liveness"],
        takes: ["photo_id_back", "address", "city", "postal_code", "address_country_code", "tax_id"],
      },
    },
    hosted: { shown: "redirect", origins: ["https://eu.onfido.app"], permissions: [] },
    news: { webhook: true, pollEverySeconds: 600 },
    verifies: [],
    erases: true,
  },
  calls: {
    "POST /applicants": "openCase",
    "GET /workflow_runs?tags": "openCase",
    "PUT /applicants/{id}": "submitFields",
    "POST /documents": "submitDocument",
    "POST /live_photos": "submitDocument",
    "POST /checks": "startReview",
    "POST /workflow_runs": "hostedPage",
    "GET /checks/{id}": "readCase",
    "GET /workflow_runs/{id}": "readCase",
    "GET /workflow_runs?created_at_gt": "listChanged",
    "DELETE /applicants/{id}": "erase",
    "POST {webhook}": "readWebhook",
  },
  statuses: statuses([
    "run/processing",
    "run/awaiting_input",
    "run/awaiting_client_input",
    "run/approved",
    "run/declined",
    "run/review",
    "run/abandoned",
    "run/error",
    "check/in_progress",
    "check/awaiting_applicant",
    "check/withdrawn",
    "check/paused",
    "check/reopened",
    "check/complete/clear",
    "check/complete/consider/rejected",
    "check/complete/consider/suspected",
    "check/complete/consider/caution",
    "report/awaiting_data",
    "report/awaiting_approval",
    "report/cancelled",
    "report/complete/unidentified",
  ], {
    "run/processing": "processing",
    "run/awaiting_input": "collecting",
    "run/awaiting_client_input": "collecting",
    "run/approved": "accepted",
    "run/declined": "rejected",
    "run/review": "processing",
    "run/abandoned": "expired",
    "run/error": "processing",
    "check/in_progress": "processing",
    "check/awaiting_applicant": "collecting",
    "check/withdrawn": "expired",
    "check/paused": "processing",
    "check/reopened": "processing",
    "check/complete/clear": "accepted",
    "check/complete/consider/rejected": "retry",
    // A person looks at what the machine suspects.
    "check/complete/consider/suspected": "processing",
    "check/complete/consider/caution": "processing",
    "report/awaiting_data": "collecting",
    "report/awaiting_approval": "processing",
    "report/cancelled": "expired",
    "report/complete/unidentified": "retry",
  }),
  webhook: { proof: "verifyHmac", trust: "body" },
  example: {
    state: "accepted",
    // Times order what has no revision of its own.
    revision: Date.parse(run.completed_at_iso8601),
    missing: [],
    fields: {},
    reasons: [],
    verified: { first_name: "Ana", last_name: "Silva" },
  },
};
