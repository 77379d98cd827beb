/**
 * One call of the sandbox KYC bureau's API, and what its answers mean as outcomes.
 * @module
 */
import * as z from "zod";
import { readJson } from "../../plugins/json.ts";
import { done, failed, type Outcome, type ProviderError, type ReasonCode } from "../../plugins/outcome.ts";
import type { PortRequest, PortResponse, Ports } from "../../plugins/ports.ts";
import { statusTable } from "../../plugins/status-table.ts";
import type { ReadOptions } from "./options.ts";

/** A call under the bureau's address. */
export interface Call {
  readonly method: PortRequest["method"];
  /** What follows `/bureaus/{instance}`. */
  readonly path: string;
  readonly json?: unknown;
  /** A document's bytes with their SHA-256, instead of JSON. */
  readonly document?: { readonly bytes: Uint8Array; readonly mediaType: string; readonly sha256: string };
  /** False for what a second sending would do twice. */
  readonly idempotent?: boolean;
}

const problemSchema = z.object({
  error: z.object({ code: z.string(), fields: z.record(z.string(), z.string()).default({}) }),
});

/** Calls the bureau and reads its answer. */
export async function ask<T>(
  options: ReadOptions,
  ports: Ports,
  { method, path, json, document, idempotent = true }: Call,
  read: (json: unknown) => Outcome<T>,
): Promise<Outcome<T>> {
  const answer = await ports.fetch({
    method,
    url: `${options.url}/bureaus/${ports.instance}${path}`,
    headers: {
      Authorization: `Bearer ${options.token}`,
      "Content-Type": document?.mediaType ?? "application/json",
      ...(document && { "Sandbox-Content-Sha256": document.sha256 }),
    },
    ...(json !== undefined && { body: JSON.stringify(json) }),
    ...(document && { body: document.bytes }),
    idempotent,
  });
  // Every call but the sending of a code can be made again with the same effect.
  if (answer.kind === "not_sent") return failed("unavailable");
  if (answer.kind === "unknown") return failed(idempotent ? "unavailable" : "unknown_outcome");
  const { response } = answer;
  const body = readJson(response.body);
  if (response.status < 200 || response.status >= 300) return { ok: false, error: refusalOf(response, body) };
  return body === undefined ? failed("unavailable", { providerCode: "unreadable_answer" }) : read(body);
}

const meaningOf = statusTable<ProviderError["kind"]>({
  unauthorized: "auth",
  // The bureau's account is made by `prepare`, which a job repeats until it succeeds.
  bureau_unknown: "unavailable",
  case_unknown: "not_found",
  code_unknown: "not_found",
  key_reused: "conflict",
  level_unknown: "config",
  incomplete: "invalid_input",
  invalid_request: "invalid_input",
  rate_limited: "rate_limited",
  unavailable: "unavailable",
});

const reasonOf = statusTable<ReasonCode>({
  blurred: "blurred",
  cropped: "cropped",
  missing_side: "missing_side",
  expired: "expired",
  wrong_type: "wrong_type",
  screenshot: "screenshot",
  damaged: "damaged",
  selfie_mismatch: "selfie_mismatch",
  liveness_failed: "liveness_failed",
  data_mismatch: "data_mismatch",
  id_not_found: "id_not_found",
  address_unproven: "address_unproven",
  underage: "underage",
  region: "region",
  duplicate: "duplicate",
  fraud: "fraud",
  watchlist: "watchlist",
  invalid_format: "invalid_format",
});

/** The reason that core has a text for; a reason that nobody knows is told in general words. */
export function reasonCode(code: string): ReasonCode {
  const reason = reasonOf(code);
  return reason === "alarm" ? "other" : reason;
}

function refusalOf(response: PortResponse, body: unknown): ProviderError {
  const problem = problemSchema.safeParse(body);
  const code = problem.success ? problem.data.error.code : `http_${response.status}`;
  const meaning = meaningOf(code);
  const kind = meaning === "alarm" ? "unavailable" : meaning;
  const seconds = Number(response.headers.get("Retry-After") ?? "1");
  const fields = problem.success ? Object.entries(problem.data.error.fields) : [];
  return {
    kind,
    providerCode: code,
    ...((kind === "rate_limited" || kind === "unavailable") && { retryAfterMs: (seconds || 1) * 1000 }),
    ...(fields.length > 0 && {
      fields: Object.fromEntries(fields.map(([name, reason]) => [name, reasonCode(reason)])),
    }),
  };
}

/** An answer of which only the fact counts. */
export function noted(): Outcome<void> {
  return done(undefined);
}
