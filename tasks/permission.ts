/**
 * What to do when a program may not use a file.
 * @module
 */
import { print } from "./gate/print.ts";

/** The runtime's words; those of its SQLite come as an error of another class. */
const FORBIDDEN = /^Requires (?:read|write) access to "([^"]+)"/;

/**
 * The advice for an error of the runtime's permissions, or null for any other error.
 * @param program the task's file, for example `tasks/serve.ts`
 */
export function permissionAdvice(error: unknown, program: string): string | null {
  const path = error instanceof Error ? FORBIDDEN.exec(error.message)?.[1] : undefined;
  if (path === undefined) return null;
  return `Cannot use ${path}: this task may read and write ./data alone. Keep it there, or allow its folder:\n` +
    `  deno run -P=serve --allow-read=./data,FOLDER --allow-write=./data,FOLDER --frozen ${program}`;
}

/**
 * Does a task's work; where the runtime forbids it a file, prints how to allow that and ends with 1.
 * @param program the task's file, with what stands behind it
 */
export async function orAdvice<Result>(program: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const advice = permissionAdvice(error, program);
    if (advice === null) throw error;
    print(advice);
    Deno.exit(1);
  }
}
