/**
 * The sections of `deno task bench`, in the order in which they run.
 * @module
 */
import type { BenchOptions } from "./arguments.ts";
import type { Report } from "./report.ts";
import { benchRequests } from "./requests.ts";

/** Measures something and says it. It fails only when what it measures answers wrongly, never by time. */
export type Section = (report: Report, options: BenchOptions) => Promise<void>;

/** Name → section. */
export const SECTIONS: ReadonlyMap<string, Section> = new Map([
  ["requests", benchRequests],
]);
