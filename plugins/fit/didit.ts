/**
 * Didit: sessions on its own page; the body's own timestamp is signed.
 * @module
 */
import { type KycFit, statuses } from "./fit.ts";

const message = {
  session_id: "s1",
  status: "In Review",
  webhook_type: "status.updated",
  timestamp: 1_769_084_460,
};

/** The sketch. Sessions are searched by `vendor_data`, our case key, before another one is made. */
export const didit: KycFit = {
  name: "Didit",
  declares: {
    countries: "*",
    takes: { fields: true, documents: false, hosted: true },
    levels: {
      workflow: {
        needs: ["first_name", "last_name"],
        takes: ["birth_date", "email_address", "mobile_number", "id_number"],
      },
    },
    hosted: { shown: "redirect", origins: ["https://verify.didit.me"], permissions: [] },
    news: { webhook: true, pollEverySeconds: 600 },
    verifies: [],
    erases: false,
  },
  calls: {
    "GET /v3/sessions/?vendor_data": "openCase",
    "POST /v3/session/": "openCase",
    "expected_details of a new session": "submitFields",
    "session begins with its page": "startReview",
    "session url": "hostedPage",
    "GET /v3/session/{id}/decision/": "readCase",
    "GET /v3/sessions/": "listChanged",
    "POST {webhook}": "readWebhook",
  },
  statuses: statuses([
    "Not Started",
    "In Progress",
    "In Review",
    "Approved",
    "Declined",
    "Abandoned",
    "Expired",
    "Resubmitted",
  ], {
    "Not Started": "collecting",
    "In Progress": "processing",
    "In Review": "processing",
    "Approved": "accepted",
    "Declined": "rejected",
    "Abandoned": "expired",
    "Expired": "expired",
    "Resubmitted": "retry",
  }),
  webhook: { proof: "verifyHmac", trust: "body" },
  example: {
    state: "processing",
    revision: message.timestamp,
    missing: [],
    fields: {},
    reasons: [],
  },
};
