/**
 * What a rail's failure means for an instruction to move money.
 * @module
 */
import type { ProviderError } from "../../plugins/outcome.ts";
import type { Performance } from "../effects.ts";

const REFUSALS: ReadonlySet<ProviderError["kind"]> = new Set<ProviderError["kind"]>([
  "invalid_input",
  "rejected_by_bank",
  "limit_exceeded",
  "not_supported",
  "conflict",
]);

/** True for a refusal that asking again would not change. It is believed only when the look-up by key agrees (M-15). */
export function isRefusal({ kind }: ProviderError): boolean {
  return REFUSALS.has(kind);
}

/** Everything else is tried again, after what the provider asks for. */
export function retryAfter({ kind, retryAfterMs }: ProviderError): Performance {
  return { kind: "retry", error: kind, ...(retryAfterMs === undefined ? {} : { afterMs: retryAfterMs }) };
}
