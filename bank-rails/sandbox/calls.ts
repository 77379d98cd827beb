/**
 * One call of the sandbox bank's API, and what its answers mean as outcomes.
 * @module
 */
import * as z from "zod";
import { readJson } from "../../plugins/json.ts";
import { done, failed, type Outcome, type ProviderError, type ReasonCode } from "../../plugins/outcome.ts";
import type { PortRequest, PortResponse, Ports } from "../../plugins/ports.ts";
import type { ReadOptions } from "./options.ts";

/** A call under the account's address. */
export interface Call {
  readonly method: PortRequest["method"];
  /** What follows `/accounts/{instance}`. */
  readonly path: string;
  readonly body?: unknown;
  /** True where money leaves: then a lost answer is an unknown outcome, not a reason to try again. */
  readonly moves: boolean;
}

const problemSchema = z.object({
  error: z.object({ code: z.string(), fields: z.record(z.string(), z.string()).default({}) }),
});

/** Calls the bank; the value is the parsed JSON of its answer. */
export async function callBank(
  options: ReadOptions,
  ports: Ports,
  { method, path, body, moves }: Call,
): Promise<Outcome<unknown>> {
  const answer = await ports.fetch({
    method,
    url: `${options.url}/accounts/${ports.instance}${path}`,
    headers: { Authorization: `Bearer ${options.token}`, "Content-Type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    // Every call carries its key or changes nothing; a payout all the same waits for core's look-up.
    idempotent: !moves,
  });
  if (answer.kind === "not_sent") return failed("unavailable");
  if (answer.kind === "unknown") return failed(moves ? "unknown_outcome" : "unavailable");
  const { status } = answer.response;
  const json = readJson(answer.response.body);
  if (status >= 200 && status < 300) {
    if (json !== undefined) return done(json);
    return failed(moves ? "unknown_outcome" : "unavailable", { providerCode: "unreadable_answer" });
  }
  return { ok: false, error: refusalOf(answer.response, json, moves) };
}

/** What a refusal of the bank means, by its code. */
const MEANING: Readonly<Record<string, ProviderError["kind"]>> = {
  unauthorized: "auth",
  // The account is made by `prepare`, which a job repeats until it succeeds.
  account_unknown: "unavailable",
  instruction_unknown: "not_found",
  inbound_unknown: "not_found",
  payout_unknown: "not_found",
  not_offered: "not_supported",
  key_reused: "conflict",
  insufficient_funds: "insufficient_funds",
  invalid_beneficiary: "invalid_input",
  invalid_amount: "invalid_input",
  amount_needed: "invalid_input",
  reference_needed: "invalid_input",
  invalid_request: "invalid_input",
  invalid_file: "invalid_input",
  not_refundable: "rejected_by_bank",
  rate_limited: "rate_limited",
  unavailable: "unavailable",
};

const REASONS: Readonly<Record<string, ReasonCode>> = {
  invalid_format: "invalid_format",
  account_closed: "account_closed",
  name_mismatch: "name_mismatch",
};

/** The reason that core has a text for. */
export function reasonCode(code: string): ReasonCode {
  return (Object.hasOwn(REASONS, code) ? REASONS[code] : undefined) ?? "other";
}

function refusalOf(response: PortResponse, body: unknown, moves: boolean): ProviderError {
  const problem = problemSchema.safeParse(body);
  const code = problem.success ? problem.data.error.code : `http_${response.status}`;
  const kind = Object.hasOwn(MEANING, code) ? MEANING[code] : undefined;
  // An answer that the bank's API does not know comes from something in between, which proves nothing.
  if (kind === undefined) return { kind: moves ? "unknown_outcome" : "unavailable", providerCode: code };
  const fields = problem.success ? problem.data.error.fields : {};
  const seconds = Number(response.headers.get("Retry-After") ?? "1");
  return {
    kind,
    providerCode: code,
    ...((kind === "rate_limited" || kind === "unavailable") && { retryAfterMs: (seconds || 1) * 1000 }),
    ...(Object.keys(fields).length > 0 && {
      fields: Object.fromEntries(
        Object.entries(fields).map(([name, reason]) => [name, reasonCode(reason)]),
      ),
    }),
  };
}
