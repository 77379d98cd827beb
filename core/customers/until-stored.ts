/**
 * Writes that compare versions are tried until nobody was faster.
 * @module
 */
import { Refusal } from "../refusal.ts";

/**
 * Tries; after a few times each try waits for a moment of its own.
 * @throws {Refusal} 503 when others were faster again and again
 */
export async function untilStored<Done extends { readonly kind: string }>(
  attempt: () => Promise<Done | { readonly kind: "overtaken" }>,
  tries = 40,
): Promise<Done> {
  for (let n = 0; n < tries; n++) {
    if (n > 3) await new Promise((resume) => setTimeout(resume, Math.random() * 20));
    const result = await attempt();
    if (!isOvertaken(result)) return result;
  }
  throw new Refusal("sep12.busy", {}, "Cannot change a customer: overtaken too often");
}

function isOvertaken(result: { readonly kind: string }): result is { readonly kind: "overtaken" } {
  return result.kind === "overtaken";
}
