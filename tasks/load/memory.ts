/**
 * What a process under load needs, as it says itself.
 * @module
 */
import { z } from "zod";

/** One sample: bytes, and how long its event loop stood still at most since the last one, in milliseconds. */
export type MemorySample = z.output<typeof memorySample>;

/** See {@link MemorySample}. */
export const memorySample = z.object({
  rss: z.number(),
  /** Live objects: read right after all garbage was collected. */
  heap: z.number(),
  external: z.number(),
  stillMs: z.number(),
});

/** Between two samples. Collecting all garbage stops the process for some ten milliseconds, so not more often. */
const EVERY_MS = 10_000;
/** Between two looks at the clock. */
const LOOK_MS = 20;

/** Samples this process until it is told to end. It needs `--expose-gc`, or heaps hold garbage. @returns how to end it */
export function sampleMemory(say: (sample: MemorySample) => void): () => void {
  const collect: unknown = Reflect.get(globalThis, "gc");
  let stillMs = 0;
  let seen = performance.now();
  let due = seen + EVERY_MS;
  const timer = setInterval(() => {
    const now = performance.now();
    stillMs = Math.max(stillMs, now - seen - LOOK_MS);
    seen = now;
    if (now < due) return;
    due = now + EVERY_MS;
    if (typeof collect === "function") collect();
    const { rss, heapUsed, external } = Deno.memoryUsage();
    say({ rss, heap: heapUsed, external, stillMs: Math.round(stillMs) });
    stillMs = 0;
    // What collecting took is ours, not the gateway's.
    seen = performance.now();
  }, LOOK_MS);
  return () => clearInterval(timer);
}
