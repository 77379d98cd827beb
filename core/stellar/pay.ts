/**
 * The performer of a payment on the ledger. Its steps may be repeated at any point, and by two processes at once
 * (M-30): they ask the ledger and hand in stored bytes, and write nothing. What was found is recorded by the caller.
 * @module
 */
import { DEFAULT_MARGIN_SECONDS, judge } from "./decided.ts";
import type { Judgement, StoredEnvelope } from "./decided.ts";
import { HorizonUnavailable } from "./horizon.ts";
import type { Horizon, HorizonTrouble, SubmissionAnswer } from "./horizon.ts";
import type { StoredBytes } from "./stored-attempts.ts";

/** What one round of a payment found. */
export interface PayoutFinding {
  /** The ledger's word; `undecided` also when Horizon gave none. */
  readonly judgement: Judgement;
  /** What Horizon said to the bytes, a hint for logs and back-off; null when they were not handed in. */
  readonly submission: SubmissionAnswer | null;
  /** Why Horizon gave no word, else null. */
  readonly trouble: HorizonTrouble | null;
  /** Milliseconds after which Horizon asks to be asked again, where it said so. */
  readonly retryAfterMs: number | null;
}

/** How long a round may take, and how late an absence is proven. */
export interface SettleOptions {
  /** See {@link judge}. */
  readonly marginSeconds?: number;
  /** How long to wait for the answer to the submission, in milliseconds; cutting it short proves nothing. */
  readonly submitTimeoutMs?: number;
}

/**
 * One round: ask the ledger; if the envelope may still get in, hand in the same bytes and ask again.
 * @param attempt with the bytes that were committed before (M-1)
 */
export async function settle(
  horizon: Horizon,
  attempt: StoredBytes,
  options: SettleOptions = {},
): Promise<PayoutFinding> {
  const { marginSeconds = DEFAULT_MARGIN_SECONDS, submitTimeoutMs } = options;
  const before = await ask(horizon, attempt, marginSeconds);
  if (before.judgement.kind !== "undecided" || !before.judgement.mayStillEnter) {
    return { ...before, submission: null };
  }
  const submission = await horizon.submit(attempt.xdr, submitTimeoutMs);
  const after = await ask(horizon, attempt, marginSeconds);
  return { ...after, retryAfterMs: after.retryAfterMs ?? waitOf(submission), submission };
}

async function ask(
  horizon: Horizon,
  envelope: StoredEnvelope,
  marginSeconds: number,
): Promise<Omit<PayoutFinding, "submission">> {
  try {
    return {
      judgement: await judge(horizon, envelope, marginSeconds),
      trouble: null,
      retryAfterMs: null,
    };
  } catch (error) {
    if (!(error instanceof HorizonUnavailable)) throw error;
    return {
      judgement: { kind: "undecided", mayStillEnter: false },
      trouble: error.trouble,
      retryAfterMs: error.retryAfterMs ?? null,
    };
  }
}

function waitOf(submission: SubmissionAnswer): number | null {
  return submission.kind === "busy" || submission.kind === "unavailable" ? submission.retryAfterMs : null;
}
