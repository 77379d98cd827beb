/**
 * The log: one JSON object a line. Entries carry ids, codes and route templates, never values that a caller, a customer
 * or a provider gave (DESIGN §4.6).
 * @module
 */
import { Refusal } from "./refusal.ts";

/** How grave an entry is. `alarm` is for what an operator has to look at. */
export type LogLevel = "info" | "warning" | "error" | "alarm";

/** What an entry says besides time, level and event. No personal data, no secrets. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** Writes entries. `event` is a stable dotted name such as `request` or `transfer.paid`. */
export type Log = (level: LogLevel, event: string, fields?: LogFields) => void;

/**
 * Builds a log.
 * @param options.write takes one line, its newline included; standard output when absent
 * @param options.now milliseconds since 1970
 */
export function createLog(
  options: { readonly write?: (line: string) => void; readonly now?: () => number } = {},
): Log {
  const write = options.write ?? toStandardOutput;
  const now = options.now ?? Date.now;
  return (level, event, fields = {}) => {
    write(JSON.stringify({ time: new Date(now()).toISOString(), level, event, ...fields }) + "\n");
  };
}

/** A log that keeps nothing, for tests and tools. */
export const noLog: Log = () => {};

/**
 * What may be logged of an error: its kind, its code and where it was thrown, and of a refusal its reason, which is written
 * for the log. Messages are left out, since those of libraries quote what they were given.
 */
export function describeError(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: `a thrown ${typeof error}` };
  const code = "code" in error && typeof error.code === "string" && /^[\w.:-]{1,64}$/.test(error.code)
    ? { code: error.code }
    : {};
  const cause = error.cause instanceof Error ? { cause: error.cause.name } : {};
  const reason = error instanceof Refusal && error.reason !== undefined ? { reason: error.reason } : {};
  return { error: error.name, ...code, ...reason, ...cause, at: framesOf(error) };
}

/** The innermost frames of a stack, without the message that stands above them. */
function framesOf(error: Error): readonly string[] {
  const head = `${error.name}: ${error.message}`;
  const stack = error.stack ?? "";
  if (!stack.startsWith(head) && error.message.includes("\n")) return [];
  const lines = (stack.startsWith(head) ? stack.slice(head.length) : stack).split("\n").map((line) =>
    line.trim()
  );
  return lines.filter((line) => /^at .*:\d+:\d+\)?$/.test(line)).slice(0, 6);
}

const encoder = new TextEncoder();

function toStandardOutput(line: string): void {
  const bytes = encoder.encode(line);
  // A pipe may take less than it is given.
  for (let written = 0; written < bytes.length;) written += Deno.stdout.writeSync(bytes.subarray(written));
}
