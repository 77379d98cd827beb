/**
 * Listens to what gateways under load say of themselves: memory, and entries of their logs.
 * @module
 */
import { z } from "zod";
import type { TimedSample } from "./judge.ts";
import type { MemorySample } from "./memory.ts";

/** What has been said since {@link Listener.restart}. */
export interface Listener {
  readonly onMemory: (gateway: number, sample: MemorySample) => void;
  readonly onTrouble: (gateway: number, line: string) => void;
  /** Samples of each gateway; times in seconds since the restart. */
  readonly samples: () => readonly (readonly TimedSample[])[];
  /** Entries as `level event` with how often they came. */
  readonly log: () => ReadonlyMap<string, number>;
  /** Forgets all. */
  readonly restart: () => void;
}

const entry = z.object({ level: z.string(), event: z.string() });

/** Listens to so many gateways. */
export function listenTo(gateways: number): Listener {
  let begun = performance.now();
  let samples: TimedSample[][] = [];
  let log = new Map<string, number>();
  function restart(): void {
    begun = performance.now();
    samples = Array.from({ length: gateways }, () => []);
    log = new Map();
  }
  restart();
  return {
    onMemory: (gateway, sample) =>
      void samples[gateway]?.push({ ...sample, at: (performance.now() - begun) / 1000 }),
    onTrouble(_gateway, line) {
      const name = entryOf(line);
      log.set(name, (log.get(name) ?? 0) + 1);
    },
    samples: () => samples,
    log: () => log,
    restart,
  };
}

/** What is no entry of a log was written by the runtime: its first words, which name nobody. */
function entryOf(line: string): string {
  try {
    const { level, event } = entry.parse(JSON.parse(line));
    return `${level} ${event}`;
  } catch {
    return `runtime ${line.slice(0, 60)}`;
  }
}
