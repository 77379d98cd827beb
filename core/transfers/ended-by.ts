/**
 * What a decision that ends an effect comes to.
 * @module
 */
import type { Performance } from "../effects.ts";
import type { Applied } from "./record.ts";

const SOON_MS = 1_000;

/**
 * Done when it was recorded here. Where another process decided meanwhile, the effect is not over: the other one may have
 * stored an envelope or an instruction and died.
 */
export function endedBy({ kind }: Applied): Performance {
  return kind === "recorded" ? { kind: "done" } : { kind: "again", afterMs: SOON_MS };
}
