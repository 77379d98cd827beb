/**
 * Sumsub: applicants by fields, documents or its own page; a retry or a final refusal is told apart by one word.
 * @module
 */
import { type KycFit, statuses } from "./fit.ts";

const review = {
  reviewStatus: "completed",
  reviewResult: { reviewAnswer: "RED", reviewRejectType: "RETRY", rejectLabels: ["UNSATISFACTORY_PHOTOS"] },
  createdAtMs: "2026-03-05 04:41:48.704",
};

/** The sketch. The case key is `externalUserId`, by which an applicant is found after a lost answer. */
export const sumsub: KycFit = {
  name: "Sumsub",
  declares: {
    countries: "*",
    takes: { fields: true, documents: true, hosted: true },
    levels: {
      "basic-kyc-level": {
        needs: ["first_name", "last_name", "birth_date", "photo_id_front"],
        takes: ["email_address", "mobile_number", "photo_id_back", "proof_of_liveness", "tax_id"],
      },
    },
    hosted: { shown: "redirect", origins: ["https://in.sumsub.com"], permissions: [] },
    news: { webhook: true, pollEverySeconds: 600 },
    verifies: [],
    erases: false,
  },
  calls: {
    "POST /resources/applicants?levelName": "openCase",
    "GET /resources/applicants/-;externalUserId={id}/one": "openCase",
    "PATCH /resources/applicants/{id}/fixedInfo": "submitFields",
    "POST /resources/applicants/{id}/info/idDoc": "submitDocument",
    "POST /resources/applicants/{id}/status/pending": "startReview",
    "GET /resources/applicants/{id}/one": "readCase",
    "GET /resources/applicants/{id}/requiredIdDocsStatus": "readCase",
    "POST /resources/sdkIntegrations/levels/-/websdkLink": "hostedPage",
    "POST {webhook}": "readWebhook",
  },
  statuses: statuses([
    "init",
    "pending",
    "queued",
    "prechecked",
    "onHold",
    "awaitingService",
    "awaitingUser",
    "completed/GREEN",
    "completed/RED/RETRY",
    "completed/RED/FINAL",
  ], {
    "init": "collecting",
    "pending": "processing",
    "queued": "processing",
    "prechecked": "processing",
    "onHold": "processing",
    // It may carry GREEN already and is not final.
    "awaitingService": "processing",
    "awaitingUser": "collecting",
    "completed/GREEN": "accepted",
    "completed/RED/RETRY": "retry",
    "completed/RED/FINAL": "rejected",
  }),
  // No timestamp is signed, so a message is believed in nothing but which case it names.
  webhook: { proof: "verifyHmac", trust: "body" },
  example: {
    state: "retry",
    revision: Date.parse(`${review.createdAtMs.replace(" ", "T")}Z`),
    missing: ["photo_id_front"],
    fields: { photo_id_front: { status: "rejected", reason: "blurred" } },
    reasons: [{ code: "blurred", providerCode: review.reviewResult.rejectLabels[0] ?? "" }],
  },
};
