/**
 * Writes that compare versions are tried until nobody was faster.
 * @module
 */
import { Refusal } from "../refusal.ts";

/**
 * Tries; after a few times each try waits for a moment of its own.
 * @throws {Refusal} 503 when others were faster again and again
 */
export async function untilStored<Stored extends { readonly kind: "stored" }>(
  attempt: () => Promise<Stored | { readonly kind: "overtaken" }>,
  tries = 40,
): Promise<Stored> {
  for (let n = 0; n < tries; n++) {
    if (n > 3) await new Promise((resume) => setTimeout(resume, Math.random() * 20));
    const result = await attempt();
    if (result.kind === "stored") return result;
  }
  throw new Refusal("sep12.busy", {}, "Cannot change a customer: overtaken too often");
}
