/**
 * Smile ID v1 (Africa): identity numbers without documents; a callback's signature does not cover its body.
 * @module
 */
import { type KycFit, statuses } from "./fit.ts";

const job = {
  code: "1012",
  result: { FullName: "ANA SILVA", IsFinalResult: "true" },
  timestamp: "2026-01-01T00:00:00Z",
};

/**
 * The sketch. The case key is `job_id`. Documents are kept in one archive, so `submitDocument` sends the archive anew. A
 * callback is checked for age and signature and wakes up only.
 */
export const smile: KycFit = {
  name: "Smile ID v1",
  declares: {
    countries: ["NGA", "KEN", "GHA", "ZAF", "UGA"],
    takes: { fields: true, documents: true, hosted: true },
    levels: {
      "5": {
        needs: ["first_name", "last_name", "birth_date", "id_type", "id_number"],
        takes: ["mobile_number"],
      },
      "6": { needs: ["photo_id_front", "proof_of_liveness"], takes: ["photo_id_back"] },
    },
    idTypes: { NGA: ["bvn", "nin"], KEN: ["national_id"] },
    hosted: { shown: "redirect", origins: ["https://links.usesmileid.com"], permissions: [] },
    news: { webhook: true, pollEverySeconds: 300 },
    verifies: [],
    erases: false,
  },
  calls: {
    "job_id": "openCase",
    "partner_params": "submitFields",
    "POST /upload, PUT archive": "submitDocument",
    "POST /async_id_verification": "startReview",
    "POST /job_status": "readCase",
    "POST /v1/smile_links": "hostedPage",
    "POST {webhook}": "readWebhook",
  },
  statuses: statuses([
    "job_complete false",
    "0810",
    "0820",
    "0840",
    "1012",
    "1020",
    "1021",
    "0811",
    "0812",
    "0813",
    "0821",
    "0841",
    "0911",
    "0912",
    "0921",
    "0922",
    "0941",
    "0942",
    "1011",
    "1013",
    "1014",
    "1022",
    "1023",
  ], {
    "job_complete false": "processing",
    "0810": "accepted",
    "0820": "accepted",
    "0840": "accepted",
    "1012": "accepted",
    "1020": "accepted",
    // Some of the values match: a person looks.
    "1021": "processing",
    "0811": "rejected",
    "0812": "rejected",
    "0813": "rejected",
    "0821": "rejected",
    "0841": "rejected",
    "0911": "retry",
    "0912": "retry",
    "0921": "retry",
    "0922": "retry",
    "0941": "retry",
    "0942": "retry",
    "1011": "retry",
    "1013": "retry",
    "1014": "retry",
    "1022": "retry",
    "1023": "retry",
  }),
  webhook: { proof: "none", trust: "wake_up" },
  example: {
    state: "accepted",
    revision: Date.parse(job.timestamp),
    missing: [],
    fields: { id_number: { status: "accepted" } },
    reasons: [],
    verified: { first_name: "ANA", last_name: "SILVA" },
  },
};
