/**
 * Which of the values that were given wait for a code: a pure function of what is asked and what was given.
 * @module
 */
import type { CaseRecord } from "./kyc-case.ts";
import type { Need } from "./need.ts";
import type { Verifiable } from "./verifications.ts";

/**
 * What codes say of the values that are asked now, or were when they were given: those that a review has taken over need
 * none any more. No review takes over what still waits.
 * @param under the review that is under way or done, or null
 */
export function codesOf(
  need: Pick<Need, "required" | "optional" | "verifies">,
  given: ReadonlyMap<string, Verifiable>,
  under: Pick<CaseRecord, "valuesVersion"> | null,
): {
  /** Names that wait for the right code. */
  readonly open: string[];
  /** Names whose values nothing can be sent to. */
  readonly refused: string[];
} {
  const asked = new Set([...need.required, ...need.optional]);
  const counts = need.verifies.filter((name) => {
    const value = given.get(name);
    return value !== undefined && (asked.has(name) || value.verification !== undefined) &&
      (under === null || value.version > under.valuesVersion || !isProven(value));
  });
  const stateOf = (name: string) => given.get(name)?.verification;
  return {
    open: counts.filter((name) => stateOf(name) !== "verified" && stateOf(name) !== "refused"),
    refused: counts.filter((name) => stateOf(name) === "refused"),
  };
}

/** True for a value that may be handed to a provider: it was verified, or nobody asked for a code. */
export function isProven({ verification }: Pick<Verifiable, "verification">): boolean {
  return verification === undefined || verification === "verified";
}

/** True for a value to which no code was sent yet. */
export function isUnsent(value: Verifiable | undefined): boolean {
  return value?.verification === undefined || value.verification === "unsent";
}
