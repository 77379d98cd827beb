/**
 * The sections of `deno task bench`, in the order in which they run.
 * @module
 */
import type { BenchOptions } from "./arguments.ts";
import type { Report } from "./report.ts";
import { benchMemory } from "./memory.ts";
import { benchRecords } from "./records.ts";
import { benchRequests } from "./requests.ts";
import { benchStart } from "./start.ts";

/** Measures something and says it. It fails only when what it measures answers wrongly, never by time. */
export type Section = (report: Report, options: BenchOptions) => Promise<void>;

/** Name → section. */
export const SECTIONS: ReadonlyMap<string, Section> = new Map([
  ["requests", benchRequests],
  ["records", benchRecords],
  ["start", benchStart],
  ["memory", benchMemory],
]);
